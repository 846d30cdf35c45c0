"""The code of plug-ins, as far as it can be told: a shard of yesterday's serializer is not one of today's.

What an installed package gives is known by its version. A function of a script or a notebook is known by its compiled
code, the code that it closes over, and the file that it stands in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

__all__ = ["code_digest"]


def code_digest(function: Callable[..., Any]) -> str:
    """Return the SHA-256 of a function's code, in hexadecimal.

    >>> code_digest(lambda walk: [1]) == code_digest(lambda walk: [2])
    False
    """
    digest, waiting, seen = sha256(_file_of(function)), list[Any]([function]), set[int]()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, FunctionType):
            waiting += [part.__code__, part.__defaults__, part.__kwdefaults__]
            waiting += [cell.cell_contents for cell in part.__closure__ or () if _is_filled(cell)]
        elif isinstance(part, CodeType):
            digest.update(part.co_code + repr(part.co_names).encode())
            waiting += part.co_consts
        elif isinstance(part, str | bytes | int | float | complex | bool | None):
            digest.update(repr(part).encode("utf-8", "backslashreplace"))
        elif isinstance(part, tuple | list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.items()
    return digest.hexdigest()


def _file_of(function: Callable[..., Any]) -> bytes:
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    file = getattr(module, "__file__", None)
    try:
        return Path(file).read_bytes() if file else b""
    except OSError:
        return b""


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False
