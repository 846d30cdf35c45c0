"""Shares of walkers: how they are said, and how many samples each of them gets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from forestlib.errors import OptionError, shown
from forestlib.registry import Plugin, walkers

__all__ = ["DEFAULT", "IMPLIED", "Share", "apportioned", "checked_size", "rounded", "shares_of"]

# The layout that stitched best where it was measured: 37 % of the samples show two trees, half of the others start
# mid-tree, and about 15 % of those jump to their own tree. Defaults, never laws.
DEFAULT: Mapping[str, Any] = {
    "paths": 0.315,
    "crops": {"share": 0.315, "mid_tree": 1.0, "self_jumps": 0.3},
    "bridges": 0.148,
    "questions:back": {"share": 0.1295, "direction": "back"},
    "questions:forth": {"share": 0.074, "direction": "forth"},
    "questions:link": {"share": 0.0185, "direction": "link"},
}
# The options that a corpus gives to walkers that take them.
IMPLIED = ("seed", "count")
_TOLERANCE = 1e-6
_WHOLE = 100 * (1 + _TOLERANCE)
_MOST = 1 << 53


@attrs.frozen
class Share:
    """One walker's share of the samples, and its options; `walker` is its name, or ``name:label``."""

    walker: str
    share: float
    options: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def plugin(self) -> str:
        """The walker's name, without the label that tells several shares of it apart."""
        return self.walker.partition(":")[0]


def shares_of(given: str | Iterable[str] | Mapping[str, Any] | None) -> tuple[Share, ...]:
    """Return the shares that `walkers=` says, checked.

    It is a walker's name, a list of names (equal shares), a mapping to shares that sum to 1 or to 100, or a mapping to
    ``{"share": …, option: value}``; None is the default that stitches. A walker that is wanted twice, with other
    options, gets a label after its name: "bridges:down" and "bridges:up".

    >>> shares_of({"paths": 60, "bridges": {"share": 40, "before": 4}})[1]
    Share(walker='bridges', share=0.4, options={'before': 4})
    """
    if given is None:
        given = DEFAULT
    if isinstance(given, str):
        given = {given: 1.0}
    if not isinstance(given, Mapping):
        names = list(given) if isinstance(given, Iterable) else [given]
        if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            raise OptionError(
                f"walkers= is a name, a list of different names, or a mapping of names to shares, got {shown(given)}."
            )
        given = dict.fromkeys(names, 1.0 / len(names)) if names else {}
    if not given:
        raise OptionError("No walker is named. Give walkers={'paths': 0.6, 'bridges': 0.4}, or leave walkers= out.")
    found = [_share(name, value) for name, value in given.items()]
    total = math.fsum(share.share for share in found)
    if min(abs(total - 1), abs(total - 100) / 100) > _TOLERANCE:
        raise OptionError(
            f"The shares of the walkers {shown(dict(given), 90)} sum to {total:g}. Make them sum to 1 or to 100."
        )
    return tuple(attrs.evolve(share, share=share.share / total) for share in found)


def checked_size(size: object) -> int | None:
    """Return a number of samples, or None where none is given; anything else is an `OptionError`."""
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 1):
        raise OptionError(f"A size is a number of samples from 1 up, got {shown(size)}.", value=size)
    return size


def _share(name: str, value: Any) -> Share:
    plugin = _labelled(name)
    options = dict(value) if isinstance(value, Mapping) else {"share": value}
    share = options.pop("share", None)
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0 < share <= _WHOLE:
        raise OptionError(
            f"The share of the walker {name!r} is a number above 0 and up to 100, got {shown(share)}.", walker=name
        )
    plugin.check_options(options, implied=IMPLIED)
    return Share(name, float(share), options)


def _labelled(name: str) -> Plugin:
    walker, colon, label = name.partition(":") if isinstance(name, str) else (name, "", "")
    plugin = walkers[walker]
    if colon and not label.strip():
        raise OptionError(
            f"The walker {shown(name)} has a colon and no label after it. Name it {walker!r}, or label it: "
            f"'{walker}:first'.",
            walker=walker,
        )
    return plugin


def apportioned(
    shares: Sequence[float], available: Sequence[int], size: int | None, once: int | None = None
) -> list[tuple[int, int]]:
    """Return (asked, got) samples of each walker.

    Without `size` the walker at `once` is gone through once and the others get their proportion; without `once` it is
    the walker with the largest count ÷ share. One that runs out is not repeated: with `size` the others fill its place.

    >>> apportioned([0.6, 0.4], [100, 30], None, once=0), apportioned([0.6, 0.4], [100, 30], 100)
    ([(100, 100), (67, 30)], [(60, 70), (40, 30)])
    """
    if size is None:
        ratios = [count / share for count, share in zip(available, shares, strict=True)]
        whole = max(ratios) if once is None or not available[once] else ratios[once]
        asked = [min(round(whole * share), 1 << 62) for share in shares]
        return [(want, min(want, has)) for want, has in zip(asked, available, strict=True)]
    size = min(size, _MOST)
    asked = rounded(shares, size)
    got = [min(want, has) for want, has in zip(asked, available, strict=True)]
    while (missing := size - sum(got)) > 0 and (open_ := [n for n, has in enumerate(available) if got[n] < has]):
        total = math.fsum(shares[number] for number in open_)
        for number, more in zip(open_, rounded([shares[number] / total for number in open_], missing), strict=True):
            got[number] = min(got[number] + more, available[number])
    return list(zip(asked, got, strict=True))


def rounded(shares: Sequence[float], size: int) -> list[int]:
    """Return whole numbers that sum to `size`: largest remainders, ties to the first.

    >>> rounded([0.5, 0.5], 3)
    [2, 1]
    """
    exact = [share * size for share in shares]
    counts = [math.floor(value) for value in exact]
    by_rest = sorted(range(len(exact)), key=lambda number: (counts[number] - exact[number], number))
    for number in by_rest[: size - sum(counts)]:
        counts[number] += 1
    return counts
