"""Values as plain JSON: what is hashed, compared and written down, the same on every machine.

Dataclasses become objects that name their class, arrays and tuples lists, enums their values.
A sparse object leaves out fields at their defaults, so that a field added by a later version,
which nobody has used, changes nothing.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeAlias

import numpy as np

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


def plain(  # noqa: PLR0911 - one way a kind
    value: object, *, sparse: bool = False, without: frozenset[str] = frozenset()
) -> Plain:
    """Write a value as plain JSON.

    Args:
        value: of dataclasses, mappings, sequences, arrays, enums, dates and single values.
        sparse: leave out fields at their defaults, and round numbers to twelve digits, since
            what is derived may differ in the last bit between machines.
        without: names of fields to leave out wherever they stand.

    Raises:
        TypeError: it is of a kind that has no plain form.

    >>> plain((1, 2.5, None, math.inf))
    [1, 2.5, None, 'inf']
    """
    match value:
        case None | bool() | str():
            return value
        case Enum():
            return f"{value.name}"
        case int() | np.integer():
            return int(value)
        case float() | np.floating():
            held = float(f"{value:.12g}") if sparse else float(value)
            return held if math.isfinite(held) else str(held)
        case date():
            return value.isoformat()
        case np.ndarray():
            return [plain(each) for each in value.tolist()]
        case Mapping():
            return {
                str(name): plain(each, sparse=sparse, without=without)
                for name, each in sorted(value.items(), key=lambda item: str(item[0]))
            }
        case tuple() | list():
            return [plain(each, sparse=sparse, without=without) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _fields(value, sparse=sparse, without=without)
    raise TypeError(f"{value!r} has no plain form; it is a {type(value).__name__}.")


def _fields(value: Any, *, sparse: bool, without: frozenset[str]) -> Plain:  # noqa: ANN401 - any dataclass
    kept: dict[str, Plain] = {"is": type(value).__name__}
    for field in fields(value):
        held = getattr(value, field.name)
        if field.name not in without and not (sparse and _is_default(field, held)):
            kept[field.name] = plain(held, sparse=sparse, without=without)
    return kept


def _is_default(field: "Field[Any]", held: object) -> bool:
    if field.default is not MISSING:
        return bool(field.default == held)
    return field.default_factory is not MISSING and bool(field.default_factory() == held)


def canonical(value: object) -> str:
    """Write plain JSON one way: names sorted, no blanks, every bit of a number.

    >>> canonical({"b": 0.1, "a": "é"})
    '{"a":"é","b":0.1}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(text: str) -> str:
    """Give the SHA-256 of a text in UTF-8, in hexadecimal.

    Witness: FIPS 180-4, of the empty text.

    >>> sha256_of("")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def differing(before: object, after: object, path: str = "") -> tuple[str, ...]:
    """Name the places at which two plain values differ, and what stood and stands there.

    >>> differing({"alpha": 0.025, "same": 1}, {"alpha": 0.05, "same": 1})
    ('alpha: 0.025, now 0.05',)
    """
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[str] = []
        for name in sorted({*before, *after}):
            below = f"{path}.{name}" if path else name
            found += differing(before.get(name), after.get(name), below)
        return tuple(found)
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = zip(before, after, strict=True)
        return tuple(
            each
            for place, (old, new) in enumerate(pairs)
            for each in differing(old, new, f"{path}.{_name(old, new, place)}")
        )
    return () if before == after else (f"{path}: {_short(before)}, now {_short(after)}",)


def _name(old: object, new: object, place: int) -> str:
    """Call an entry of a list by its id, where it has kept it."""
    if isinstance(old, dict) and isinstance(new, dict) and old.get("id") == new.get("id"):
        return str(old.get("id", place + 1))
    return str(place + 1)


LONGEST = 60  # characters of a value in a message


def _short(value: object) -> str:
    if value is None:
        return "not given"
    text = canonical(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
