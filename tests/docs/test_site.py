"""The site and what its pages promise: links, names, options and extras are those of the library."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import forestlib as fl
from forestlib import cli, errors
from forestlib.registry import Registry, importers, serializers, walkers

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
LINK = re.compile(r"\]\((?!https?://)([^)#\s]+)(?:#[^)]*)?\)")


def page(name: str) -> str:
    """Return the text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """Every page is in a toctree, every link inside the site resolves, every name in the reference imports."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(tmp_path / "trees")]
    built = subprocess.run(  # noqa: S603
        [*command, str(ROOT / "docs"), str(tmp_path / "html")], capture_output=True, text=True, check=False
    )
    assert (built.returncode, built.stderr) == (0, "")
    assert (tmp_path / "html" / "ru" / "quickstart.html").exists()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(path: Path) -> None:
    """A link to a file names one that is there; on the web pages of a repository nothing else checks it."""
    missing = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_names_a_place_of_one_machine(path: Path) -> None:
    """No page holds an absolute path."""
    assert re.findall(r"(?<![\w./:])/(?:home|root|tmp|work|usr|opt|Users)/\S*", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_fence_says_a_language_that_is_known(path: Path) -> None:
    """A fence of an unknown language, or of none, would not be run, and nobody would notice."""
    opened = re.findall(r"^ *```(\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    bare = len(re.findall(r"^ *```$", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(opened) <= {"python", "pycon", "console", "json", "text", "toml", "sh", "{toctree}", "{eval-rst}"}
    assert len(opened) == bare


def test_the_reference_has_every_public_name() -> None:
    """Whatever stands behind the door stands in the reference."""
    reference = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("docs/reference/*.md"))
    missing = [name for name in fl.__all__ if not re.search(rf"\b(?:forestlib|fl)\.{name}\b", reference)]
    assert missing == []


def test_the_command_line_page_has_every_command_and_option() -> None:
    """What the parser knows, the page explains."""
    text = page("docs/how-to/command-line.md")
    [commands] = [action.choices for action in cli._parser()._actions if isinstance(action.choices, dict)]
    options = [name for command in commands.values() for action in command._actions for name in action.option_strings]
    wanted = [
        *(f"`forestlib {name}" for name in commands),
        *(f"`{name}" for name in options if name not in ("-h", "--help")),
    ]
    assert [name for name in wanted if name not in text] == []


def test_the_extras_are_those_of_the_project() -> None:
    """The README's table names each extra of pyproject.toml, and no other."""
    project = tomllib.loads(page("pyproject.toml"))["project"]
    table = page("README.md").partition("## Extras")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sorted(project["optional-dependencies"])


def own(registry: Registry) -> list[str]:
    """Return the names of the plug-ins that come with the library."""
    return [name for name in registry if registry.source_of(name).startswith("forestlib.")]


def test_every_format_has_a_page_and_every_walker_and_importer_is_explained() -> None:
    """A plug-in that comes with the library is in the docs."""
    formats = page("docs/formats/index.md")
    assert [name for name in own(serializers) if f"[{name}]({name}.md)" not in formats] == []
    assert [name for name in own(walkers) if not explained(name)] == []
    how_to = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("docs/how-to/*.md"))
    assert [name for name in own(importers) if f'importer="{name}"' not in how_to] == []


def explained(walker: str) -> str:
    """Return what the pages say of a walker: from its heading, on the page of shares or one of its own, to the next."""
    pages = [ROOT / "docs/how-to/choose-walkers-and-shares.md", *sorted(ROOT.glob("docs/walkers/*.md"))]
    heading = re.compile(rf"^##? {walker}(?:: .*)?\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    found = [heading.search(path.read_text(encoding="utf-8")) for path in pages]
    return "".join(match[0] for match in found if match)


@pytest.mark.parametrize("name", own(walkers))
def test_the_walkers_pages_have_every_option(name: str) -> None:
    """Each option of a built-in walker stands in its table, with its default."""
    text = explained(name)
    for option, default in walkers[name].options.items():
        row = re.search(rf"^\| `{option}` \|.*\|$", text, re.MULTILINE)
        assert option == "seed" or (row and str(default) in row[0]), (name, option)


def test_the_glossary_is_sorted_and_names_each_word_once() -> None:
    """A reader finds a word where the alphabet puts it."""
    words = re.findall(r"^(\S.*)\n: ", page("docs/glossary.md"), re.MULTILINE)
    assert len(words) > 40
    assert words == sorted(set(words))


def test_the_error_tree_names_every_error() -> None:
    """The drawing in the reference, which is the module's docstring, has every error."""
    drawn = errors.__doc__ or ""
    assert [name for name in errors.__all__ if name.endswith("Error") and name not in drawn] == []
