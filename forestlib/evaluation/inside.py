"""A look inside: is the same anchor in two trees the same to a model, and does it look back to where it was before?

For models of transformers. Two figures, each beside its control: how alike the hidden states of an anchor are in two
trees, against those of different anchors; and how much attention goes from an anchor back to its earlier occurrence in
the same text, against other places as far back. Neither is a sign of stitching: trees that share phrases and were never
bridged are as alike, because the words are the same.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.corpus import Corpus
from forestlib.errors import OptionError
from forestlib.evaluation.probe import Probe
from forestlib.evaluation.probes import Probes
from forestlib.model.chance import mixed
from forestlib.model.sheet import Sheet

__all__ = ["Inside", "look_inside"]

Floats = npt.NDArray[np.float64]
HEADS = ("layer", "alike: same anchor", "other anchor", "attention: earlier place", "other place")


@attrs.frozen(repr=False, eq=False)
class Inside:
    """By layer: `alike` and its control `unlike` (cosines), `back` and its control `beside` (attention)."""

    alike: Floats
    unlike: Floats
    back: Floats
    beside: Floats
    count: int

    def __repr__(self) -> str:
        return f"<Inside of {len(self.alike)} layers, {self.count} anchors>"

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return self.sheet()._repr_html_()

    def sheet(self) -> Sheet:
        """Return the table."""
        columns = (self.alike, self.unlike, self.back, self.beside)
        rows = tuple(
            (str(layer), *(f"{column[layer]:.3f}" for column in columns)) for layer in range(1, len(self.alike))
        )
        note = "Likeness is no sign of stitching: trees that were never bridged share the words as well."
        return Sheet(f"{self.count} anchors, seen from inside", HEADS, rows, (note,))

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON-ready values."""
        named = {"alike": self.alike, "unlike": self.unlike, "back": self.back, "beside": self.beside}
        return {"count": self.count} | {name: column.tolist() for name, column in named.items()}


def look_inside(model: Any, tokenizer: Any, corpus: Corpus, *, count: int = 50, seed: int = 0) -> Inside:
    """Return how alike anchors are in two trees, and how much attention goes back, by layer; layer 0 is what is fed in.

    The crossings are those that are held out. The anchor is the last step that leads to a jump, and the same anchor in
    the tree that is jumped to; the control pairs it with the anchor of another crossing.
    """
    probes = [probe for probe in Probes.of(corpus, "jump", count=count, seed=seed) if probe.level != "trained"]
    looks = list(filter(None, (_look(model, tokenizer, corpus, probe, seed) for probe in probes[: 4 * count])))
    if len(looks) < 2:
        raise OptionError("Two anchors or more are needed to look at, and too few could be found in the prompts.")
    first, second = (np.stack([look[side] for look in looks]) for side in (0, 1))
    turned = np.roll(second, 1, axis=0)
    back, beside = (np.mean([look[side] for look in looks], axis=0) for side in (2, 3))
    return Inside(_cosine(first, second), _cosine(first, turned), back, beside, len(looks))


def _cosine(one: Floats, other: Floats) -> Floats:
    """Return the mean cosine of (pair, layer, width), by layer."""
    norms = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    found: Floats = ((one * other).sum(-1) / np.maximum(norms, 1e-12)).mean(0)
    return found


def _look(model: Any, tokenizer: Any, corpus: Corpus, probe: Probe, seed: int) -> tuple[Floats, ...] | None:
    """Return the states of an anchor before and after a jump, and the attention back to it, by layer."""
    if probe.crossing is None:
        return None
    text = "\n".join([str(probe.prompt).rstrip("\n"), probe.truth])
    said = corpus.forest.anchors[probe.crossing.anchor].text
    begin = str(probe.prompt).find(said)
    again = text.rfind(said)
    if begin < 0 or again <= begin:
        return None
    places = [_token(tokenizer, text[: at + len(said)]) for at in (begin, again)]
    states, attentions = _run(model, tokenizer, text)
    first, second = places
    if not 0 < first < second < states.shape[1]:
        return None
    # As far back as the anchor, or nearer, but not there.
    others = [place for place in range(1, second) if abs(place - first) > 1]
    control = others[mixed(seed, first, second) % len(others)] if others else first
    back, beside = (_padded(attentions[:, second, place]) for place in (first, control))
    return states[:, first], states[:, second], back, beside


def _padded(column: Floats) -> Floats:
    return np.append(0.0, column)


def _token(tokenizer: Any, text: str) -> int:
    return len(tokenizer(text)["input_ids"]) - 1


def _run(model: Any, tokenizer: Any, text: str) -> tuple[Floats, Floats]:
    """Return (layer, token, width) of the hidden states, and (layer, from, to) of the attention, over its heads."""
    torch = import_module("torch")

    ids = torch.tensor([tokenizer(text)["input_ids"]], device=model.device)
    with torch.inference_mode():
        out = model(input_ids=ids, output_hidden_states=True, output_attentions=True)
    if not out.attentions or out.attentions[0] is None:
        raise OptionError("This model does not say where it looks. Load it with attn_implementation='eager'.")
    states = np.stack([layer[0].float().cpu().numpy() for layer in out.hidden_states]).astype(np.float64)
    seen = np.stack([layer[0].float().mean(0).cpu().numpy() for layer in out.attentions]).astype(np.float64)
    return states, seen
