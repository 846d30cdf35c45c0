"""How the documentation is built: ``make docs``."""

from importlib.metadata import version as version_of

project = "forestlib"
author = "The forestlib developers"
copyright = "2026, the forestlib developers"  # noqa: A001 - Sphinx's own word
version = release = version_of("forestlib")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
nitpicky = False
default_role = "code"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = f"forestlib {version}"
html_static_path = ["_static"]
html_css_files = ["page.css"]
html_show_sphinx = False
