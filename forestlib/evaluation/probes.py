"""Probes of one corpus: what is asked, of which level, and how many, drawn by seed from what the corpus holds out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import attrs

from forestlib.corpus.corpus import Corpus
from forestlib.errors import OptionError, shown
from forestlib.evaluation.drawing import ACROSS, Drawing
from forestlib.evaluation.held import TRAINED, Seen, held_kinds, seen_by
from forestlib.evaluation.practised import practised
from forestlib.evaluation.probe import Form, Probe
from forestlib.evaluation.reading import Reader
from forestlib.model.ground import Ground
from forestlib.model.options import check_counts

__all__ = ["PROBES", "Probes"]

PROBES = (*ACROSS[:4], "recall:paths", "recall:back", "recall:forth", "schema", "long", "likelihood")
_FAMILIES = {name: tuple(probe for probe in PROBES if probe.partition(":")[0] == name) for name in ("route", "recall")}


class Probes(Sequence[Probe]):
    """What is asked of a model that was trained on a corpus; `seen` is what training was found to show."""

    def __init__(self, reader: Reader, form: Form, listed: Iterable[Probe], seen: Seen) -> None:
        self.reader, self.form, self._listed, self.seen = reader, form, tuple(listed), seen

    def __repr__(self) -> str:
        counts = Counter(probe.kind for probe in self._listed)
        return f"<{len(self)} probes: {', '.join(f'{kind} {count}' for kind, count in counts.items())}>"

    def __len__(self) -> int:
        return len(self._listed)

    def __getitem__(self, place: Any) -> Any:
        return self._listed[place]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the probes, in their order."""
        return tuple(dict.fromkeys(probe.kind for probe in self._listed))

    def without(self, kind: str) -> Probes:
        """Return the probes of the other kinds."""
        return Probes(self.reader, self.form, [probe for probe in self._listed if probe.kind != kind], self.seen)

    def prompts(self) -> list[Any]:
        """Return the prompts as a model is given them, texts or lists of messages."""
        return [self.form.written(probe.prompt) for probe in self._listed]

    @classmethod
    def of(
        cls,
        corpus: Corpus,
        kinds: str | Iterable[str] | None = None,
        *,
        count: int = 200,
        seed: int = 0,
        levels: Iterable[str] | None = None,
        forest: Ground | None = None,
        by: str = "lines",
        windows: Mapping[str, Any] | None = None,
    ) -> Probes:
        """Return the probes of a corpus: up to `count` of each kind and level.

        Without `kinds` they are those that the corpus's walkers practise. `levels` are some of the kinds of what is
        held out, and "trained". `forest` is one of the same trees in other words, such as ``forest.as_islands()``: the
        same places are asked about, and everything is said and read as that forest has it. `by` says how answers are
        read: by "lines", or by "words" where a tokenizer loses the line breaks. `windows` says how chains are followed,
        ``{"keep": 1, "size": 32}``, where the corpus's own walker does not.

        >>> from forestlib.demo import forest
        >>> corpus = forest("en").linearize("text", size=50, hold_out={"pairs": 0.2}, seed=7)
        >>> Probes.of(corpus, "jump", count=5)
        <10 probes: jump 10>
        """
        check_counts("the probes", count=count)
        held = held_kinds(corpus)
        said = practised(corpus)
        wanted = said.kinds if kinds is None else _kinds(kinds)
        reader = Reader(corpus.forest, corpus.recipe.style, by, forest)
        drawing = Drawing(corpus, reader, attrs.evolve(said, **(windows or {})), count, seed)
        drawn = _levels(levels, held)
        listed = [probe for kind in wanted for probe in drawing.of(kind, drawn)]
        seen = seen_by(corpus)
        seen.check(probe.crossing for probe in listed if probe.level != TRAINED and probe.crossing is not None)
        return cls(reader, Form.of(corpus.format, corpus.recipe.options), listed, seen)


def _kinds(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return the kinds of probes that are asked for, a family in full."""
    named = [given] if isinstance(given, str) else list(given)
    for name in named:
        if name not in PROBES and name not in _FAMILIES:
            known = [*PROBES, *_FAMILIES]
            near = get_close_matches(str(name), known, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise OptionError(f"No probe is called {shown(name)}.{meant} Known: {', '.join(known)}.", value=name)
    return tuple(dict.fromkeys(kind for name in named for kind in _FAMILIES.get(name, (name,))))


def _levels(given: Iterable[str] | None, held: Sequence[str]) -> tuple[str, ...]:
    """Return the levels that are asked for: of what is held out here, and what is shown."""
    known = (*held, TRAINED)
    if given is None:
        return known
    named = [given] if isinstance(given, str) else list(given)
    wrong = [level for level in named if level not in known]
    if wrong:
        listed = ", ".join(map(repr, known))
        raise OptionError(f"levels= are some of {listed} for this corpus, got {shown(wrong[0])}.", value=wrong[0])
    return tuple(named)
