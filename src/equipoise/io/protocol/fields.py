"""The kinds of value a protocol file is made of, below the level of its sections.

identifier   a letter, then letters, digits, - and _
text         anything not empty, in quotation marks where YAML would read a number
condition    an expression on the columns of one table (`protocol.expression`)
length       24 (in the trial's time unit), or 2 years, 24 months, 90 days
moment       a length of time, or 0: the key of a value that changes over time
pieces       {0: 0.05, 6 months: 0.02}: a value from each moment on
grid         one number, or a list: the first is planned, the others are alternatives
"""

import re
from dataclasses import dataclass, fields
from datetime import date
from math import isfinite
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from equipoise.protocol.expression import ExpressionError, parse_condition
from equipoise.protocol.trial import DAYS_PER, TimeUnit

TAG = "\0"  # begins the names of kinds, in errors; no key of a file can begin so
_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+) *(day|week|month|year)s?")
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_UNITS: dict[str, TimeUnit] = {"day": "day", "week": "week", "month": "month", "year": "year"}


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time; without a unit it is in the trial's."""

    amount: float
    unit: TimeUnit | None = None

    def measured_in(self, unit: TimeUnit) -> float:
        """Convert to another unit, a month being 365.25 / 12 days.

        >>> Length(2, "year").measured_in("month")
        24.0
        """
        own = self.unit or unit
        return self.amount if own == unit else self.amount * DAYS_PER[own] / DAYS_PER[unit]

    def __str__(self) -> str:
        amount = f"{self.amount:g}"
        return f"{amount} {self.unit}{'' if self.amount == 1 else 's'}" if self.unit else amount


def _read_length(value: object) -> Length:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if isfinite(value) and value > 0:
            return Length(float(value))
        raise PydanticCustomError("length", "a length of time is a number above 0")
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if found is None or not 0 < float(found[1]) < float("inf"):
        raise PydanticCustomError("length", "a length of time reads 24, or 2 years, or 90 days")
    return Length(float(found[1]), _UNITS[found[2]])


def moment(text: str) -> Length:
    """Read the key of a value that changes over time: 0, or a length of time.

    >>> moment("0").amount, moment("6 months").unit
    (0.0, 'month')
    """
    number = _NUMBER.fullmatch(text)
    if number is not None and isfinite(float(text)):
        return Length(float(text))
    return _read_length(text)


def _check_moment(text: str) -> str:
    moment(text)
    return text


def _kind(value: object) -> str:
    """Tell one value, a list, a mapping to single values, and a mapping to mappings apart."""
    if isinstance(value, list):
        return TAG + "list"
    return TAG + ("pieces" if isinstance(value, dict) else "one")


def _check_condition(text: str) -> str:
    try:
        parse_condition(text)
    except ExpressionError as error:
        detail = {"fact": error.fact, "remedy": error.remedy, "offset": error.offset}
        raise PydanticCustomError("condition", "a condition cannot be read", detail) from error
    return text


def _check_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError("iso_date", "a date reads 2019-06-30") from error
    return text


Id: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=64)]
Text: TypeAlias = Annotated[str, Field(min_length=1)]
Condition: TypeAlias = Annotated[str, Field(min_length=1), AfterValidator(_check_condition)]
Date: TypeAlias = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_check_date)]
Duration: TypeAlias = Annotated[
    Length,
    BeforeValidator(_read_length),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": f"^{_LENGTH.pattern}$"},
            ]
        }
    ),
]
MOST_PIECES = 100
Pieces: TypeAlias = Annotated[
    dict[Annotated[str, AfterValidator(_check_moment)], float],
    Field(min_length=1, max_length=MOST_PIECES),
    WithJsonSchema(
        {
            "type": "object",
            "patternProperties": {f"^({_NUMBER.pattern}|{_LENGTH.pattern})$": {"type": "number"}},
            "additionalProperties": False,
        }
    ),
]
_MOST_VALUES = Field(min_length=1, max_length=MOST_PIECES)
_One: TypeAlias = Annotated[float, Tag(TAG + "one")]
Grid: TypeAlias = Annotated[
    _One | Annotated[list[float], _MOST_VALUES, Tag(TAG + "list")], Discriminator(_kind)
]
NumberOrPieces: TypeAlias = Annotated[
    _One | Annotated[Pieces, Tag(TAG + "pieces")], Discriminator(_kind)
]
GridOrPieces: TypeAlias = Annotated[
    _One
    | Annotated[list[float], _MOST_VALUES, Tag(TAG + "list")]
    | Annotated[Pieces, Tag(TAG + "pieces")],
    Discriminator(_kind),
]
WordOrNumber: TypeAlias = Annotated[
    _One | Annotated[Text, Tag(TAG + "word")],
    Discriminator(lambda value: TAG + ("word" if isinstance(value, str) else "one")),
]
DurationGrid: TypeAlias = Annotated[
    Annotated[Duration, Tag(TAG + "one")]
    | Annotated[list[Duration], _MOST_VALUES, Tag(TAG + "list")],
    Discriminator(_kind),
]


class Section(BaseModel):
    """A mapping in the file: every key is known, every value of its own kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def default_of(value: type, name: str) -> Any:  # noqa: ANN401 - as the field is typed
    """Give the default that a domain value states for one of its fields.

    >>> from equipoise.protocol.trial import Arm
    >>> default_of(Arm, "allocation")
    1.0
    """
    return next(field.default for field in fields(value) if field.name == name)
