"""The model of the experiment: a transformer of 0.2 million parameters, its training on packed rows, its answers.

RMSNorm, rotary positions, two layers. Samples are packed into rows with borders between them (no token sees another
sample, positions begin anew), so that what a model knows of two trees it has from samples that show both.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Collection, Iterator, Sequence

import attrs
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["BOS", "EOS", "Brain", "Shape", "Trained", "answers", "states", "train"]

PAD, BOS, EOS = 0, 1, 2
IGNORED = -100
# What a batch of answers holds at most.
_TOGETHER = 256


@attrs.frozen
class Shape:
    """How a model is made and trained: rows of `width` tokens, `rows` of them a step, `tokens` learned in all."""

    tokens: int
    width: int = 48
    rows: int = 16
    size: int = 64
    layers: int = 2
    heads: int = 4
    rate: float = 3e-3
    # How far apart the words begin: see the page of results.
    spread: float = 0.35


@attrs.frozen
class Trained:
    """A trained model, its last losses' mean, and the seconds that it took."""

    brain: Brain
    loss: float
    seconds: float


class _Layer(nn.Module):
    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.RMSNorm(size), nn.RMSNorm(size)
        self.seen, self.said = nn.Linear(size, 3 * size, bias=False), nn.Linear(size, size, bias=False)
        self.up, self.down = nn.Linear(size, 4 * size, bias=False), nn.Linear(4 * size, size, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None, turn: tuple[Tensor, Tensor]) -> Tensor:
        rows, tokens, size = x.shape
        parts = self.seen(self.before(x)).view(rows, tokens, 3, self.heads, size // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        met = functional.scaled_dot_product_attention(
            _turned(query, turn), _turned(key, turn), value, attn_mask=mask, is_causal=mask is None
        )
        x = x + self.said(met.transpose(1, 2).reshape(rows, tokens, size))
        found: Tensor = x + self.down(functional.gelu(self.up(self.between(x))))
        return found


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    left, right = x.chunk(2, -1)
    cos, sin = turn
    return torch.cat((left * cos - right * sin, left * sin + right * cos), -1)


class Brain(nn.Module):
    """The transformer."""

    def __init__(self, words: int, shape: Shape) -> None:
        super().__init__()
        self.words = nn.Embedding(words, shape.size)
        self.layers = nn.ModuleList(_Layer(shape.size, shape.heads) for _ in range(shape.layers))
        self.last, self.out = nn.RMSNorm(shape.size), nn.Linear(shape.size, words, bias=False)
        half = shape.size // shape.heads // 2
        self.speeds = 10000.0 ** (-torch.arange(half) / half)
        nn.init.normal_(self.words.weight, std=shape.spread)

    def hidden(self, ids: Tensor, places: Tensor | None = None, mask: Tensor | None = None) -> list[Tensor]:
        """Return the states after the embedding and after each layer."""
        if places is None:
            places = torch.arange(ids.shape[1], device=ids.device)[None]
        angle = places[..., None] * self.speeds
        turn = angle.cos()[:, None], angle.sin()[:, None]
        found = [self.words(ids)]
        for layer in self.layers:
            found.append(layer(found[-1], mask, turn))
        return found

    def forward(self, ids: Tensor, places: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Return the logits of every next token."""
        return self.said(self.hidden(ids, places, mask)[-1])

    def said(self, states: Tensor) -> Tensor:
        """Return the logits of states."""
        found: Tensor = self.out(self.last(states))
        return found


def train(samples: Iterator[Sequence[int]], words: int, shape: Shape, seed: int) -> Trained:
    """Train a model on samples until it has learned so many tokens, and return it."""
    torch.manual_seed(seed)
    brain = Brain(words, shape)
    chosen = _optimizer(brain, shape.rate)
    begin, done, losses = time.process_time(), 0, list[float]()
    for ids, places, mask, labels in _batches(samples, shape):
        if done >= shape.tokens:
            break
        for group in chosen.param_groups:
            group["lr"] = shape.rate * _warmth(done / shape.tokens)
        loss = functional.cross_entropy(brain(ids, places, mask).flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
        chosen.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(brain.parameters(), 1.0, foreach=True)
        chosen.step()
        losses.append(float(loss.detach()))
        done += int((labels != IGNORED).sum())
    brain.eval()
    return Trained(brain, sum(losses[-50:]) / len(losses[-50:]), time.process_time() - begin)


def _optimizer(brain: Brain, rate: float) -> torch.optim.Optimizer:
    named = list(brain.named_parameters())
    shrinking = [weights for name, weights in named if weights.dim() > 1 and not name.startswith("words")]
    others = [weights for name, weights in named if weights.dim() < 2 or name.startswith("words")]
    groups = [{"params": shrinking, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)


def _warmth(done: float, rise: float = 0.05, floor: float = 0.05) -> float:
    if done < rise:
        return max(done / rise, 1e-3)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * (done - rise) / (1 - rise)))


def _batches(samples: Iterator[Sequence[int]], shape: Shape) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    causal = np.tril(np.ones((shape.width, shape.width), bool))
    while True:
        ids = np.zeros((shape.rows, shape.width), np.int64)
        places, apart = np.zeros_like(ids), np.full_like(ids, -1)
        labels = np.full_like(ids, IGNORED)
        for row, held in zip(range(shape.rows), _rows(samples, shape.width), strict=False):
            at = 0
            for number, sample in enumerate(held):
                stop = at + len(sample)
                ids[row, at:stop], places[row, at:stop], apart[row, at:stop] = sample, range(len(sample)), number
                labels[row, at : stop - 1] = sample[1:]
                at = stop
        mask = (apart[:, None, :] == apart[:, :, None]) & causal
        yield torch.from_numpy(ids), torch.from_numpy(places), torch.from_numpy(mask[:, None]), torch.from_numpy(labels)


def _rows(samples: Iterator[Sequence[int]], width: int) -> Iterator[list[Sequence[int]]]:
    """Yield samples, as many together as fit into a row."""
    held, size = list[Sequence[int]](), 0
    for sample in samples:
        if size + len(sample) > width:
            yield held
            held, size = [], 0
        held.append(sample)
        size += len(sample)


@torch.no_grad()
def answers(brain: Brain, prompts: Sequence[Sequence[int]], most: int, banned: Collection[int] = ()) -> list[list[int]]:
    """Return what the model says after each prompt, the likeliest token each time, up to the end or `most` tokens."""
    by_length: dict[int, list[int]] = {}
    for place, prompt in enumerate(prompts):
        by_length.setdefault(len(prompt), []).append(place)
    found: list[list[int]] = [[] for _ in prompts]
    for length, listed in by_length.items():
        for begin in range(0, len(listed), _TOGETHER):
            part = listed[begin : begin + _TOGETHER]
            said = _said(brain, torch.tensor([prompts[place] for place in part]), most, list(banned))
            for place, row in zip(part, said[:, length:].tolist(), strict=True):
                found[place] = row[: row.index(EOS)] if EOS in row else row
    return found


def _said(brain: Brain, ids: Tensor, most: int, banned: list[int]) -> Tensor:
    over = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(most):
        scores = brain.said(brain.hidden(ids)[-1][:, -1])
        scores[:, banned] = -math.inf
        said = scores.argmax(-1, keepdim=True)
        ids = torch.cat((ids, said), 1)
        over |= said[:, 0] == EOS
        if bool(over.all()):
            break
    return ids


@torch.no_grad()
def states(brain: Brain, prompts: Sequence[Sequence[int]]) -> Tensor:
    """Return the probabilities of the next token after each prompt."""
    return torch.stack([brain(torch.tensor([list(prompt)]))[0, -1].softmax(-1) for prompt in prompts])


def drawn(kinds: dict[str, list[list[int]]], weights: dict[str, float], seed: int) -> Iterator[list[int]]:
    """Yield samples without end: a kind by its weight, and of each kind all in turn, in an order of chance."""
    chance = random.Random(seed)
    piles = {kind: list[list[int]]() for kind in kinds}
    while True:
        kind = chance.choices(list(weights), list(weights.values()))[0]
        if not piles[kind]:
            piles[kind] = chance.sample(kinds[kind], len(kinds[kind]))
        yield piles[kind].pop()
