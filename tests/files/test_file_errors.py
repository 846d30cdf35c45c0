"""A bad file is an error that names the file as given, the line, the path in the record, and what would be right."""

from __future__ import annotations

import json
import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import forestlib as fl
from forestlib.errors import FileError, ForestlibError

Put = Callable[[str, str | bytes], Path]
Fault = Callable[..., FileError]
ROOT = '{"level":0,"text":"a"}'


def record(*nodes: str, top: str = '"tree":"t"') -> str:
    """Return a record with node *i* on line 3 + *i*, the head on line 1."""
    return f'{{{top},\n"nodes":[\n' + ",\n".join(nodes) + "\n]}"


SECOND = {
    "a level that jumps": ('{"level":2,"text":"b"}', "nodes[1].level", "level 2 after level 0"),
    "a second root": ('{"level":0,"text":"b"}', "nodes[1].level", "one root"),
    "a level below zero": ('{"level":-1,"text":"b"}', "nodes[1].level", "level -1"),
    "a missing text": ('{"level":1}', "nodes[1]", '"text" is missing'),
    "a missing level": ('{"text":"b"}', "nodes[1]", '"level" is missing'),
    "a text of null": ('{"level":1,"text":null}', "nodes[1].text", "got None"),
    "a text that is a number": ('{"level":1,"text":5}', "nodes[1].text", "got 5"),
    "a text that is a list": ('{"level":1,"text":["b"]}', "nodes[1].text", "a string"),
    "a blank text": ('{"level":1,"text":" \\n\\u2028"}', "nodes[1].text", "with words"),
    "an empty text": ('{"level":1,"text":""}', "nodes[1].text", "got ''"),
    "a level with a point": ('{"level":1.0,"text":"b"}', "nodes[1].level", "got 1.0"),
    "a level of true": ('{"level":true,"text":"b"}', "nodes[1].level", "got True"),
    "a level in quotes": ('{"level":"1","text":"b"}', "nodes[1].level", "got '1'"),
    "a level of null": ('{"level":null,"text":"b"}', "nodes[1].level", "got None"),
    "a huge level": (f'{{"level":{2**40},"text":"b"}}', "nodes[1].level", "after level 0"),
    "a level beyond 64 bits": (f'{{"level":{10**30},"text":"b"}}', "nodes[1].level", "level"),
    "anchors as a string": ('{"level":1,"text":"b","anchors":"norm"}', "nodes[1].anchors", "list of phrases"),
    "anchors of null": ('{"level":1,"text":"b","anchors":null}', "nodes[1].anchors", "list of phrases"),
    "anchors that hold null": ('{"level":1,"text":"b","anchors":["x",null]}', "nodes[1].anchors", "got None"),
    "an anchor that says nothing": ('{"level":1,"text":"b","anchors":["«…»"]}', "nodes[1].anchors", "«…»"),
    "a node that is a string": ('"b"', "nodes[1]", "a node is an object"),
    "a node that is null": ("null", "nodes[1]", "a node is an object"),
    "a text twice": ('{"level":1,"text":"b","text":"c"}', "", "'text' stands twice"),
    "a field twice": ('{"level":1,"text":"b","x":1,"x":1}', "", "'x' stands twice"),
    "anchors twice": ('{"level":1,"text":"b","anchors":["x"],"anchors":["y"]}', "", "'anchors' stands twice"),
    "a lone surrogate": ('{"level":1,"text":"\\ud800"}', "", "surrogate"),
    "a broken node": ('{"level":1,"text":"b"', "", "not JSON"),
}


@pytest.mark.parametrize(("node", "where", "words"), SECOND.values(), ids=SECOND)
def test_a_bad_node_is_named_by_line_and_path(node: str, where: str, words: str, fault: Fault) -> None:
    """What is wrong with a node names its own line and its path in the record."""
    error = fault(record(ROOT, node, '{"level":1,"text":"z"}'))
    assert words in error.message
    assert error.line in ((4, 5) if "not JSON" in words else (4,))
    assert error.where.startswith(where)


FIRST = {
    "levels from 1": (record('{"level":1,"text":"a"}', '{"level":2,"text":"b"}'), 3, "nodes[0].level", "start at 1"),
    "a root on level 2": (record('{"level":2,"text":"a"}', '{"level":1,"text":"b"}'), 3, "nodes[0].level", "level 0"),
    "a child before its parent": (
        record(ROOT, '{"level":2,"text":"child"}', '{"level":1,"text":"parent"}'),
        4,
        "nodes[1].level",
        "come after its child",
    ),
    "no nodes": ('{\n"tree":"t"}', 1, "", '"nodes" is missing'),
    "no name": ('{\n"nodes":[' + ROOT + "]}", 1, "", '"tree" is missing'),
    "no node": ('{"tree":"t",\n"nodes":[]}', 2, "nodes", "at least a root"),
    "nodes null": ('{"tree":"t",\n"nodes":null}', 2, "nodes", "got None"),
    "nodes as an object": ('{"tree":"t",\n"nodes":{"level":0}}', 2, "nodes", "list of nodes"),
    "nodes as strings": ('{"tree":"t",\n"nodes":["a","b"]}', 2, "nodes[0]", "a node is an object"),
    "a name of null": (record(ROOT, top='"x":1,\n"tree":null'), 2, "tree", "got None"),
    "a name of two lines": (record(ROOT, top='"x":1,\n"tree":"a\\nb"'), 2, "tree", "one line"),
    "a blank name": (record(ROOT, top='"x":1,\n"tree":" "'), 2, "tree", "blank"),
    "weights that sum to 90": (
        record(ROOT, top='"tree":"t",\n"axes":{"causality":80,"empathy":10}'),
        2,
        "axes",
        "sum to 90",
    ),
    "axes as a string": (record(ROOT, top='"tree":"t",\n"axes":"causality"'), 2, "axes", "a mapping"),
    "axes as a number": (record(ROOT, top='"tree":"t",\n"axes":5'), 2, "axes", "a mapping"),
    "axes of numbers": (record(ROOT, top='"tree":"t",\n"axes":[1,2]'), 2, "axes", "a mapping"),
    "an axis twice": (record(ROOT, top='"tree":"t",\n"axes":["empathy","empathy"]'), 2, "axes", "twice"),
    "an axis under two names": (record(ROOT, top='"tree":"t",\n"axes":["empathy","эмпатия"]'), 2, "axes", "twice"),
    "an axis with blanks around": (record(ROOT, top='"tree":"t",\n"axes":[" мораль "]'), 2, "axes", "blanks"),
    "a weight in quotes": (record(ROOT, top='"tree":"t",\n"axes":{"empathy":"1"}'), 2, "axes", "a number"),
    "a weight below zero": (
        record(ROOT, top='"tree":"t",\n"axes":{"empathy":-1,"causality":2}'),
        2,
        "axes",
        "from 0 up",
    ),
    "lang as a number": (record(ROOT, top='"tree":"t",\n"lang":1'), 2, "lang", '"ru"'),
    "the tree's name twice": (record(ROOT, top='"tree":"t",\n"tree":"u"'), 2, "", "'tree' stands twice"),
    "the axes twice": (record(ROOT, top='"tree":"t","axes":[],\n"axes":["empathy"]'), 2, "", "'axes' stands twice"),
    "the language twice": (record(ROOT, top='"tree":"t","lang":"en",\n"lang":"ru"'), 2, "", "'lang' stands twice"),
    "a weight twice": (
        record(ROOT, top='"tree":"t",\n"axes":{"empathy":50,"empathy":100}'),
        2,
        "",
        "'empathy' stands twice",
    ),
    "a list of trees": (f"[\n{record(ROOT)}\n]", 1, "", "a tree is an object"),
    "a number": ("5", 1, "", "a tree is an object"),
    "nothing": ("", 1, "", "empty"),
    "blanks": (" \n \n", 1, "", "empty"),
    "a head in a .json": ('{"forest":"ethics"}', 1, "", "head line"),
    "a comma at the end": (record(ROOT + ","), 3, "", "not JSON"),
    "text after the tree": (record(ROOT) + "\nx", 5, "", "not JSON"),
}


@pytest.mark.parametrize(("data", "line", "where", "words"), FIRST.values(), ids=FIRST)
def test_a_bad_record_is_named_by_line_and_path(data: str, line: int, where: str, words: str, fault: Fault) -> None:
    """What is wrong with a tree as a whole names the line and the path in the record, and what would be right."""
    error = fault(data)
    assert words in error.message
    assert error.line == line
    assert error.where.startswith(where)


@pytest.mark.parametrize("name", ["justice", "справедливость — это"])
def test_two_trees_in_a_json_are_told_apart_from_broken_json(name: str, fault: Fault) -> None:
    """A second record in a `.json` is called that, whatever letters the first holds, and `.jsonl` is named."""
    one = record(ROOT, top=f'"tree":"{name}"')
    error = fault(one + "\n" + one.replace(name, "u"))
    assert "second record" in error.message
    assert ".jsonl" in error.message


@pytest.mark.parametrize(
    ("line", "broken"), [(42, '{"tree": "t", "nodes": [{"level"'), (42, "oops"), (42, '{"tree":"x"}')]
)
def test_a_bad_line_of_a_jsonl_is_named(line: int, broken: str, fault: Fault) -> None:
    """What is wrong in line 42 says so, blank lines counted."""
    lines = ['{"forest":"f"}', ""] + [
        json.dumps({"tree": str(n), "nodes": [{"level": 0, "text": "a"}]}) for n in range(60)
    ]
    lines[line - 1] = broken
    error = fault("\n".join(lines), "ethics.jsonl")
    assert error.line == line
    assert f"ethics.jsonl:{line}: " in error.message


HEADS = {
    "a name that is no string": '{"forest":5}',
    "a blank name": '{"forest":""}',
    "a name of two lines": '{"forest":"a\\nb"}',
    "axes that are no list": '{"forest":"f","axes":{"a":1}}',
    "an axis that is a number": '{"forest":"f","axes":[5]}',
    "an axis without a key": '{"forest":"f","axes":[{"names":{"ru":"а"}}]}',
    "two axes of one name": '{"forest":"f","axes":["a",{"key":"b","names":{"ru":"A"}}]}',
    "an axis with unknown keys": '{"forest":"f","axes":[{"key":"a","weight":1}]}',
    "anchors that are a list": '{"forest":"f","anchors":["a"]}',
    "aliases that are a string": '{"forest":"f","anchors":{"a":"b"}}',
    "an alias of two anchors": '{"forest":"f","anchors":{"a":["c"],"b":["c"]}}',
    "an anchor that says nothing": '{"forest":"f","anchors":{"«»":[]}}',
    "a key twice": '{"forest":"f","forest":"g"}',
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_bad_head_line_is_an_error_in_its_line(head: str, fault: Fault) -> None:
    """A head line that says no forest is a `FileError` in line 1."""
    assert fault(head + "\n" + json.dumps({"tree": "t", "nodes": [{"level": 0, "text": "a"}]}), "f.jsonl").line == 1


def test_a_head_line_in_the_middle_is_an_error(fault: Fault) -> None:
    """A head line stands on top; a later one is an error that names its line."""
    tree = json.dumps({"tree": "t", "nodes": [{"level": 0, "text": "a"}]})
    error = fault(f'{tree}\n{{"forest":"f"}}\n', "f.jsonl")
    assert error.line == 2
    assert "top" in error.message


@pytest.mark.parametrize("depth", [2_000, 100_000])
@pytest.mark.parametrize("place", ["tree", "node"])
def test_a_field_nested_too_deep_is_an_error(depth: int, place: str, fault: Fault) -> None:
    """An unknown field nested beyond what JSON readers take is a `FileError`, never a crash."""
    deep = '"x":' + "[" * depth + "]" * depth
    error = fault(
        record(ROOT, top=f'"tree":"t",{deep}') if place == "tree" else record(f'{{"level":0,"text":"a",{deep}}}')
    )
    assert "deep" in error.message or "depth" in error.message
    assert len(error.message) < 1_000


@pytest.mark.parametrize("depth", [1, 100, 300, 900])
def test_a_field_that_can_be_read_can_be_written(depth: int, put: Put, tmp_path: Path) -> None:
    """Whatever depth of an unknown field loading takes, saving takes too."""
    data = record(ROOT, top='"tree":"t","x":' + "[" * depth + "]" * depth)
    fl.load(put("in.json", data)).save(tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text()) == json.loads(data)


def test_an_empty_jsonl_is_an_error(fault: Fault) -> None:
    """A `.jsonl` with nothing in it is an error, as an empty `.json` is: a forest with no trees has a head line."""
    assert "empty" in fault("", "f.jsonl").message


def test_both_places_of_one_name_are_named(put: Put) -> None:
    """A tree named as one of another file is an error that names both places."""
    tree = json.dumps({"tree": "t", "nodes": [{"level": 0, "text": "a"}]})
    first = put("f/a.jsonl", '{"forest":"f"}\n' + tree)
    second = put("f/b.json", "\n" + tree)
    with pytest.raises(FileError) as caught:
        fl.load(first.parent)
    assert f"{first}:2" in caught.value.message
    assert caught.value.message.startswith(f"{second}:2: tree: ")


def test_the_path_in_an_error_is_the_one_that_was_given(
    put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path stays relative in the error's message and attribute."""
    put("sub/x.json", "{")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError) as caught:
        fl.load("sub/x.json")
    assert caught.value.path == "sub/x.json"
    assert caught.value.message.startswith("sub/x.json:1: ")


@pytest.mark.parametrize("name", ["missing.json", "missing", "trees.txt", "trees.csv.gz"])
def test_a_place_that_holds_no_forest_is_an_error(name: str, put: Put, tmp_path: Path) -> None:
    """A missing path and a wrong suffix are `FileError`s that name the path."""
    if "missing" not in name:
        put(name, "x")
    with pytest.raises(FileError, match=name):
        fl.load(tmp_path / name)


def test_a_folder_without_trees_is_an_error(put: Put) -> None:
    """A folder with no file of the format is an error, no empty forest."""
    path = put("f/notes.md", "# no tree")
    with pytest.raises(FileError, match="holds no"):
        fl.load(path.parent)


@pytest.mark.parametrize("kind", ["a folder", "a link to nowhere"])
def test_what_is_named_like_a_file_and_is_none_is_an_error(kind: str, put: Put) -> None:
    """A folder named `x.json` or a dead link among the trees of a folder is a `FileError` that names it."""
    folder = put("f/y.json", record(ROOT)).parent
    (folder / "x.json").mkdir() if kind == "a folder" else os.symlink("nowhere", folder / "x.json")
    with pytest.raises(FileError, match=r"x\.json"):
        fl.load(folder)


def test_a_file_that_may_not_be_read_is_an_error(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system does not let us read is a `FileError` that names it."""
    path = put("x.json", record(ROOT))

    def refused(self: Path, *args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(FileError, match=r"x\.json"):
        fl.load(path)


@pytest.mark.parametrize("name", ["line\nbreak.json", " .json", "x" * 240 + ".json"])
def test_any_file_name_gives_a_forest_its_name(name: str, put: Put) -> None:
    """A file whose name is no name for a forest is read all the same."""
    assert len(fl.load(put(name, record(ROOT)))) == 1


def test_an_error_crosses_processes(fault: Fault) -> None:
    """A `FileError` is pickled with its facts."""
    error = fault("{")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (again.message, again.path, again.line) == (error.message, error.path, error.line)


@pytest.mark.parametrize("bad", ["cut off", "a level that jumps", "no string"])
def test_an_error_in_a_huge_line_is_short(bad: str, put: Put) -> None:
    """An error in a line of 30 MB neither repeats the line nor takes ten times its memory to be found."""
    long = "слово " * 3_000_000
    data = {
        "cut off": '{"tree":"t","nodes":[{"level":0,"text":"' + long,
        "a level that jumps": '{"tree":"t","nodes":[{"level":0,"text":"' + long + '"},{"level":3,"text":"b"}]}',
        "no string": '{"tree":"t","nodes":[{"level":0,"text":["' + long + '"]}]}',
    }[bad].encode()
    path = put("f.jsonl", b'{"forest":"f"}\n' + data + b"\n")
    before = peak()
    with pytest.raises(FileError) as caught:
        fl.load(path)
    assert peak() - before < 12 * len(data)
    assert len(caught.value.message) < 500
    assert caught.value.line == 2


def peak() -> int:
    """Return the most memory that this process has held, in bytes."""
    resource = pytest.importorskip("resource")
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * 1024


def test_an_error_late_in_a_long_file_costs_no_more_than_reading_it(put: Put) -> None:
    """Naming the line of the last of many nodes stays linear: twice the nodes, at most three times the time (slack)."""
    taken = []
    for nodes in (40_000, 80_000):
        path = put("x.json", record(ROOT, *['{"level":1,"text":"b"}'] * nodes, '{"level":1}'))
        begin = time.process_time()
        with pytest.raises(ForestlibError):
            fl.load(path)
        taken.append(time.process_time() - begin)
    assert taken[1] < 3 * taken[0] + 0.5


def test_declared_anchors_are_read_in_linear_time(put: Put) -> None:
    """A head line that declares many anchors costs a time linear in them (slack: twice the anchors, three times)."""
    taken = []
    for count in (2_000, 4_000):
        head = {"forest": "f", "anchors": {f"anchor {n}": [f"alias {n}"] for n in range(count)}}
        path = put("f.jsonl", json.dumps(head))
        begin = time.process_time()
        fl.load(path)
        taken.append(time.process_time() - begin)
    assert taken[1] < 3 * taken[0] + 0.1
