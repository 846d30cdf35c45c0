"""What runs the documents: that it would notice what is wrong, and that every page is reached."""

from __future__ import annotations

from pathlib import Path
from unittest import SkipTest

import pytest
from sybil import Document

from tests.docs.documents import blocks, cleared, compared, started

ROOT = Path(__file__).parents[2]


def problems(text: str) -> list[str]:
    """Return what is said of each block of a page."""
    document = Document(text, "page.md")
    for region in blocks(document):
        document.add(region)
    started(document.namespace)
    try:
        return [str(example.region.evaluator(example) or "") for example in document.examples()]
    finally:
        cleared(document.namespace)


def test_a_block_of_python_and_a_session_share_a_namespace() -> None:
    """What one block has named, the next one knows."""
    assert problems("```python\none = 1\n```\n\n```pycon\n>>> one + 1\n2\n```\n") == ["", ""]


def test_a_wrong_output_of_a_session_is_noticed() -> None:
    """A session whose output differs fails, also where it has blank lines inside."""
    [right] = problems('```pycon\n>>> print("one\\n\\ntwo")\none\n\ntwo\n>>> 1\n1\n```\n')
    [wrong] = problems('```pycon\n>>> print("one\\n\\ntwo")\none\n\nthree\n```\n')
    assert (right, bool(wrong)) == ("", True)


def test_an_output_that_a_session_does_not_show_is_noticed() -> None:
    """A line that says something has to stand with what it says."""
    assert problems("```pycon\n>>> 1 + 1\n```\n") != [""]


def test_a_block_that_needs_a_package_is_skipped_without_it() -> None:
    """With the package it is run as any other; without it, it is skipped, and says for want of what."""
    page = "<!-- needs: {} -->\n```pycon\n>>> 1 + 1\n3\n```\n"
    assert problems(page.format("json")) != [""]
    with pytest.raises(SkipTest, match="not_there"):
        problems(page.format("not_there"))


def test_a_console_runs_what_a_page_wrote() -> None:
    """A file of the page is there, and the outputs of commands are compared."""
    page = "<!-- file: a/b.txt -->\n```text\none\ntwo\n```\n\n"
    page += "```console\n$ cat a/b.txt | head -n 1\none\n$ ls a\n{}\n```\n"
    assert problems(page.format("b.txt")) == ["", ""]
    assert "expected:\nc.txt\ngot:\nb.txt" in problems(page.format("c.txt"))[1]


def test_three_dots_on_a_line_stand_for_any_lines() -> None:
    """Only on a line of their own, so that an ellipsis in a text is a text."""
    assert compared("ls", "...\nc", "a\nb\nc\n") == ""
    assert compared("ls", "a...", "abc")


def test_a_failing_command_says_why_and_exits_with_2() -> None:
    """A command of forestlib that fails shows its one line; any other output with that exit code is no output."""
    page = (
        "```console\n$ forestlib report nowhere.jsonl\nforestlib: nowhere.jsonl: there is no such file or folder\n```\n"
    )
    assert problems(page) == [""]


def test_a_page_leaves_nothing_behind() -> None:
    """Neither its files nor the plug-ins that it registered outlive a page."""
    here = Path.cwd()
    page = '```python\nimport forestlib as fl\nfl.importer("left")(lambda source: [])\nopen("left", "w").close()\n```\n'
    assert problems(page) == [""]
    [unknown] = problems(
        '```pycon\n>>> from forestlib.registry import importers\n>>> "left" in importers\nFalse\n```\n'
    )
    assert (unknown, Path.cwd(), Path("left").exists()) == ("", here, False)


def test_every_page_is_collected(request: pytest.FixtureRequest) -> None:
    """Pages are found where pytest looks: `testpaths` holds docs and README.md."""
    assert {"docs", "README.md"} <= set(request.config.getini("testpaths"))
