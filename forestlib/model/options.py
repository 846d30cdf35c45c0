"""Options of walkers, checked where they are given."""

from __future__ import annotations

from collections.abc import Sequence

from forestlib.errors import OptionError, shown

__all__ = ["check_choice", "check_counts", "check_part"]

_MOST = 1 << 31


def check_counts(walker: str, least: int = 1, **options: object) -> None:
    """Raise `OptionError` unless each option is a whole number from `least` up.

    >>> check_counts("bridges", before=0)
    Traceback (most recent call last):
    forestlib.errors.OptionError: The option 'before' of bridges is a whole number from 1 up, got 0.
    """
    for name, value in options.items():
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value < _MOST:
            raise OptionError(
                f"The option {name!r} of {walker} is a whole number from {least} up, got {shown(value)}.", option=name
            )


def check_choice(walker: str, known: Sequence[str], **options: object) -> None:
    """Raise `OptionError` unless each option is one of the words that are known.

    >>> check_choice("bridges", ("down", "up"), direction="sideways")
    Traceback (most recent call last):
    forestlib.errors.OptionError: The option 'direction' of bridges is one of 'down', 'up', got 'sideways'.
    """
    for name, value in options.items():
        if value not in known:
            raise OptionError(
                f"The option {name!r} of {walker} is one of {', '.join(map(repr, known))}, got {shown(value)}.",
                option=name,
            )


def check_part(walker: str, **options: object) -> None:
    """Raise `OptionError` unless each option is a number from 0 to 1.

    >>> check_part("tours", near=2)
    Traceback (most recent call last):
    forestlib.errors.OptionError: The option 'near' of tours is a number from 0 to 1, got 2.
    """
    for name, value in options.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise OptionError(
                f"The option {name!r} of {walker} is a number from 0 to 1, got {shown(value)}.", option=name
            )
