"""The pairs that the guard was made with: rules tried, weights fitted, thresholds chosen.

``benchmarks.meanings`` measures it with others; no pair and no antonym word stands in both (a test checks it).
A line of `QUADS` is ``ru | en | opposite in Russian | in English``, which gives four opposites and two translations.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["QUADS", "RELATED", "SAME"]

_PAIRS = Path(__file__).with_name("pairs")
QUADS, SAME, RELATED = ((_PAIRS / f"{name}.txt").read_text("utf-8") for name in ("quads", "same", "related"))
