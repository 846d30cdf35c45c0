"""Tree rows into a ground: what loading files and reading with an importer have in common.

A tree's axes that the frame lacks are added to it and said; nothing half-loaded is left when an error is raised,
because the ground that is filled is the caller's only when all went well.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

import attrs

from forestlib.errors import (
    AnchorError,
    DuplicateTreeError,
    FileError,
    ForestlibError,
    ForestlibWarning,
    OptionError,
    PluginError,
    shown,
)
from forestlib.files.decode import Misfit
from forestlib.files.heads import axes_of_json
from forestlib.files.record import check_columns
from forestlib.files.stream import Entry, Head
from forestlib.model.axis import DEFAULT_LANG, Axis, Frame
from forestlib.model.ground import Ground
from forestlib.model.key import checked_phrase
from forestlib.model.rows import TreeRows
from forestlib.model.text import checked_lang, checked_name
from forestlib.model.tree import Tree
from forestlib.model.weights import shares

__all__ = ["Filling", "fill_from_entries", "fill_from_rows"]

ERRORS = ("raise", "skip")
_NAMED = 9
Progress = Callable[[int], None]


@attrs.define
class Filling:
    """What filling a ground did: axes added, entries skipped, the head line, what later ones said in vain."""

    added: dict[str, Axis] = attrs.field(factory=dict)
    skipped: list[FileError] = attrs.field(factory=list)
    head: Head | None = None
    overruled: list[str] = attrs.field(factory=list)
    keeps_frame: bool = False
    frame_names: list[str] = attrs.field(factory=list)

    def note_added(self, frame: Frame, axes: Iterable[Axis]) -> None:
        """Remember axes that `frame` lacked."""
        self.frame_names = self.frame_names or frame.names()
        self.added |= {axis.key: axis for axis in axes}

    def added_names(self) -> list[str]:
        """Return the names of the first axes added, each with the nearest of those that the frame had."""
        close = {name: get_close_matches(name, self.frame_names, n=1, cutoff=0.75) for name in [*self.added][:_NAMED]}
        return [f"{shown(name)} (meant {shown(near[0])}?)" if near else shown(name) for name, near in close.items()]

    def tell(self, source: object) -> None:
        """Warn of what was added, skipped and overruled."""
        if self.added:
            names = ", ".join(self.added_names()) + (" …" if len(self.added) > _NAMED else "")
            warnings.warn(f"{source}: axes that the frame lacks were added: {names}", ForestlibWarning, stacklevel=3)
        if self.skipped:
            listed = "; ".join(error.message for error in self.skipped[:3]) + (" …" if len(self.skipped) > 3 else "")
            warnings.warn(f"{source}: {len(self.skipped)} trees skipped: {listed}", ForestlibWarning, stacklevel=3)
        if self.overruled:
            names = ", ".join(map(shown, self.overruled[:_NAMED])) + (" …" if len(self.overruled) > _NAMED else "")
            warnings.warn(
                f"{source}: the first head line names the forest and its language; later ones that say otherwise "
                f"were not followed: {names}",
                ForestlibWarning,
                stacklevel=3,
            )


def fill_from_entries(
    ground: Ground, entries: Iterable[Entry], errors: str, keeps_frame: bool, progress: Progress
) -> Filling:
    """Add what files hold; an entry that is wrong raises its `FileError`, or is skipped and kept in the filling.

    The axes of the first head line take the place of the ground's frame, unless `keeps_frame`: then they are added.
    """
    if errors not in ERRORS:
        raise OptionError(f"errors= is 'raise' or 'skip', got {shown(errors)}.", value=errors)
    filling, done, places = Filling(keeps_frame=keeps_frame), 0, dict[str, str]()
    for entry in entries:
        error = _fill(ground, entry, filling, places)
        if error is not None and errors == "raise":
            raise error
        if error is not None:
            filling.skipped.append(error)
        done += len(entry.data)
        progress(done)
    return filling


def _fill(ground: Ground, entry: Entry, filling: Filling, places: dict[str, str]) -> FileError | None:
    value = entry.value
    if isinstance(value, FileError):
        return value
    try:
        if isinstance(value, Head):
            _take_head(ground, value, filling)
        else:
            _take_tree(ground, value, filling)
            places[value.name] = f"{entry.path}:{entry.line}"
    except Misfit as misfit:
        return entry.fault(misfit.problem, misfit.path)
    except DuplicateTreeError:
        first = places.get(str(value.name), "the forest")
        return entry.fault(
            f"a second tree named {shown(value.name)}; the first stands at {first}. Rename one", ("tree",)
        )
    return None


def _take_head(ground: Ground, head: Head, filling: Filling) -> None:
    with _blaming("axes"):
        theirs = Frame(tuple(axes_of_json(head.axes or [])))
        replaces = head.axes is not None and filling.head is None and not len(ground) and not filling.keeps_frame
        frame = theirs if replaces else ground.frame.merged(theirs)
    with _blaming("forest"):
        name = checked_name(head.name, "A forest's name")
    with _blaming("lang"):
        lang = checked_lang(head.extra.get("lang"))
    with _blaming("anchors"):
        ground.declare(head.anchors)
    if not replaces:
        filling.note_added(ground.frame, [axis for axis in frame if axis.key not in ground.frame])
    first = filling.head is None
    follows = first and not filling.keeps_frame
    ground.take_frame(frame, lang if follows else None)
    if first:
        ground.name, filling.head = name, head
    else:
        said = [(name, ground.name), (lang, lang if filling.keeps_frame else ground.frame.lang)]
        filling.overruled += [other for other, own in said if other is not None and other != own]
    for key, value in head.extra.items():
        # The frame holds its language; said without need, it is kept among what a head line says beside.
        if key != "lang" or (follows and lang in (None, DEFAULT_LANG)):
            ground.extra.setdefault(key, value)


def _take_tree(ground: Ground, rows: TreeRows, filling: Filling) -> None:
    with _blaming("nodes"):
        tree = _tree_of(rows)
    if tree.name in ground:
        raise DuplicateTreeError(f"The forest has a tree named {shown(tree.name)}.", name=tree.name)
    with _blaming("axes"):
        lacking = {name: Axis(name) for name in rows.axes or () if name not in ground.frame}
        frame = ground.frame.extended(lacking.values()) if lacking else ground.frame
        shares(rows.axes, frame)
    if lacking:
        filling.note_added(ground.frame, lacking.values())
        ground.take_frame(frame)
    ground.add(tree)


def _tree_of(rows: TreeRows) -> Tree:
    try:
        return Tree.from_rows(rows)
    except ForestlibError:
        check_columns(rows.levels, rows.texts)
        for number, phrase in rows.marks:
            _check_mark(number, phrase)
        raise


def _check_mark(number: int, phrase: str) -> None:
    try:
        checked_phrase(phrase)
    except AnchorError as error:
        raise Misfit(error.message.rstrip("."), ("nodes", number, "anchors")) from None


@contextmanager
def _blaming(key: str) -> Iterator[None]:
    """Turn what the model says is wrong into what is wrong with one key of a record."""
    try:
        yield
    except ForestlibError as error:
        raise Misfit(error.message.rstrip("."), (key,)) from None


def fill_from_rows(ground: Ground, trees: Iterable[TreeRows], importer: str, progress: Progress) -> Filling:
    """Add what an importer yields; a name that is met twice gets " (2)" after it."""
    filling, counts = Filling(), dict[str, int]()
    for number, rows in enumerate(trees, 1):
        if not isinstance(rows, TreeRows):
            raise PluginError(f"The importer {importer!r} gave {shown(rows)}. It yields fl.TreeRows.", name=importer)
        rows.name = _free_name(ground, rows.name, counts)
        try:
            _take_tree(ground, rows, filling)
        except Misfit as misfit:
            place = f"tree {number}, {shown(rows.name)}"
            raise FileError.at(importer, f"{place}: {misfit.problem}.", where=misfit.where) from None
        progress(number)
    return filling


def _free_name(ground: Ground, name: str, counts: dict[str, int]) -> str:
    free = name
    while free in ground:
        counts[name] = counts.get(name, 1) + 1
        free = f"{name} ({counts[name]})"
    return free
