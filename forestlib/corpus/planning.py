"""Planning: from a recipe to a plan, wish by wish in the order of their precedence.

Hold-outs are a sieve that everything passes through. Without other wishes shares are all there is to work out, and no
walk is drawn that no sieve asks for. At most, at least and balance choose walks one by one; splits are taken out of
what was planned, and what fell short is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.balance import Scale
from forestlib.corpus.choosing import Chooser
from forestlib.corpus.cover import Cover
from forestlib.corpus.crosses import crosses, is_crossing
from forestlib.corpus.draw import Draw, Sieve
from forestlib.corpus.measure import by_samples, mean_tokens
from forestlib.corpus.plan import FACTS_FIRST, Part, Plan, Stretch, trails_of
from forestlib.corpus.recipe import Recipe
from forestlib.corpus.shares import IMPLIED, Share, apportioned, rounded
from forestlib.corpus.slots import Slots, split_slots
from forestlib.corpus.wishes import Shortfall, balance_of, bounds_of, splits_of
from forestlib.errors import EmptyCorpusError, OptionError
from forestlib.model.chance import permuted, seed_of
from forestlib.model.ground import Ground
from forestlib.model.walk import Trail
from forestlib.registry import walkers
from forestlib.tokens.counting import Counter, counter_of

__all__ = ["planned"]

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
# So many walks are told apart one by one, and so many are chosen where no size says that they are wanted.
TOLD_APART, LISTED = 1 << 18, 1 << 24
AT_LEAST_FIRST = "what is to be shown at least comes first"


def planned(
    ground: Ground, recipe: Recipe, size: int | None, sieve: Sieve | None = None, *, bare: bool = False
) -> Plan:
    """Return the plan of a corpus of `size` walks; `sieve` says why a trail is not to be drawn, or None.

    A plan of nothing is an error, unless it may be `bare`, or there is no tree to lay out.
    """
    planning = _Planning(ground, recipe, size, sieve)
    plan = planning.plan()
    if not len(plan) and len(ground) and not bare:
        raise _nothing(plan.parts)
    return plan


def _nothing(parts: Sequence[Part]) -> EmptyCorpusError:
    said = [
        f"{part.walker!r} has {part.available:,} walks here"
        + (f" (left out {', '.join(f'{count}: {why}' for why, count in part.skipped.items())})" if part.skipped else "")
        for part in parts
    ]
    wishes = sorted({why for part in parts for why in part.skipped if part.available})
    cause = f" What leaves nothing: {', '.join(wishes)}." if wishes else ""
    return EmptyCorpusError(
        f"This recipe gives no sample: {'; '.join(said)}.{cause} Ask for other walkers, or wish for less.",
        wishes=tuple(wishes),
    )


@attrs.frozen(eq=False)
class _Chosen:
    """The walks of one walker that were chosen, and which of them something asked for at least."""

    walks: Numbers
    needed: Mask

    def taken(self, order: Numbers) -> _Chosen:
        """Return them in another order."""
        return _Chosen(self.walks[order], self.needed[order])


class _Planning:
    """One plan being made."""

    def __init__(self, ground: Ground, recipe: Recipe, size: int | None, sieve: Sieve | None) -> None:
        self._ground, self._recipe, self._size, self._sieve = ground, recipe, size, sieve
        self._shares, self._short, self._ran_out = recipe.shares, list[Shortfall](), set[int]()
        count = counter_of(recipe.tokenizer)
        self._trails = [_trails(ground, share, recipe.seed, count) for share in self._shares]
        self._crosses = [
            crosses(walkers[share.plugin], share.options, trails)
            for share, trails in zip(self._shares, self._trails, strict=True)
        ]
        self._means = self._measured(count) if recipe.share_by == "tokens" else []
        said = [share.share for share in self._shares]
        self._weights = by_samples(said, self._means) if self._means else said
        self._chooser: Chooser | None = None

    def _draws(self) -> list[Draw]:
        given = zip(self._shares, self._trails, strict=True)
        return [Draw(share.walker, trails, self._recipe.seed, self._sieve) for share, trails in given]

    def _measured(self, count: Counter) -> list[float]:
        return mean_tokens(self._ground, self._draws(), self._recipe.style, count)

    def plan(self) -> Plan:
        draws, bounds = self._draws(), bounds_of(self._recipe.exposure)
        scale = (
            Scale(self._ground, balance, self._recipe.tolerance)
            if (balance := balance_of(self._recipe.balance))
            else None
        )
        counts: list[tuple[int, int]]
        chosen: Sequence[_Chosen | None]
        if bounds or scale is not None:
            crossing = [told is not False for told in self._crosses]
            self._chooser = Chooser(draws, crossing, Cover(self._ground, bounds), scale)
            counts, chosen = self._choose(self._chooser)
        else:
            counts = self._share_out(draws)
            firsts = (draw.first(got) for draw, (_, got) in zip(draws, counts, strict=True))
            chosen = [None if walks is None else _chosen(walks) for walks in firsts]
        parts = [self._part(*row) for row in zip(range(len(draws)), draws, counts, strict=True)]
        self._note_shares(draws, parts)
        return self._laid(parts, chosen)

    def _share_out(self, draws: Sequence[Draw]) -> list[tuple[int, int]]:
        """Return (asked, got) of each walker, where the sieve leaves enough of it."""
        left = list(map(len, self._trails))
        while True:
            counts = self._apportioned(left)
            self._check_listed(counts, self._sieve is not None)
            found = [draw.upto(got) for draw, (_, got) in zip(draws, counts, strict=True)]
            if all(has >= got for has, (_, got) in zip(found, counts, strict=True)):
                return counts
            self._ran_out.update(n for n, (has, (_, got)) in enumerate(zip(found, counts, strict=True)) if has < got)
            # A walker of which less is left than was thought: the shares are worked out anew without the rest.
            left = [min(old, has) if has < got else old for old, has, (_, got) in zip(left, found, counts, strict=True)]

    def _apportioned(self, left: Sequence[int]) -> list[tuple[int, int]]:
        once = next((place for place, share in enumerate(self._shares) if share.plugin == "paths"), None)
        return apportioned(self._weights, left, self._size, once)

    def _check_listed(self, counts: Sequence[tuple[int, int]], is_listed: bool) -> None:
        most = max((got for _, got in counts), default=0)
        if is_listed and self._size is None and most > LISTED:
            raise OptionError(
                f"Each of {most:,} walks would have to be looked at, since the recipe has no size. Say how many "
                "samples you want: size=100_000."
            )

    def _choose(self, chooser: Chooser) -> tuple[list[tuple[int, int]], list[_Chosen]]:
        """Return (asked, got) of each walker and its walks, chosen one by one."""
        left = list(map(len, self._trails))
        counts = asked = self._apportioned(left)
        self._check_listed(counts, is_listed=True)
        size = sum(got for _, got in counts)
        chooser.show_lacking(self._weights, [got for _, got in counts], size - sum(self._split_sizes(size).values()))
        while True:
            quotas = _within(size, [got for _, got in counts], chooser.counts)
            has = chooser.fill(quotas)
            short = [number for number, quota in enumerate(quotas) if has[number] < quota]
            self._ran_out.update(short)
            # Without a size nobody fills another one's place.
            if not short or self._size is None:
                break
            for number in short:
                left[number] = has[number]
            counts = self._apportioned(left)
        chosen = [
            _Chosen(np.array(chooser.taken(number), np.int64), np.arange(got) < chooser.needed[number])
            for number, got in enumerate(has)
        ]
        return [(want, got) for (want, _), got in zip(asked, has, strict=True)], chosen

    def _split_sizes(self, size: int) -> dict[str, int]:
        """Return how many walks each split is to have: one at least."""
        return {name: max(1, round(share * size)) for name, share in splits_of(self._recipe.splits).items()}

    def _part(self, number: int, draw: Draw, counts: tuple[int, int]) -> Part:
        share, walks = self._shares[number], self._trails[number]
        asked, got = counts
        return Part(
            share.walker,
            share.share,
            walks,
            asked,
            got,
            dict(getattr(walks, "skipped", {})) | draw.refused,
            share.options,
            planned=got,
            crosses=self._crosses[number],
            tokens=self._means[number] if self._means else None,
            looked=draw.looked if draw.is_cut_short else None,
        )

    def _note_shares(self, draws: Sequence[Draw], parts: Sequence[Part]) -> None:
        for number, (draw, part) in enumerate(zip(draws, parts, strict=True)):
            if part.got < part.asked:
                why = f"the walker has {part.available:,} walks"
                if part.available > part.got and number not in self._ran_out:
                    why = AT_LEAST_FIRST
                elif draw.is_cut_short:
                    why = f"{draw.looked:,} of {len(draw):,} walks were looked at"
                self._short.append(Shortfall("walkers", part.walker, part.asked, part.got, {why: 0} | draw.refused))

    def _laid(self, parts: list[Part], chosen: Sequence[_Chosen | None]) -> Plan:
        """Return the plan of parts whose walks are known: in order, and with its splits."""
        laid = [self._in_order(part, walks) for part, walks in zip(parts, chosen, strict=True)]
        parts = [attrs.evolve(part, drawn=None if walks is None else walks.walks) for part, walks, _ in laid]
        stretches = [Stretch(number, 0, facts) for number, (_, _, facts) in enumerate(laid)]
        facts = sum(stretch.count for stretch in stretches)
        stretches += [Stretch(number, facts, part.got - facts) for number, (part, _, facts) in enumerate(laid)]
        kept = tuple(stretch for stretch in stretches if stretch.count)
        whole = Plan(
            tuple(parts),
            self._recipe.seed,
            self._recipe.order,
            kept,
            Slots.all(sum(part.got for part in parts)),
            facts,
        )
        return self._split(whole, _needed(kept, [walks for _, walks, _ in laid]))

    def _in_order(self, part: Part, chosen: _Chosen | None) -> tuple[Part, _Chosen | None, int]:
        """Return a part, its walks as they stand before all is mixed, and how many of the first show one tree."""
        order = self._recipe.order
        if order == "forest":
            return part, None if chosen is None else chosen.taken(np.argsort(chosen.walks, kind="stable")), 0
        if order != FACTS_FIRST or part.crosses is True:
            return part, chosen, 0
        if part.crosses is False:
            return part, chosen, part.got
        if part.got > TOLD_APART:
            why = {"too many walks to look at each: all count as crossing": 0}
            self._short.append(Shortfall("order", part.walker, part.got, 0, why))
            return part, chosen, 0
        chosen = chosen or _chosen(self._some(part))
        trails = map(part.trails.__getitem__, chosen.walks.tolist())
        crossing = np.fromiter(map(is_crossing, trails), bool, part.got)
        by_kind = np.argsort(crossing, kind="stable")
        return part, chosen.taken(by_kind), part.got - int(crossing.sum())

    def _some(self, part: Part) -> Numbers:
        return permuted(np.arange(part.got), part.available, seed_of(self._recipe.seed, f"walks {part.walker}"))

    def _split(self, whole: Plan, needed: Mask | None) -> Plan:
        wanted = self._split_sizes(len(whole))
        if not wanted or not len(whole):
            return self._finished(whole)
        train, others = split_slots(len(whole), wanted, whole.seed, None if needed is None else ~needed)
        for name, slots in others.items():
            if len(slots) < wanted[name]:
                why = {"the rest is needed to train on": 0}
                self._short.append(Shortfall("splits", name, wanted[name], len(slots), why))
        plans = {name: _of_slots(whole, slots) for name, slots in others.items()}
        if self._chooser is not None:
            _leave_out(self._chooser, plans.values())
        done = self._finished(attrs.evolve(_of_slots(whole, train), splits=plans))
        splits = {
            name: attrs.evolve(plan, shortfalls=done.shortfalls, balanced=done.balanced) for name, plan in plans.items()
        }
        return attrs.evolve(done, splits=splits)

    def _finished(self, plan: Plan) -> Plan:
        if self._chooser is None:
            return attrs.evolve(plan, shortfalls=tuple(self._short))
        short = (*self._chooser.shortfalls(), *self._short)
        return attrs.evolve(plan, shortfalls=short, balanced=self._chooser.balanced())


def _leave_out(chooser: Chooser, plans: Iterable[Plan]) -> None:
    """Take the walks of splits off what was shown and balanced, which is what is trained on."""
    for plan in plans:
        for part, walks in plan.walks():
            for walk in walks.tolist():
                chooser.leave_out(part.trails[walk])


def _trails(ground: Ground, share: Share, seed: int, count: Counter) -> Sequence[Trail]:
    plugin = walkers[share.plugin]
    implied = {"seed": seed_of(seed, share.walker), "count": count}
    given = {name: value for name, value in implied.items() if name in plugin.options} | dict(share.options)
    plugin.check_options(share.options, implied=IMPLIED)
    return trails_of(share.walker, plugin.function(ground, **given))


def _chosen(walks: Numbers) -> _Chosen:
    return _Chosen(walks, np.zeros(len(walks), bool))


def _within(size: int, quotas: Sequence[int], has: Sequence[int]) -> list[int]:
    """Return quotas that leave what walkers have beyond theirs, and sum to no more than a size."""
    raised = [max(quota, got) for quota, got in zip(quotas, has, strict=True)]
    room = [quota - got for quota, got in zip(raised, has, strict=True)]
    beyond = min(max(sum(raised) - size, 0), sum(room))
    if not beyond:
        return raised
    less = rounded([one / sum(room) for one in room], beyond)
    return [quota - one for quota, one in zip(raised, less, strict=True)]


def _needed(stretches: Sequence[Stretch], chosen: Sequence[_Chosen | None]) -> Mask | None:
    """Return which slots something asked for at least, None where none."""
    found = list[Mask]()
    for stretch in stretches:
        walks = chosen[stretch.part]
        nothing = np.zeros(stretch.count, bool)
        found.append(nothing if walks is None else walks.needed[stretch.first : stretch.first + stretch.count])
    needed = np.concatenate(found) if found else np.zeros(0, bool)
    return needed if needed.any() else None


def _of_slots(whole: Plan, slots: Slots) -> Plan:
    """Return the plan of a split; of what was asked it has its proportion."""
    got = [0] * len(whole.parts)
    begin = 0
    for stretch in whole.stretches:
        got[stretch.part] += slots.before(begin + stretch.count) - slots.before(begin)
        begin += stretch.count
    parts = (
        attrs.evolve(part, asked=round(part.asked * len(slots) / max(len(whole), 1)), got=count)
        for part, count in zip(whole.parts, got, strict=True)
    )
    return attrs.evolve(whole, parts=tuple(parts), slots=slots)
