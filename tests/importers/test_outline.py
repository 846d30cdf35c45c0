"""The importer and the view `outline`: what is read, what is refused, and that what is written reads back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forestlib.errors import FileError, OptionError
from forestlib.importers.outline import outline
from forestlib.model.rows import TreeRows
from forestlib.views.outline import outline_lines

JUSTICE = """
# justice [causality 80%, empathy 20%]
Justice is the match between deeds and norms. {match → moral structure} {cause → consequence}
  But norms differ: cultural, universal. {context depends on culture}

    A cultural norm binds one people.
    A universal norm claims to bind all.
  And deeds differ.
# choice
To choose is to leave.
"""


def written(rows: TreeRows) -> str:
    """Return the outline of a tree as one text."""
    return "\n".join(outline_lines(rows))


def one(text: str, **options: Any) -> TreeRows:
    """Return the only tree of an outline."""
    [rows] = outline(text, **options)
    return rows


def below(*lines: str) -> str:
    """Return the outline of a tree 'a' with these lines."""
    return "\n".join(["# a", *lines])


def test_an_outline_becomes_trees() -> None:
    """A title begins a tree, indentation gives levels, braces at a line's end are marks, blank lines are nothing."""
    justice, choice = outline(JUSTICE)
    assert (justice.name, justice.axes) == ("justice", {"causality": 80, "empathy": 20})
    assert justice.levels == [0, 1, 2, 2, 1]
    assert justice.texts[1] == "But norms differ: cultural, universal."
    assert justice.marks == [
        (0, "match → moral structure"),
        (0, "cause → consequence"),
        (1, "context depends on culture"),
    ]
    assert (choice.name, choice.axes, choice.texts) == ("choice", None, ["To choose is to leave."])


def test_a_file_and_its_text_give_the_same(tmp_path: Path) -> None:
    """A path, as a string or not, is read as the text in it is; a mark before UTF-8 and any line ends are no text."""
    path = tmp_path / "forest.txt"
    path.write_bytes(b"\xef\xbb\xbf" + JUSTICE.replace("\n", "\r\n").encode())
    expected = [(rows.name, rows.levels, rows.texts, rows.marks) for rows in outline(JUSTICE)]
    for source in (path, str(path), JUSTICE.replace("\n", "\r"), "\ufeff" + JUSTICE.lstrip()):
        assert [(rows.name, rows.levels, rows.texts, rows.marks) for rows in outline(source)] == expected


@pytest.mark.parametrize("margin", ["", "    ", "\t", "        "])
def test_the_indentation_of_the_whole_text_is_nothing(margin: str) -> None:
    """A text may be indented as a whole, its first title also less, as in a string of a notebook cell."""
    text = "\n".join(margin + line for line in JUSTICE.strip().splitlines())
    expected = [rows.levels for rows in outline(JUSTICE)]
    assert [rows.levels for rows in outline(text + "\n")] == expected
    assert [rows.levels for rows in outline(text.lstrip())] == expected


@pytest.mark.parametrize("step", ["  ", "    ", "   ", "\t", " "])
def test_a_level_takes_what_the_first_indented_line_takes(step: str) -> None:
    """A level may take any number of spaces or tabs, in each tree its own."""
    assert one(below("a", f"{step}b", f"{step}{step}c", f"{step}d")).levels == [0, 1, 2, 1]


def test_a_step_that_is_given() -> None:
    """`indent` says what a level takes where the first indented line shall not."""
    with pytest.raises(FileError, match="level 2 after level 0"):
        one(below("a", "    b"), indent=2)
    assert one(below("a", "  b", "    c"), indent=2).levels == [0, 1, 2]


@pytest.mark.parametrize("indent", [0, -2, 2.0, True, "2"])
def test_a_step_that_is_none(indent: Any) -> None:
    """`indent` is a whole number from 1 up."""
    with pytest.raises(OptionError, match="whole number from 1 up"):
        list(outline(JUSTICE, indent=indent))


def test_a_level_as_a_number() -> None:
    """A line may carry its level as a number, whatever stands before it, among lines that are indented."""
    assert one(below("[0] a", "  b", "[2] c", "       [3] d", "[1]e", "    f")).levels == [0, 1, 2, 3, 1, 2]


@pytest.mark.parametrize("text", ["[E] is dominant", "[ ] open", "[1.2] see there"])
def test_a_bracket_that_is_no_level(text: str) -> None:
    """A bracket that holds no whole number is text."""
    assert one(below(text)).texts == [text]


@pytest.mark.parametrize(
    ("line", "text", "phrases"),
    [
        ("He weighs {a price} first.", "He weighs a price first.", ["a price"]),
        ("{Mercy} weighs {a price} . {gift} {debt}", "Mercy weighs a price .", ["Mercy", "a price", "gift", "debt"]),
        ("Mercy{ gift }{debt}", "Mercy", ["gift", "debt"]),
        (r"The set \{1, 2\} {a \{b\}}", "The set {1, 2}", ["a {b}"]),
        (r"\{a} b".replace("}", r"\}"), "{a} b", []),
        (r"\# no title", "# no title", []),
        (r"\[41] no level", "[41] no level", []),
        (r"a\nb\tc\rd\\e\u2028f\u00a0\s", "a\nb\tc\rd\\e\u2028f\u00a0 ", []),
        (r"\s a {\sb}", "  a", [" b"]),
        ("a\u2028b\x85c\x0cd", "a\u2028b\x85c\x0cd", []),
    ],
)
def test_what_a_line_holds(line: str, text: str, phrases: list[str]) -> None:
    """Braces inside a line mark its words, braces at its end stand beside it; a backslash takes each its meaning."""
    rows = one(below("root", f"  {line}"))
    assert (rows.texts[1], rows.marks) == (text, [(1, phrase) for phrase in phrases])


@pytest.mark.parametrize(
    ("title", "name", "axes"),
    [
        ("# war, and peace: 5 %", "war, and peace: 5 %", None),
        ("#\ta#b ", "a#b", None),
        ("# a []", "a", []),
        ("# a [causality, empathy]", "a", ["causality", "empathy"]),
        ("# a[causality 80%,empathy 20 %]", "a", {"causality": 80, "empathy": 20}),
        ("# a [x 33.5%, y 66.5%, z 0.0%]", "a", {"x": 33.5, "y": 66.5, "z": 0}),
        (r"# a \[b\] [x\, y, era\s80, 5\%]", "a [b]", ["x, y", "era 80", "5%"]),
        (r"# a [era\s80 100%]", "a", {"era 80": 100}),
        ("# справедливость [мораль]", "справедливость", ["мораль"]),
    ],
)
def test_what_a_title_holds(title: str, name: str, axes: Any) -> None:
    """A title holds a name, and perhaps axes: a list where all are bare, a mapping where all have a weight."""
    rows = one(f"{title}\nroot")
    assert (rows.name, repr(rows.axes)) == (name, repr(axes))


def test_nothing_gives_no_trees(tmp_path: Path) -> None:
    """An empty file is a forest of no trees, as an empty forest is written."""
    (tmp_path / "empty.txt").touch()
    assert list(outline(tmp_path / "empty.txt")) == list(outline("\n \n")) == []


def test_trees_come_one_at_a_time() -> None:
    """Reading streams: a tree comes before what is below the next title is looked at."""
    trees = outline("# a\nroot\n# b\n}")
    assert next(trees).name == "a"
    with pytest.raises(FileError):
        next(trees)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("Justice.\n  Norms.", 1, "no title stands before 'Justice.'. A tree begins with its title: '# justice'"),
        ("# a\n# b\nroot", 1, "the tree 'a' has no node"),
        ("# a\n", 1, "the tree 'a' has no node"),
        ("#a\nroot", 1, "this is no title"),
        ("## a\nroot", 1, "this is no title"),
        ("#\nroot", 1, "this is no title"),
        ("# [x]\nroot", 1, "name is blank"),
        ("# a [x\nroot", 1, "this is no title"),
        ("# a {x}\nroot", 1, "this is no title"),
        ("# a\\nb\nroot", 1, "one line"),
        ("# a [x 80%, y]\nroot", 1, "the axis 'y' has no weight and others have"),
        ("# a [x 80%, y 30%]\nroot", 1, "sum to 110%. Make them sum to 100%"),
        ("# a [x 0.8%, y 0.2%]\nroot", 1, "sum to 1%. Make them sum to 100%"),
        ("# a [x, x]\nroot", 1, "the axis 'x' stands twice"),
        ("# a [x 80, y 20]\nroot", 1, "has no percent sign. Write 'x 80%'"),
        ("# a [x,, y]\nroot", 1, "an axis reads"),
        ("# a [80%]\nroot", 1, "an axis reads"),
        ("# a [x -5%]\nroot", 1, "an axis reads"),
        (below("root", "other"), 3, "a tree has one root, and 'a' has its own at line 2"),
        (below("  root", "    b", "other"), 4, "a tree has one root"),
        (below("root", "[0] other"), 3, "a tree has one root"),
        (below("[1] root"), 2, "at level 0, got level 1"),
        (below("root", "  b", "      c"), 4, "level 3 after level 1"),
        (below("root", "[41] b"), 3, "level 41 after level 0"),
        (
            below("root", "  b", "     c"),
            4,
            "indented by 5 below its root, and a level of this tree takes 2. Indent by 4 or 6",
        ),
        (below("root", "    b", "  c"), 4, "a level of this tree takes 4. Indent by 4."),
        (below("root", "  b", "\tc"), 4, "tabs and spaces are mixed"),
        (below("root", " \tb"), 3, "tabs and spaces are mixed"),
        (below("  root", "\tb"), 3, "tabs and spaces are mixed"),
        (below("root", "\u00a0\u00a0b"), 3, "begins with the blank U+00A0"),
        (below("root", "  b", "  # c", "  d"), 4, "a title stands no deeper than the root before it, at line 2"),
        (below("{a} {b}"), 2, "anchors only"),
        (below("[0] {a}"), 2, "anchors only"),
        (below("[0]"), 2, "blank"),
        (below(r"\s"), 2, "blank"),
        (below("a {} b"), 2, "an anchor is empty"),
        (below("a {…}"), 2, "no letter"),
        (below("a {b"), 2, "the brace '{' has no partner"),
        (below("a } b"), 2, "the brace '}' has no partner"),
        (below("a {b {c}"), 2, "the brace '{' has no partner"),
        (below("C:\\dir"), 2, "no escape \\d is known"),
        (below("a\\"), 2, "backslash"),
        (below("a {b}\\"), 2, "a backslash ends the line"),
        (below(r"a \ud800"), 2, "lone surrogate"),
        (below("a \ud800"), 2, "lone surrogate"),
    ],
)
def test_what_could_be_meant_in_two_ways_names_its_line(text: str, line: int, problem: str) -> None:
    """A line that is not clear is an error that names it and says what would be right."""
    with pytest.raises(FileError) as caught:
        list(outline(text + "\n"))
    assert (caught.value.path, caught.value.line) == ("<text>", line)
    assert problem in caught.value.problem


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """No file, a folder, and a title typed without a line break are errors that say what an outline is."""
    for source in (tmp_path / "none.txt", tmp_path, "# justice", "", "a\0b", "x" * 10_000):
        with pytest.raises(FileError, match="An outline is a file, or a text that holds a line break") as caught:
            list(outline(source))
        assert len(str(caught.value)) < 500


def test_another_encoding_is_named(tmp_path: Path) -> None:
    """A file in another encoding is an error with its line that names the encoding."""
    path = tmp_path / "forest.txt"
    path.write_bytes("# a\r\nroot\r\n  Справедливость — это соответствие.\r\n".encode("cp1251"))
    with pytest.raises(FileError, match=r"forest\.txt:3: .*Windows-1251"):
        list(outline(path))


def test_weights_are_written_as_they_were() -> None:
    """A list is written as bare names, shares as percentages, and weights that sum to 100 as they are."""
    titles: dict[str, list[str] | dict[str, float] | None] = {
        "# a": None,
        "# a []": [],
        "# a [x, y]": ["x", "y"],
        "# a [x 80%, y 20%]": {"x": 0.8, "y": 0.2},
        "# a [x 33.3%, y 66.7%]": {"x": 33.3, "y": 66.7},
        "# a [x 33.3333333333%, y 66.6666666667%]": {"x": 1 / 3, "y": 2 / 3},
        "# a [x 100%, y 0%]": {"x": 1, "y": 0},
    }
    assert [next(outline_lines(TreeRows("a", [0], ["root"], axes=axes))) for axes in titles.values()] == list(titles)


def test_levels_past_forty_stand_as_numbers() -> None:
    """A line is indented up to level 40 and numbered past it."""
    lines = list(outline_lines(TreeRows("a", range(43), ["x"] * 43)))
    assert lines[41:] == [f"{80 * ' '}x", "[41] x", "[42] x"]


def test_what_a_reader_typed_is_written_as_typed() -> None:
    """An outline in the usual form is written back as it was."""
    assert "\n".join(map(written, outline(JUSTICE))) == JUSTICE.strip().replace("\n\n", "\n")


def test_no_control_character_reaches_a_terminal() -> None:
    """Control characters and line separators are written as escapes."""
    rows = TreeRows("a\x1b[2J", [0], ["b\x1b[31m\u2028c\x85"], [(0, "d\x07")])
    assert written(rows) == "# a\\u001b\\[2J\nb\\u001b[31m\\u2028c\\u0085 {d\\u0007}"


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SHARP = st.text(" \t\n\r\\{}[]#,%su0128 \u2028\u2029\x85\x1c\u00a0\ufeffёЖ😀", max_size=12)
TEXTS = (ANY | SHARP).filter(str.strip)
PHRASES = st.builds("{}λ{}".format, ANY | SHARP, ANY | SHARP)
NAMES = TEXTS.map(lambda text: " ".join("".join(text.splitlines()).split(" ")).strip()).filter(bool)


@st.composite
def levels(draw: st.DrawFn) -> list[int]:
    """Draw the levels of any tree, some of them deep enough to pass where indentation ends."""
    drawn = list(range(draw(st.sampled_from([1, 1, 1, 39, 41, 44]))))
    for step in draw(st.lists(st.integers(0, 60), max_size=12)):
        drawn.append(1 + step % (drawn[-1] + 1))
    return drawn


@st.composite
def weights(draw: st.DrawFn) -> list[str] | dict[str, float] | None:
    """Draw weights in every form: none, bare names, shares of 1, shares of 100."""
    names = draw(st.none() | st.lists(NAMES, unique=True, max_size=4))
    whole = draw(st.sampled_from([None, 1, 100]))
    if not names or whole is None:
        return names
    parts = [draw(st.integers(1, 10**6)) for _ in names]
    return {name: whole * part / sum(parts) for name, part in zip(names, parts, strict=True)}


@st.composite
def trees(draw: st.DrawFn) -> TreeRows:
    """Draw any tree that an outline can hold."""
    shape = draw(levels())
    texts = draw(st.lists(TEXTS, min_size=len(shape), max_size=len(shape)))
    marks = draw(st.lists(st.tuples(st.integers(0, len(shape) - 1), PHRASES), max_size=6))
    return TreeRows(draw(NAMES), shape, texts, sorted(marks, key=lambda mark: mark[0]), axes=draw(weights()))


def shares(axes: list[str] | dict[str, float] | None) -> Any:
    """Return weights as shares, to nine digits; bare names as they are."""
    if not isinstance(axes, dict):
        return axes
    return {name: pytest.approx(weight / sum(axes.values()), abs=1e-9) for name, weight in axes.items()}


@given(st.lists(trees(), max_size=3))
@example([TreeRows(r"a \[b] # 1", [0], ["[41] \\{ # }"], [(0, " {λ\\ ")], axes={"era 80": 0.5, "5%, x": 0.5})])
def test_what_is_written_reads_back(forest: list[TreeRows]) -> None:
    """Law: an outline that was written reads back with its names, levels, texts, marks and weights."""
    text = "\n".join(map(written, forest)) + "\n"
    back = list(outline(text))
    assert [(rows.name, rows.levels, rows.texts, rows.marks) for rows in back] == [
        (rows.name, rows.levels, rows.texts, rows.marks) for rows in forest
    ]
    assert [shares(rows.axes) for rows in back] == [shares(rows.axes) for rows in forest]
    assert [list(rows.axes or ()) for rows in back] == [list(rows.axes or ()) for rows in forest]


@given(trees())
def test_a_written_line_is_one_line(rows: TreeRows) -> None:
    """Law: no line that is written holds what any editor or `str.splitlines` would split at."""
    lines = list(outline_lines(rows))
    assert "\n".join(lines).splitlines() == lines


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_any_depth_both_ways(depth: int) -> None:
    """A chain of any depth is written and read back, and takes room in proportion to its nodes."""
    rows = TreeRows("chain", range(depth), [f"Step {number}." for number in range(depth)], [(depth - 1, "end")])
    text = written(rows)
    back = one(text)
    assert (list(back.levels), back.texts, back.marks) == (list(rows.levels), rows.texts, rows.marks)
    assert len(text) < 130 * depth


def test_twice_the_nodes_take_at_most_three_times_as_long() -> None:
    """Writing and reading a chain grow with its length and no faster."""

    def taken(depth: int) -> float:
        rows = TreeRows("chain", range(depth), ["A step {of many}."] * depth)
        begun = time.process_time()
        one(written(rows))
        return time.process_time() - begun

    assert min(taken(40_000) for _ in range(3)) <= 3 * min(taken(20_000) for _ in range(3))
