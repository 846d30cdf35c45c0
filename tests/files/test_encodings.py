"""A file in another encoding is an error that names the encoding."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forestlib.errors import FileError

Fault = Callable[..., FileError]
RECORD = '{"tree":"справедливость","nodes":[{"level":0,"text":"Справедливость — это соответствие."}]}'
PLAIN = RECORD.replace("—", "-")


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1251", "Windows-1251"),
        ("koi8_r", "KOI8-R"),
        ("cp866", "CP866"),
    ],
)
def test_the_encoding_is_named(codec: str, said: str, name: str, fault: Fault) -> None:
    """Russian in another encoding, with or without a mark, is an error that names it and UTF-8."""
    message = fault((PLAIN if codec in ("koi8_r", "cp866") else RECORD).encode(codec), name).message
    assert said in message
    assert "UTF-8" in message


def test_the_encoding_is_named_after_a_long_plain_start(fault: Fault) -> None:
    """Russian that begins after thousands of ASCII letters is named as well."""
    data = PLAIN.replace('"text":"', '"text":"' + "a word " * 2_000)
    assert "Windows-1251" in fault(data.encode("cp1251").replace(b"\xf1\xef\xf0\xe0\xe2\xe5\xe4", b"t")).message


def test_a_broken_byte_is_named_by_line(fault: Fault) -> None:
    """A byte that is no UTF-8 is named by its place and its line."""
    data = b'{"forest":"f"}\n' + RECORD.encode().replace(b"\xd1", b"\xff", 1)
    error = fault(data, "x.jsonl")
    assert error.line == 2
    assert "0xff" in error.message


def test_western_letters_are_not_called_russian(fault: Fault) -> None:
    """French in Latin-1 is not said to be Russian."""
    message = fault('{"tree":"t","nodes":[{"level":0,"text":"déjà vu, voilà, garçon"}]}'.encode("latin-1")).message
    assert "1251" not in message
