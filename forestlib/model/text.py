"""What counts as a text: a string that says something and that every file and tokenizer can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeGuard

from forestlib.errors import TextError, shown

__all__ = ["checked_lang", "checked_name", "checked_text", "checked_texts", "is_encodable", "language_of", "plain"]

_CODE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


def checked_text(text: object, what: str = "A node's text") -> str:
    """Return `text`, or raise `TextError`: not a string, blank, or with a lone surrogate.

    >>> checked_text("  ")
    Traceback (most recent call last):
    forestlib.errors.TextError: A node's text is blank, got '  '. Give it words.
    """
    if not isinstance(text, str):
        raise TextError(f"{what} is a string, got {shown(text)} of type {type(text).__name__}.", text=text)
    if type(text) is not str:
        text = plain(text)
    if not text or text.isspace():
        raise TextError(f"{what} is blank, got {shown(text)}. Give it words.", text=text)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise TextError(
                f"{what} holds a lone surrogate at {error.start}, got {shown(text)}. Decode the source text anew.",
                text=text,
            ) from None
    return text


def is_encodable(text: str) -> bool:
    """Return whether a text can be written: whether it holds no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def plain(text: str) -> str:
    """Return the value of a string of another class (an enum's, a user's) as a string of the usual one."""
    return str.__add__("", text)


def checked_texts(texts: Iterable[object]) -> list[str]:
    """Return `texts` as a list of its own, all of them checked at once; the first bad one is named by its place."""
    listed = list(texts)
    if _all_good(listed):
        return listed
    return [checked_text(text, f"Text {place} of {len(listed)}") for place, text in enumerate(listed)]


def _all_good(texts: list[Any]) -> TypeGuard[list[str]]:
    try:
        # Joining first reads the texts in one run; done last it would find them cold, which costs a third more.
        # UTF-16 refuses lone surrogates as UTF-8 does, and is little more than a copy.
        joined = "".join(texts)
        encodable = joined.isascii() or bool(joined.encode("utf-16-le"))
    except (TypeError, UnicodeEncodeError):
        return False
    return encodable and all(map(str.strip, texts)) and not set(map(type, texts)) - {str}


def checked_name(name: object, what: str = "A tree's name") -> str:
    """Return `name`, or raise `TextError` unless it is one line with no blanks around it."""
    text = checked_text(name, what)
    if len(text.splitlines()) > 1 or text != text.strip():
        raise TextError(f"{what} is one line with no blanks around it, got {shown(text)}.", text=text)
    return text


def checked_lang(lang: object) -> str | None:
    """Return a language code, or None where none is given; raise `TextError` for what is no code."""
    if lang is None:
        return None
    if not isinstance(lang, str) or not _CODE.fullmatch(lang):
        raise TextError(f'A language is a code like "en" or "ru", got {shown(lang)}.', text=lang)
    return plain(lang)


def language_of(text: str) -> str:
    """Return the language that a text's script says: "ru" where most of its letters are Cyrillic, else "en".

    >>> language_of("Справедливость (justice)"), language_of("Justice")
    ('ru', 'en')
    """
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in text)
    letters = sum(map(str.isalpha, text))
    return "ru" if 2 * cyrillic > letters else "en"
