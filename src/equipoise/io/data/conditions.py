"""Which rows satisfy a condition of the protocol: true, false, or unknown.

A comparison with a missing cell is unknown, and `and`, `or`, `not` follow Kleene's logic:
`a == 1 or b == 1` is true as soon as one side is.  `is missing` is never unknown.
The constant decides how a column is seen: beside a number it is numbers, beside a text it is
text, beside an ISO date and an order it is dates.  Texts have no other order.
"""

import operator
from collections.abc import Callable
from datetime import date
from functools import reduce
from typing import Any

import numpy as np
import polars as pl

from equipoise.errors import DataError
from equipoise.io.data.columns import (
    NOT_RECORDED,
    TableData,
    dates,
    is_numeric,
    numbers,
    text,
    truth,
)
from equipoise.kernel.arrays import Flags
from equipoise.protocol.expression import (
    Among,
    And,
    Column,
    Compare,
    Condition,
    Constant,
    Missing,
    Not,
    Operand,
    Or,
    parse_condition,
)

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def holds(condition: str, table: TableData) -> pl.Series:
    """Evaluate a condition in every row: true, false, or null where unknown.

    Raises:
        DataError: if a column does not exist or cannot be compared so.
    """
    return evaluate(parse_condition(condition), table)


def certainly(condition: str, table: TableData) -> tuple[Flags, Flags]:
    """Give where a condition holds, and where that is unknown."""
    result = holds(condition, table)
    return result.fill_null(value=False).to_numpy(), result.is_null().to_numpy()


def evaluate(condition: Condition, table: TableData) -> pl.Series:
    """Evaluate a parsed condition in every row."""
    match condition:
        case And(conditions):
            return reduce(operator.and_, (evaluate(part, table) for part in conditions))
        case Or(conditions):
            return reduce(operator.or_, (evaluate(part, table) for part in conditions))
        case Not(inner):
            return ~evaluate(inner, table)
        case Missing(column):
            return is_missing(table, column.name)
        case Among(column, values):
            each = (compare(table, column, "==", value) for value in values)
            return reduce(operator.or_, each)
        case Compare(left, relation, right):
            return compare(table, left, relation, right)


def is_missing(table: TableData, name: str) -> pl.Series:
    """Tell where a column has no value; in a column of numbers NA and `.` are missing too."""
    column = table.column(name)
    if column.dtype == pl.String and is_numeric(table, name):
        return column.is_null() | column.str.strip_chars().is_in(NOT_RECORDED)
    return column.is_null()


def compare(table: TableData, left: Operand, relation: str, right: Operand) -> pl.Series:
    """Compare a column with a constant or with another column."""
    if isinstance(left, Constant):
        return compare(table, right, MIRRORED[relation], left)
    if isinstance(right, Column):
        ours, theirs = two_columns(table, left.name, right.name, relation)
        return as_truth(OPERATORS[relation](ours, theirs))
    value = right.value
    if isinstance(value, bool):
        return as_truth(OPERATORS[relation](truth(table, left.name), value))
    if isinstance(value, float):
        return as_truth(OPERATORS[relation](number_series(table, left.name), value))
    if table.column(left.name).dtype == pl.Date or relation not in {"==", "!="}:
        day = iso(value, left.name)
        return as_truth(OPERATORS[relation](dates(table, left.name), day))
    return as_truth(OPERATORS[relation](text(table, left.name), value))


def two_columns(
    table: TableData, left: str, right: str, relation: str
) -> tuple[pl.Series, pl.Series]:
    """See two columns in the one way they can be compared."""
    if is_numeric(table, left) and is_numeric(table, right):
        return number_series(table, left), number_series(table, right)
    calendar = any(table.column(name).dtype.is_temporal() for name in (left, right))
    if calendar or relation not in {"==", "!="}:
        return dates(table, left), dates(table, right)
    return text(table, left), text(table, right)


def number_series(table: TableData, name: str) -> pl.Series:
    """See a column as numbers, null where missing."""
    values = numbers(table, name, in_condition=True)
    return pl.Series(values, nan_to_null=True) if values.size else pl.Series(dtype=pl.Float64)


def iso(value: str, name: str) -> date:
    """Read the constant that a date is compared with."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        message = (
            f"{name} is compared with {value!r}. Texts are compared by == and != only; "
            "write a number without quotes, or a date as 2024-02-29."
        )
        raise DataError(message) from None


def as_truth(result: pl.Series | np.ndarray[Any, Any]) -> pl.Series:
    """Give the outcome of a comparison as truth values with nulls."""
    return pl.Series(result).cast(pl.Boolean)
