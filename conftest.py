"""The code in README.md and docs/ is collected as tests from here, because only this folder holds both."""

from tests.docs.documents import pytest_collect_file

__all__ = ["pytest_collect_file"]
