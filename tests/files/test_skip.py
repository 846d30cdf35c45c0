"""`errors="skip"` loads what is sound and lists the rest; an error leaves nothing half-loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import forestlib as fl
from forestlib.errors import ForestlibWarning, OptionError

Put = Callable[[str, str | bytes], Path]


def line(name: str, **more: object) -> str:
    """Return one sound tree as a line."""
    return json.dumps({"tree": name, **more, "nodes": [{"level": 0, "text": "a"}]}, ensure_ascii=False)


def test_what_is_sound_is_loaded_and_the_rest_is_listed(put: Put) -> None:
    """Sound trees come in, in order, and every unsound one stands in `skipped` with its line."""
    bad = [
        "{",
        "[]",
        line("a"),
        line("w", axes={"empathy": 90}),
        '{"tree":"n","nodes":[{"level":1,"text":"a"}]}',
        '{"forest":"x"}',
    ]
    path = put("f.jsonl", "\n".join([line("a"), *bad, line("b")]))
    with pytest.warns(ForestlibWarning, match="6 trees skipped") as caught:
        forest = fl.load(path, errors="skip")
    assert [tree.name for tree in forest] == ["a", "b"]
    assert [error.line for error in forest.skipped] == [2, 3, 4, 5, 6, 7]
    assert len(str(caught[0].message)) < 1_000


@pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")
@pytest.mark.parametrize(
    "bad",
    [
        line("t", axes=["empathy", "эмпатия", "мораль"]),
        line("t", axes=["мораль", " x"]),
        '{"tree":"t","axes":["мораль"],"nodes":[{"level":0,"text":"a","anchors":["«»"]}]}',
    ],
)
def test_a_skipped_tree_leaves_nothing(bad: str, put: Put) -> None:
    """A tree that is skipped leaves no axis in the frame and no anchor in the forest."""
    forest = fl.load(put("f.jsonl", "\n".join([line("a"), bad])), errors="skip")
    assert forest.frame == fl.frames.thinking()
    assert forest.added_axes == ()
    assert (len(forest), len(forest.anchors), len(forest.skipped)) == (1, 0, 1)


@pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")
def test_a_skipped_head_leaves_nothing(put: Put) -> None:
    """A head line that is skipped leaves no anchor and no name."""
    head = '{"forest":"g","anchors":{"choice":["will"],"«»":[]}}'
    forest = fl.load(put("f.jsonl", f"{head}\n{line('a')}"), errors="skip")
    assert (forest.name, forest.declared(), len(forest.skipped)) == ("f", [], 1)


@pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")
def test_a_file_that_is_no_file_is_skipped(put: Put) -> None:
    """A folder named like a file is listed, and what stands beside it is loaded."""
    folder = put("f/y.json", line("y")).parent
    (folder / "x.json").mkdir()
    forest = fl.load(folder, errors="skip")
    assert (len(forest), len(forest.skipped)) == (1, 1)


@pytest.mark.parametrize("errors", ["ignore", None, True])
def test_errors_takes_two_words(errors: object, put: Put) -> None:
    """Anything but 'raise' and 'skip' is an error."""
    with pytest.raises(OptionError, match="'skip'"):
        fl.load(put("f.jsonl", line("a")), errors=errors)  # type: ignore[arg-type]
