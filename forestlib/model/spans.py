"""Where a phrase stands in a text: the span of an occurrence.

A phrase that stands in its node's text, spelled as it was marked and between word borders, has its span there; one that
was declared or woven in beside the text has none. So spans follow from text and phrase and need no place in a file.
"""

from __future__ import annotations

__all__ = ["span_of"]


def span_of(phrase: str, text: str) -> tuple[int, int] | None:
    """Return (start, stop) of the first whole-word occurrence of `phrase` in `text`, or None.

    >>> span_of("choice", "No choices, one choice."), span_of("выбор", "Нет выбора.")
    ((16, 22), None)
    """
    start = text.find(phrase)
    while start >= 0:
        stop = start + len(phrase)
        if not (_inside(text, start) or _inside(text, stop)):
            return start, stop
        start = text.find(phrase, start + 1)
    return None


def _inside(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
