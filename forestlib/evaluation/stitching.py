"""The measure: ask a model all probes of a corpus, and read the answers on the forest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from forestlib.corpus.corpus import Corpus
from forestlib.errors import OptionError, shown
from forestlib.evaluation.likelihood import best_of
from forestlib.evaluation.long import followed
from forestlib.evaluation.models import Asked, model_of
from forestlib.evaluation.probe import Probe
from forestlib.evaluation.probes import Probes
from forestlib.evaluation.reading import Reading
from forestlib.evaluation.score import Answer, StitchScore

__all__ = ["stitch_score"]

LIKELIHOOD, LONG = "likelihood", "long"
# A further jump ends what is scored of these, so it is banned where a model lets it be.
ONE_TREE = ("jump", "recall:paths", "recall:back", "recall:forth", "schema", LONG)
_SLACK = 2


def stitch_score(
    model: Any,
    corpus: Corpus,
    *,
    probes: Probes | str | Iterable[str] | None = None,
    count: int = 200,
    seed: int = 0,
    tokenizer: Any = None,
    scores: Callable[[list[Any], list[str]], Sequence[float]] | None = None,
    levels: Iterable[str] | None = None,
    by: str = "lines",
) -> StitchScore:
    """Return how well a model stitches what a corpus holds out, as a value that prints one table.

    `model` is a callable from prompts to texts (lists of messages, where the corpus is a chat), a model of transformers
    with its `tokenizer`, or a `forestlib.evaluation.server.Server`. `probes` are some of jump, route, recall, schema,
    long and likelihood (without them, those that the corpus practises), or `Probes` drawn before. Up to `count` of each
    kind and level are drawn by `seed` from what `hold_out=` kept out, and from what training shows ("trained") as a
    ceiling; `levels` are some of these. `scores` says how likely continuations are, for a callable that does not.
    Answers are read `by` "lines", or by "words" where a tokenizer loses the line breaks.

    >>> from forestlib.demo import forest
    >>> corpus = forest("en").linearize("text", size=60, hold_out={"pairs": 0.2}, seed=7)
    >>> score = stitch_score(lambda prompts: ["I do not know."] * len(prompts), corpus, probes="jump", count=4)
    >>> score["jump", "pairs"].score, score["jump", "trained"].count
    (0.0, 4)
    """
    if not isinstance(corpus, Corpus):
        raise OptionError(
            f"A model is scored with the corpus that it was trained on, got {shown(corpus)}. "
            "Lay one out: forest.linearize(…, hold_out={'pairs': 0.1}).",
            value=corpus,
        )
    asked = model_of(model, tokenizer, scores)
    drawn = probes
    if not isinstance(drawn, Probes):
        drawn = Probes.of(corpus, drawn, count=count, seed=seed, levels=levels, by=by)
        if probes is None and not asked.can_score:
            drawn = drawn.without(LIKELIHOOD)
    if not drawn:
        raise OptionError(
            "There is nothing to ask: no probe of these kinds and levels can be drawn from this corpus. "
            "Hold more out, or name other probes=."
        )
    answers = [answer for kind in drawn.kinds for answer in _answers(asked, drawn, kind)]
    title = f"How {shown(corpus.forest.name, 30)[1:-1]} is stitched, by {corpus.format}, seed {seed}"
    return StitchScore(answers, title, [f"{drawn.seen}.", *_notes(asked)])


def _notes(asked: Asked) -> list[str]:
    if asked.can_ban:
        return ["Further jumps were banned where one tree was asked for."]
    return ["Further jumps could not be banned: one ends what is scored of an answer."]


def _answers(asked: Asked, probes: Probes, kind: str) -> list[Answer]:
    """Return the answers to the probes of one kind."""
    listed = [probe for probe in probes if probe.kind == kind]
    if kind == LIKELIHOOD:
        return _likeliest(asked, probes, listed)
    if kind == LONG:
        found = followed(probes.reader, listed, lambda some: _texts(asked, probes, some))
        return [
            Answer(probe, probes.form.written(probe.prompt), text, reading)
            for probe, (reading, text) in zip(listed, found, strict=True)
        ]
    texts = _texts(asked, probes, listed)
    return [
        Answer(probe, probes.form.written(probe.prompt), text, probe.task.read(probes.reader, text))
        for probe, text in zip(listed, texts, strict=True)
    ]


def _texts(asked: Asked, probes: Probes, listed: Sequence[Probe]) -> list[str]:
    """Return what a model writes on from some probes of one kind."""
    prompts = [probes.form.written(probe.prompt) for probe in listed]
    banned = probes.reader.banned if listed[0].kind in ONE_TREE else []
    steps = max(probe.truth.count("\n") for probe in listed) + _SLACK
    if listed[0].kind == LONG:
        steps = max(probe.steps for probe in listed) + _SLACK
    return asked.answer(prompts, banned, steps, [probe.truth for probe in listed])


def _likeliest(asked: Asked, probes: Probes, listed: Sequence[Probe]) -> list[Answer]:
    """Return for each probe the continuation that the model finds likeliest."""
    texts = [[*probe.wrong, probe.truth] for probe in listed]
    prompts = [probes.form.written(probe.prompt) for probe in listed]
    pairs = [(prompt, text) for prompt, some in zip(prompts, texts, strict=True) for text in some]
    scores = iter(asked.scores([prompt for prompt, _ in pairs], [text for _, text in pairs]))
    answers = []
    for probe, prompt, some in zip(listed, prompts, texts, strict=True):
        # The true one stands first, so that it has to be likelier than every other one.
        best = best_of([next(scores) for _ in some][::-1], some[::-1])
        text = some[::-1][best]
        reading = Reading(best == 0, int(best == 0), 1, wrong="" if best == 0 else text.partition("\n")[0])
        answers.append(Answer(probe, prompt, text, reading))
    return answers
