"""What makes two plans the same: a SHA-256 over everything they hold, written one way.

Values are written with their type: floats by every bit, arrays by form, shape and content,
dataclasses by name and fields, functions by where they live and what they do.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from equipoise.errors import SimulationError


def identity_of(*values: object) -> str:
    """Give the SHA-256 of values, in hexadecimal.

    >>> identity_of(1.0)[:8] == identity_of(1)[:8]
    False

    Raises:
        SimulationError: A value is of a kind that cannot be written down.
    """
    digest = hashlib.sha256()
    for piece in _written(values):
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)
    return digest.hexdigest()


def _written(value: Any) -> Iterator[bytes]:  # noqa: ANN401, C901, PLR0912 - one way a kind
    match value:
        case None | bool() | str():
            yield repr(value).encode()
        case Enum():
            yield f"{type(value).__name__}.{value.name}".encode()
        case int() | np.integer():
            yield f"i{int(value)}".encode()
        case float() | np.floating():
            yield float(value).hex().encode()
        case bytes():
            yield value
        case np.ndarray():
            little = value.dtype.newbyteorder("<")
            yield f"array {little.str} {value.shape}".encode()
            yield np.ascontiguousarray(value, dtype=little).tobytes()
        case tuple() | list():
            yield f"{len(value)} values".encode()
            for each in value:
                yield from _written(each)
        case set() | frozenset():
            yield f"{len(value)} in a set".encode()
            for each in sorted(value):
                yield from _written(each)
        case dict():
            yield f"{len(value)} by name".encode()
            for name in sorted(value):
                yield from _written(name)
                yield from _written(value[name])
        case FunctionType():
            yield f"{value.__module__}.{value.__qualname__}".encode()
            yield from _written(_code(value.__code__))
            yield from _written([cell.cell_contents for cell in value.__closure__ or ()])
        case _ if is_dataclass(value):
            yield type(value).__qualname__.encode()
            for field in fields(value):
                yield from _written(field.name)
                yield from _written(getattr(value, field.name))
        case _:
            raise SimulationError(
                f"A plan cannot hold {value!r}, a {type(value).__name__}: two plans with it could "
                "not be told apart. Give values, arrays, dataclasses and plain functions.",
                about="plan",
            )


def _code(code: CodeType) -> tuple[object, ...]:
    constants = (each for each in code.co_consts if not isinstance(each, str))  # no docstrings
    plain = [_code(each) if isinstance(each, CodeType) else each for each in constants]
    return (code.co_code, code.co_names, plain)
