"""What is read is written back as it was: values, key order, spellings, and the bytes that the library wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import ForestlibWarning

Put = Callable[[str, str | bytes], Path]

pytestmark = pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")

OWN = {
    "tree": "справедливость",
    "axes": ["причинность", "мораль"],
    "nodes": [
        {
            "level": 0,
            "text": "Справедливость — это соответствие между поступками и нормами.",
            "anchors": ["Соответствие → моральная структура", "Причинность → следствие"],
        },
        {
            "level": 1,
            "text": "Но нормы бывают разные: культурные, универсальные.",
            "anchors": ["Контекст зависит от культурного пространства"],
        },
    ],
}


def pairs(text: str | bytes) -> Any:
    """Decode JSON so that the order of keys counts."""
    return json.loads(text, object_pairs_hook=list)


def with_nodes(nodes: str, top: str = '"tree":"t"') -> str:
    """Return a record whose nodes are given as JSON text."""
    return f'{{{top},"nodes":[{nodes}]}}'


ROOT = '{"level":0,"text":"a"}'
RECORDS = {
    "the user's own": json.dumps(OWN, ensure_ascii=False, indent=2),
    "the user's own, escaped": json.dumps(OWN),
    "weights of 80 and 20": with_nodes(ROOT, '"tree":"t","axes":{"мораль":80,"причинность":20}'),
    "weights of 0.8 and 0.2": with_nodes(ROOT, '"tree":"t","axes":{"причинность":0.8,"empathy":0.2}'),
    "weights that are not in the frame's order": with_nodes(ROOT, '"tree":"t","axes":{"empathy":0.2,"causality":0.8}'),
    "no axes at all, in both forms": with_nodes(ROOT, '"tree":"t","axes":[]'),
    "no weights": with_nodes(ROOT, '"tree":"t","axes":{}'),
    "axes null": with_nodes(ROOT, '"axes":null,"tree":"t"'),
    "lang": with_nodes(ROOT, '"lang":"ru","tree":"t"'),
    "lang null": with_nodes(ROOT, '"tree":"t","lang":null'),
    "unknown fields of a tree": with_nodes(ROOT, '"id":17,"tree":"t","source":{"book":["Этика",{"page":3}]},"x":null'),
    "unknown fields after the nodes": f'{{"nodes":[{ROOT}],"tree":"t","z":1,"a":2}}',
    "unknown fields of nodes": with_nodes(
        '{"level":0,"text":"a","role":"user"},{"level":1,"text":"b","score":0.25,"role":"bot"},{"level":1,"text":"c"}'
    ),
    "fields of two nodes in two orders": with_nodes(
        '{"level":0,"text":"a","x":1,"y":2},{"level":1,"text":"b","y":1,"x":2},{"x":3,"level":1,"y":4,"text":"c"}'
    ),
    "anchors empty": with_nodes('{"level":0,"text":"a","anchors":[]},{"level":1,"text":"b"}'),
    "anchors empty everywhere": with_nodes('{"level":0,"text":"a","anchors":[]},{"level":1,"text":"b","anchors":[]}'),
    "anchors before the text": with_nodes('{"anchors":["q"],"text":"a","level":0},{"level":1,"text":"b"}'),
    "an anchor twice": with_nodes('{"level":0,"text":"a","anchors":["q","Q","q"]}'),
    "anchors spelled in many ways": with_nodes(
        '{"level":0,"text":"a","anchors":["Всё «течёт»","a  -> b","a → b"," q "]}'
    ),
    "floats": with_nodes('{"level":0,"text":"a","x":[0.1,1e-7,1e300,-0.0,1.0,100000.0,123456789.123456789]}'),
    "whole numbers beyond 64 bits": with_nodes(
        f'{{"level":0,"text":"a","x":{2**64},"y":[{-(10**40)},{{"z":{10**100}}}]}}', f'"tree":"t","n":{2**70}'
    ),
    "nulls, true and false": with_nodes('{"level":0,"text":"a","x":null,"y":[null,true,false]}', '"tree":"t","q":null'),
    "ё, an emoji, a line separator, NUL": with_nodes(
        '{"level":0,"text":"Ёж \\ud83d\\ude00 \\u2028 \\u2029 \\u0000 \\u007f \\ufeff","anchors":["ёж \\u2028"]}',
        '"tree":"ёлка \\ud83d\\ude00","ключ \\u0000":"\\u2028"',
    ),
    "texts that look like JSON": with_nodes(
        ",".join(
            json.dumps({"level": 0 if place == 0 else 1, "text": text})
            for place, text in enumerate(
                ['a",', '","', ',"b', '"', "\\", '\\","', '"level"', '{"text":"x"}', "\n", 'x",\n']
            )
            if text.strip()
        )
    ),
    "texts with colons after quotes": with_nodes(
        '{"level":0,"text":"He said \\":","x":1.0,"y":10000000000000000000000}'
    ),
    "numbers in every form": with_nodes(
        '{"level":0,"text":"a","x":[-0,-0.0,1E2,0.1,1.10,18446744073709551615,18446744073709551616,1e16]}'
    ),
    "keys that look like ours": with_nodes('{"level":0,"text":"a","x":{"level":9,"text":4,"anchors":0}}', '"tree":"t"'),
    "an empty key and an odd one": with_nodes('{"level":0,"text":"a","":1,"a\\"b\\\\":2}', '"":0,"tree":"t"'),
}


@pytest.mark.parametrize("form", ["json", "jsonl", "folder"])
@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_record_comes_back(record: str, form: str, put: Put, tmp_path: Path) -> None:
    """A file of the user's comes back equal as JSON, in its key order, in whichever form it is read and saved."""
    source = json.dumps(pairs_to_value(record), ensure_ascii=False) if form == "jsonl" else record
    forest = fl.load(put("in.jsonl" if form == "jsonl" else "in.json", source))
    saved = forest.save(tmp_path / {"json": "out.json", "jsonl": "out.jsonl", "folder": "out"}[form])
    if saved.is_dir():
        (saved,) = [file for file in saved.iterdir() if file.name != "0-forest.jsonl"]
    assert pairs(saved.read_bytes()) == pairs(record)


def pairs_to_value(record: str) -> Any:
    """Decode a record that holds no key twice."""
    return json.loads(record)


def test_a_headless_file_stays_headless(put: Put, tmp_path: Path) -> None:
    """A `.jsonl` without a head line is written back without one."""
    lines = "".join(with_nodes(ROOT, f'"tree":"t{number}"') + "\n" for number in range(3))
    fl.load(put("in.jsonl", lines)).save(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text() == lines


def test_a_head_line_comes_back_with_its_unknown_fields(put: Put, tmp_path: Path) -> None:
    """What a head line says beyond name, axes and anchors is kept and written back."""
    head = '{"forest":"ethics","axes":["a"],"anchors":{"choice":["free choice"]},"licence":"MIT","by":{"who":[1,null]}}'
    text = head + "\n" + with_nodes(ROOT) + "\n"
    forest = fl.load(put("in.jsonl", text))
    assert forest.extra == {"licence": "MIT", "by": {"who": [1, None]}}
    forest.save(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text() == text


@pytest.fixture
def forest() -> fl.Forest:
    """A forest with a name, aliases, an own axis, fields, and nodes appended out of preorder."""
    forest = fl.Forest("этика", axes=[*fl.frames.thinking().axes, fl.Axis("ethics", {"ru": "мораль"})])
    forest.anchor("choice", aliases=["free choice", "выбор"])
    forest.anchor("Намерение")
    justice = forest.plant("justice", 'He said "yes",', axes={"causality": 80, "мораль": 20}, source="essay", score=1)
    first = justice.root.then("One.").anchor("Choice")
    below = first.then("Below one.", score=0.5)
    justice.root.then("Two.").anchor("намерение", "choice")
    below.then("Late, and deep.", source="b", role="user").anchor("free choice")
    first.then("Late.", role="bot", score=2)
    forest.plant("выбор", "Выбор — это отказ.", axes=["paradox"], lang="ru").root.chain(["Шаг.", "Ещё шаг."])
    forest.plant("a/b: c?", "One node.")
    return forest


@pytest.mark.parametrize("name", ["out.jsonl", "out"])
def test_a_file_of_ours_comes_back_byte_for_byte(forest: fl.Forest, name: str, tmp_path: Path) -> None:
    """What forestlib wrote, it writes again with the same bytes after reading it, and the forests are equal."""
    forest.save(tmp_path / "a" / name)
    again = fl.load(tmp_path / "a" / name)
    again.save(tmp_path / "b" / name)
    assert again == forest
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_one_tree_of_ours_comes_back_byte_for_byte(forest: fl.Forest, tmp_path: Path) -> None:
    """A `.json` that forestlib wrote is written again with the same bytes."""
    alone = fl.Forest("alone", axes=forest.frame)
    alone.add(forest["justice"].copy())
    alone.save(tmp_path / "a.json")
    fl.load(tmp_path / "a.json").save(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by its path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.parametrize("name", ["out.jsonl", "out"])
def test_an_empty_forest_comes_back(name: str, tmp_path: Path) -> None:
    """A forest with no trees is saved and comes back equal."""
    forest = fl.Forest("nothing yet")
    forest.save(tmp_path / name)
    assert fl.load(tmp_path / name) == forest


def test_a_forest_without_axes_comes_back(tmp_path: Path) -> None:
    """A forest whose frame holds no axis does not get the built-in one by being saved and read."""
    forest = fl.Forest("bare", axes=[])
    forest.plant("t", "a")
    forest.save(tmp_path / "a.jsonl")
    again = fl.load(tmp_path / "a.jsonl")
    again.save(tmp_path / "b.jsonl")
    assert again == forest
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_node_that_goes_back_up_and_down_again_comes_back(tmp_path: Path) -> None:
    """A node appended below an earlier branch, deeper than the last node, is saved in preorder."""
    forest = fl.Forest("t")
    tree = forest.plant("t", "root")
    deep = tree.root.then("a").then("b")
    tree.root.then("c")
    deep.then("d")
    forest.save(tmp_path / "t.jsonl")
    assert [(node.level, node.text) for node in fl.load(tmp_path / "t.jsonl")["t"]] == [
        (0, "root"),
        (1, "a"),
        (2, "b"),
        (3, "d"),
        (1, "c"),
    ]


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_tree_of_any_depth_comes_back(depth: int, tmp_path: Path) -> None:
    """A chain of any depth is saved and comes back equal, in both forms."""
    forest = fl.Forest("deep")
    forest.plant("t", "root").root.chain(f"step {number}" for number in range(depth)).anchor("the end")
    for name in ("deep.jsonl", "deep.json"):
        forest.save(tmp_path / name)
        again = fl.load(tmp_path / name)
        assert again["t"].rows().levels == forest["t"].rows().levels
        assert again == forest


@pytest.mark.parametrize("name", ["in.json", "in.jsonl"])
def test_a_byte_order_mark_is_taken_for_what_it_is(name: str, put: Put, tmp_path: Path) -> None:
    """A UTF-8 file that begins with a mark is read as one without."""
    path = put(name, b"\xef\xbb\xbf" + json.dumps(OWN, ensure_ascii=False).encode())
    fl.load(path).save(tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_bytes()) == OWN


def test_windows_line_breaks_and_blank_lines_are_passed_over(put: Put) -> None:
    """CRLF, blank lines, and a missing last line break change nothing."""
    lines = ["", '{"forest":"f"}', "  ", with_nodes(ROOT, '"tree":"t"'), "", "\t", with_nodes(ROOT, '"tree":"u"')]
    forest = fl.load(put("in.jsonl", "\r\n".join(lines)))
    assert (forest.name, [tree.name for tree in forest]) == ("f", ["t", "u"])


def test_a_folder_is_read_in_sorted_order(put: Put) -> None:
    """A folder's `.json` and `.jsonl` files are read by name; other and hidden files are passed over."""
    for name in ("f/b.json", "f/a.jsonl", "f/c.json"):
        put(name, with_nodes(ROOT, f'"tree":"{name[2]}"') + "\n")
    put("f/notes.txt", "no tree")
    path = put("f/.hidden.json", "{")
    assert [tree.name for tree in fl.load(path.parent)] == ["a", "b", "c"]


def test_axes_that_files_bring_are_said(put: Put) -> None:
    """An axis that the frame lacks is added, named in a warning at the caller's line, and kept in `added_axes`."""
    path = put("in.json", json.dumps(OWN))
    with pytest.warns(fl.errors.ForestlibWarning, match="мораль") as caught:
        forest = fl.load(path)
    assert [axis.key for axis in forest.added_axes] == ["мораль"]
    assert forest["справедливость"].axes == {"causality": 0.5, "мораль": 0.5}
    assert caught[0].filename == __file__


SIGNS = st.characters(codec="utf-8")
ODD = [
    'He said "yes",',
    '","',
    ',"b',
    "\\",
    "a\\",
    '\\",',
    "\n",
    "a\u2028b",
    "\x00a",
    "😀",
    "ё",
    "\r\nx",
    '"level"',
    "{}",
]
TEXTS = st.one_of(
    st.sampled_from([text for text in ODD if text.strip()]), st.text(SIGNS, min_size=1, max_size=8)
).filter(lambda text: bool(text.strip()))
NAMES = TEXTS.map(lambda text: " ".join(text.split())).filter(
    lambda name: len(name.splitlines()) == 1 and name == name.strip()
)
PHRASES = TEXTS.map(lambda text: f"q{text}")
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(SIGNS, max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(SIGNS, max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELDS = st.dictionaries(st.sampled_from(["role", "score", "ключ", "x y"]), JSON, max_size=3)


@st.composite
def forests(draw: st.DrawFn, trees: int = 3) -> fl.Forest:
    """Draw a forest whose nodes were appended in any order that puts parents before children."""
    forest = fl.Forest(draw(NAMES))
    for name in draw(st.lists(NAMES, max_size=trees, unique=True)):
        axes = draw(st.sampled_from([None, ["causality", "empathy"], {"парадокс": 80, "religion": 20}, []]))
        tree = forest.plant(name, draw(TEXTS), axes=axes, lang=draw(st.sampled_from([None, "ru", "en"])))
        nodes = [tree.root]
        for place in draw(st.lists(st.integers(0, 99), max_size=7)):
            node = nodes[place % len(nodes)].then(draw(TEXTS), **draw(FIELDS))
            nodes.append(node.anchor(*draw(st.lists(PHRASES, max_size=2))))
    return forest


@settings(max_examples=60, deadline=None)
@given(forests())
def test_any_forest_survives_every_form(forest: fl.Forest) -> None:
    """Saving and loading gives an equal forest, and saving that one gives the same bytes, as `.jsonl` and as folder."""
    with TemporaryDirectory() as folder:
        for name in ("f.jsonl", "f"):
            forest.save(Path(folder, "a", name))
            again = fl.load(Path(folder, "a", name))
            assert again == forest
            again.save(Path(folder, "b", name))
        assert contents(Path(folder, "a")) == contents(Path(folder, "b"))


@settings(max_examples=60, deadline=None)
@given(forests())
def test_any_tree_survives_as_json(forest: fl.Forest) -> None:
    """A single tree is the same after a `.json`, whatever its texts, fields and order of appending."""
    with TemporaryDirectory() as folder:
        for place, tree in enumerate(forest):
            alone = fl.Forest("t", axes=forest.frame)
            alone.add(tree.copy())
            path = alone.save(Path(folder, f"{place}.json"))
            json.loads(path.read_bytes())
            again = fl.load(path)
            again.name = "t"
            assert again == alone


def test_what_a_second_head_says_is_kept(tmp_path: Path) -> None:
    """A later head line of a folder adds its fields, its axes and further names of known axes; added axes are said."""
    (tmp_path / "a.jsonl").write_text('{"forest":"one","axes":["ethics"],"source":"x"}\n', "utf-8")
    second = '{"forest":"two","axes":[{"key":"ethics","names":{"ru":"мораль"}},"law"],"licence":"MIT","source":"y"}\n'
    (tmp_path / "b.jsonl").write_text(second, "utf-8")
    with pytest.warns(ForestlibWarning, match="'law'"):
        forest = fl.load(tmp_path)
    assert forest.name == "one"
    assert forest.extra == {"source": "x", "licence": "MIT"}
    assert forest.frame["мораль"].key == "ethics"
    assert [axis.key for axis in forest.added_axes] == ["law"]


def test_a_forest_read_without_a_head_gets_one_when_it_has_something_to_say(tmp_path: Path) -> None:
    """A headless file stays headless until the forest is renamed or takes an axis; then nothing of that is lost."""
    source = tmp_path / "a.jsonl"
    source.write_text('{"tree":"t","nodes":[{"level":0,"text":"a"}]}\n', "utf-8")
    plain = fl.load(source)
    assert plain.save(tmp_path / "b.jsonl").read_bytes() == source.read_bytes()
    plain.name = "renamed"
    assert fl.load(plain.save(tmp_path / "c.jsonl")) == plain
    own = fl.load(source)
    own.take_frame(own.frame.extended([fl.Axis("ethics", {"ru": "мораль"})]))
    assert fl.load(own.save(tmp_path / "d.jsonl")).frame == own.frame
