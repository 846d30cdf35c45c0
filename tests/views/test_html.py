"""The HTML of a forest, a tree and a node: script-free, escaped, bounded, readable without styles."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.analysis.report import report
from forestlib.analysis.routes import route
from forestlib.errors import OptionError
from forestlib.model.axis import Axis
from forestlib.model.ground import Ground
from forestlib.model.rows import TreeRows
from forestlib.model.tree import Tree
from forestlib.views.html import page

# What GitHub lets through; its sanitizer drops scripts, styles and everything else.
LISTS = {"details", "div", "li", "p", "summary", "table", "td", "th", "tr", "ul"}
TAGS = LISTS | {"b", "br", "i", "mark", "small", "span", "sup"}
ATTRIBUTES = {"align", "dir", "style", "title"}
# A text, and how it reads on the page.
BAD_TEXTS = {
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "</b></li><ul>": "</b></li><ul>",
    "[bold]x[/bold]": "[bold]x[/bold]",
    "{x} &amp; {{y}}": "{x} &amp; {{y}}",
    "a \"quoted\" 'text'": "a \"quoted\" 'text'",
    "red \x1b[31m\x00\x85": "red ␛[31m␀",
}
SHAPES: dict[str, Callable[[int], list[int]]] = {
    "chain": lambda nodes: list(range(nodes)),
    "comb": lambda nodes: [0, *(level for level in range(1, nodes // 2 + 1) for _ in "ab")][:nodes],
    "star": lambda nodes: [0] + [1] * (nodes - 1),
}


class Reader(HTMLParser):
    """Reads a page, checks that tags are known and closed in order, and keeps the text and the deepest nesting."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.deepest = 0
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check an element that begins."""
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        if tag != "br":
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        """Check that it is the last one that ends."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data

    def handle_comment(self, data: str) -> None:
        """Refuse what no page of ours holds."""
        raise AssertionError(data)


def shaped(shape: str, nodes: int) -> Tree:
    """Return a tree of a shape and a number of nodes, with a mark at every third node."""
    texts = [f"Step {number}." for number in range(nodes)]
    marks = [(number, f"phrase {number % 7}") for number in range(0, nodes, 3)]
    return Tree.from_rows(TreeRows(shape, SHAPES[shape](nodes), texts, marks))


@pytest.fixture
def ethics() -> Ground:
    """Return three trees of two languages, two of them tied by one anchor."""
    ground = Ground("ethics")
    justice = ground.plant("justice", "Justice is a match.", axes={"causality": 80, "empathy": 20})
    justice.root.anchor("match", "cause → consequence").branch("One norm.", "Another norm.")
    god = ground.plant("Бог", "О Боге спрашивают там, где кончается выбор.", axes=["религия"])
    god.root.anchor("выбор", "Cause -> Consequence")
    ground.plant("sand", "Sand is alone.")
    return ground


@given(st.lists(st.text(min_size=1).filter(lambda text: bool(text.strip())), min_size=1, max_size=6))
def test_any_text_is_only_text(texts: list[str]) -> None:
    """Whatever a text holds, the page has known tags only, closed in order."""
    tree = Tree("t", "root")
    tree.root.chain(texts)
    Reader(page(tree))
    Reader(page(tree.root))


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_bad_texts_are_escaped_wherever_they_stand(text: str) -> None:
    """As a text, a phrase, a field, the name of a tree or of an axis, a bad text stays a harmless text."""
    ground = Ground("bad", [Axis(text.strip())])
    name = text.strip()
    node = ground.plant(name, text, axes=[name], note=text).root.anchor("x" + text)
    ground.plant("other", text).root.anchor("x" + text)
    for thing in (ground, ground[name], node):
        html = page(thing)
        assert BAD_TEXTS[text] in Reader(html).text
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", html)
    for found in (report(ground), route(ground, name, "other")):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]|<script", page(found))


def test_a_text_of_many_lines_is_one_line() -> None:
    """Line breaks and tabs become blanks."""
    assert Reader(page(Tree("t", "two\nlines\tand\u2028more"))).text.endswith("two lines and more")


def test_a_text_from_right_to_left_cannot_turn_the_page_around() -> None:
    """Every text stands in an element of its own direction, and characters that override it are gone."""
    html = page(Tree("t", "שלום \u202e עולם"))
    assert '<span dir="auto" title="node 0, level 0">שלום' in html
    assert "\u202e" not in html


@pytest.mark.parametrize("nodes", [1, 1_000, 100_000])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_is_bounded_at_any_size(shape: str, nodes: int) -> None:
    """A tree of any size shows at most 200 nodes, nested at most 40 elements deep."""
    tree = shaped(shape, nodes)
    for thing in (tree, tree[nodes - 1], tree.root):
        html = page(thing)
        assert html.count('title="node ') <= 200
        assert len(html) < 60_000
        assert Reader(html).deepest <= 40


def test_a_long_text_is_cut() -> None:
    """A text of a megabyte, or a thousand anchors at one node, does not make a page of a megabyte."""
    tree = Tree("t" * 10_000, '"' * 10**6 + "x")
    tree.root.anchor(*(f"phrase {number}" * 99 for number in range(1_000)))
    for thing in (tree, tree.root):
        assert len(page(thing)) < 30_000


def test_a_long_chain_is_folded_and_not_indented() -> None:
    """1,000 levels are one list entry: its first and last steps, and a fold that opens onto the next ones."""
    html = page(shaped("chain", 1_000))
    assert html.count("<ul>") == html.count("<li>") == 1
    assert "<summary>… 991 levels …</summary>" in html
    assert html.count("↓") == 8
    assert "… 851 more nodes …" in html


def test_without_styles_the_page_says_the_same(ethics: Ground) -> None:
    """GitHub strips style attributes: shape, folds and the numbers of anchors do not hang on them."""
    html = page(ethics["justice"])
    bare = re.sub(r' style="[^"]*"', "", html)
    assert Reader(bare).text == Reader(html).text
    assert "<mark>match</mark><sup>⚓2</sup>" in bare
    assert bare.count("<ul>") == 2


def marks(html: str) -> set[tuple[str, str]]:
    """Return the (style, number) of each mark of a page."""
    return set(re.findall(r'<mark style="([^"]*)">[^<]*</mark><sup>⚓(\d+)</sup>', html))


def test_an_anchor_is_marked_alike_wherever_it_stands(ethics: Ground) -> None:
    """In both trees, at the node and among the islands, an anchor has one number and one colour; another has others."""
    shared = ethics.anchors.number_of("cause → consequence") + 1
    pages = [page(thing) for thing in (ethics, ethics["justice"], ethics["Бог"], ethics["Бог"].root)]
    ours = [next(style for style, number in marks(html) if number == str(shared)) for html in pages]
    assert len(set(ours)) == 1
    assert len({style for style, _ in marks(pages[1])}) == 2


def test_a_tree_alone_numbers_its_own_anchors() -> None:
    """Outside of a forest the numbers go by the tree's own anchors, from 1, by key."""
    tree = Tree("t", "A beta, then an alpha.")
    tree.root.anchor("beta", "alpha")
    assert re.findall(r">(\w+)</mark><sup>⚓(\d+)<", page(tree)) == [("beta", "2"), ("alpha", "1")]


def test_an_anchor_is_marked_inside_the_text_or_after_it() -> None:
    """A phrase with a place in the text is marked there, whole words only; one without, or that overlaps, after it."""
    tree = Tree("t", "Choices follow one free choice.")
    tree.root.anchor("free choice", "choice", "woven in")
    text = Reader(page(tree)).text
    assert text.endswith("Choices follow one free choice⚓2. woven in⚓3 choice⚓1")


def test_the_colours_have_contrast_of_their_own() -> None:
    """Both ground and letters are set, so that a dark theme changes neither; their contrast is at least 7 : 1."""
    tree = Tree("t", "root")
    for number in range(60):
        tree.root.then("x").anchor(f"phrase {number}")

    def light(colour: str) -> float:
        parts = [int(part, 16) / 255 for part in re.findall("..", colour)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for style, _ in marks(page(tree)):
        ground = re.fullmatch(r"background-color:#(\w{6});color:#111", style)
        assert ground
        assert (light(ground[1]) + 0.05) / (light("111111") + 0.05) >= 7


def test_a_forest_shows_its_trees_and_islands(ethics: Ground) -> None:
    """The page of a forest: a line of counts, a row a tree with axes in percent, the islands, and the trees alone."""
    text = Reader(page(ethics)).text
    assert text.startswith("ethics · 3 trees, 5 nodes, 3 anchors (1 shared), 2 islands")
    assert "justicecausality 80%, empathy 20%321" in text
    assert "island of 2 trees: justice, Богtied by cause → consequence⚓1" in text
    assert "1 tree alone: sand" in text


def test_a_forest_of_thousands_of_trees_is_bounded() -> None:
    """Fifty rows, eight islands and a few names stand for any number; the rest is counted."""
    ground = Ground("many")
    for number in range(3_000):
        ground.plant(f"t{number}", "A root.").root.anchor(f"pair {number // 2}" if number < 2_000 else f"own {number}")
    html = page(ground)
    assert html.count("<tr>") == 51
    assert "… 2,950 more trees …" in html
    assert "… 992 more islands …" in html
    assert "1,000 trees alone" in html
    assert len(html) < 30_000


def test_an_empty_forest_has_a_page() -> None:
    """Where there is no tree the page is the line of counts."""
    assert Reader(page(Ground("empty"))).text == "empty · 0 trees, 0 nodes, 0 anchors (0 shared), 0 islands"


def test_a_node_shows_its_path_itself_and_what_follows() -> None:
    """A node's page has the way from the root, its fields, its anchors with their trees, and its children."""
    ground = Ground()
    root = ground.plant("t", "The root.").root
    node = root.chain(f"Step {number}." for number in range(30)).then("Here.", role="premise", nested=[1, 2])
    node.anchor("choice").branch("One.", "Two.")[0].then("Below.")
    ground.plant("other", "A root.").root.anchor("choice")
    text = Reader(page(node)).text
    assert "Node 31 of t, level 31" in text
    assert "The root.↓ Step 0.↓ Step 1.↓ Step 2.… 23 levels …↓ Step 26." in text
    assert "↓ Here. choice⚓1One. (1 node below)Two." in text
    assert "rolepremisenested2 items" in text
    assert "choice⚓1 in 2 trees" in text


def test_a_field_as_deep_as_a_tree_is_shown() -> None:
    """A nested field is counted, never walked."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    tree = Tree("t", "root")
    tree._fields.put(0, "deep", deep)
    assert "1 item<" in page(tree.root)


def test_reports_and_routes_show_themselves(ethics: Ground) -> None:
    """`page` gives a report and a route their own HTML."""
    assert page(report(ethics)) == report(ethics)._repr_html_()
    found = route(ethics, "justice", "Бог")
    assert page(found) == found._repr_html_()


def test_anything_else_is_an_error() -> None:
    """What is no part of a forest is named in the error."""
    with pytest.raises(OptionError, match="got 'justice'"):
        page("justice")


def test_a_tree_that_grew_is_shown_grown() -> None:
    """A page is made of the tree as it is, in preorder, whatever the order of appending."""
    tree = Tree("t", "root")
    first, _ = tree.root.branch("first", "second")
    before = page(tree)
    first.then("below the first")
    assert "below the first" not in before
    assert Reader(page(tree)).text.endswith("rootfirst↓ below the firstsecond")
