"""A protocol's condition as a where clause of CDISC's Analysis Results Standard.

    statement         condition            {dataset, variable, comparator, value}
    and, or, not      compoundExpression   {logicalOperator, whereClauses}

The standard compares a variable with values; a condition between two columns, or on a missing
value, has no such form and is then told in the description alone.
"""

from typing import Any, TypeAlias

from equipoise.protocol.expression import (
    Among,
    And,
    Column,
    Compare,
    Condition,
    Constant,
    Missing,
    Not,
    Operator,
    Or,
    parse_condition,
)

Clause: TypeAlias = dict[str, Any]
COMPARATORS = {"==": "EQ", "!=": "NE", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
MIRRORED: dict[Operator, Operator] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}
OPPOSITE = {"EQ": "NE", "NE": "EQ", "IN": "NOTIN", "NOTIN": "IN"}


def where(text: str | None, dataset: str) -> Clause:
    """Translate a condition; empty where there is none, or none that the standard can say.

    >>> where("SAFFL == 'Y'", "ADSL")["condition"]["comparator"]
    'EQ'
    """
    if text is None:
        return {}
    return _clause(parse_condition(text), dataset, level=1) or {}


def equals(dataset: str, variable: str, values: tuple[str, ...]) -> Clause:
    """Say that a variable has one of the values."""
    comparator = "EQ" if len(values) == 1 else "IN"
    return {"condition": _condition(dataset, variable, comparator, values)}


def _condition(
    dataset: str, variable: str, comparator: str, values: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "variable": variable,
        "comparator": comparator,
        "value": list(values),
    }


def _clause(condition: Condition, dataset: str, level: int) -> Clause | None:
    statement: Clause | None = None
    match condition:
        case Compare(Column(name), operator, Constant() as constant):
            told = _condition(dataset, name, COMPARATORS[operator], (_text(constant),))
            statement = {"condition": told}
        case Compare(Constant() as constant, operator, Column() as column):
            statement = _clause(Compare(column, MIRRORED[operator], constant), dataset, level)
        case Among(Column(name), values):
            told = _condition(dataset, name, "IN", tuple(map(_text, values)))
            statement = {"condition": told}
        case Not(inner):
            statement = _negated(inner, dataset, level)
        case And(parts):
            statement = _compound("AND", parts, dataset, level)
        case Or(parts):
            statement = _compound("OR", parts, dataset, level)
        case Compare() | Missing():
            pass
    return statement


def _negated(inner: Condition, dataset: str, level: int) -> Clause | None:
    clause = _clause(inner, dataset, level)
    if clause is None:
        return None
    statement = clause.get("condition")
    if statement is not None and statement["comparator"] in OPPOSITE:
        return {"condition": statement | {"comparator": OPPOSITE[statement["comparator"]]}}
    return _compound("NOT", (inner,), dataset, level)


def _compound(
    operator: str, parts: tuple[Condition, ...], dataset: str, level: int
) -> Clause | None:
    clauses = [_clause(part, dataset, level + 1) for part in parts]
    told = [clause for clause in clauses if clause is not None]
    if len(told) < len(clauses):
        return None
    placed = [
        {"level": level + 1, "order": order} | clause for order, clause in enumerate(told, start=1)
    ]
    return {"compoundExpression": {"logicalOperator": operator, "whereClauses": placed}}


def _text(constant: Constant) -> str:
    value = constant.value
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else value
