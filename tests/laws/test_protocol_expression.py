"""The condition language: what it accepts, what it refuses, and that it never does more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.protocol.expression import (
    Among,
    And,
    Column,
    Compare,
    Condition,
    Constant,
    ExpressionError,
    Missing,
    Not,
    Or,
    columns_of,
    parse_condition,
)

NAMES = st.text(min_size=1, max_size=8).filter(lambda name: "`" not in name)
VALUES = st.one_of(
    st.integers(-(10**6), 10**6).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8).filter(lambda text: '"' not in text),
    st.booleans(),
)
COLUMNS = NAMES.map(Column)
CONSTANTS = VALUES.map(Constant)
STATEMENTS = st.one_of(
    st.builds(
        Compare, COLUMNS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), COLUMNS | CONSTANTS
    ),
    st.builds(Among, COLUMNS, st.lists(CONSTANTS, min_size=1, max_size=3).map(tuple)),
    st.builds(Missing, COLUMNS),
)
CONDITIONS = st.recursive(
    STATEMENTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


def written_operand(operand: Column | Constant) -> str:
    if isinstance(operand, Column):
        return f"`{operand.name}`"
    if isinstance(operand.value, bool):
        return str(operand.value).lower()
    return f'"{operand.value}"' if isinstance(operand.value, str) else repr(operand.value)


def written(condition: Condition) -> str:
    """Write a condition out, every part in parentheses: the parser's inverse."""
    match condition:
        case Compare(left, operator, right):
            return f"{written_operand(left)} {operator} {written_operand(right)}"
        case Among(column, values):
            return f"{written_operand(column)} in ({', '.join(map(written_operand, values))})"
        case Missing(column):
            return f"{written_operand(column)} is missing"
        case Not(inner):
            return f"not ({written(inner)})"
    joint = " and " if isinstance(condition, And) else " or "
    return joint.join(f"({written(part)})" for part in condition.conditions)


class TestWritingAndReading:
    """A condition written out and read again is the same condition."""

    @given(CONDITIONS)
    @settings(deadline=None, max_examples=150)
    def test_inverse(self, condition):
        assert parse_condition(written(condition)) == condition

    @given(st.text(max_size=60) | st.text(alphabet="ab1=<>!()'\"`, andortisg.-", max_size=60))
    @settings(deadline=None, max_examples=300)
    def test_any_text_is_read_or_refused(self, text):
        refusal = None
        try:
            parse_condition(text)
        except ExpressionError as raised:
            refusal = raised
        assert refusal is None or (0 <= refusal.offset <= len(text) and refusal.remedy)


def test_and_binds_closer_than_or_and_not_closest():
    a, b, c = (Compare(Column(name), "==", Constant(1.0)) for name in "abc")
    assert parse_condition("a == 1 or b == 1 and not c == 1") == Or((a, And((b, Not(c)))))


def test_keywords_may_be_written_in_capitals():
    assert parse_condition('AREL IN ("A") AND NOT B IS MISSING') == And(
        (Among(Column("AREL"), (Constant("A"),)), Not(Missing(Column("B"))))
    )


def test_columns_are_named_once_in_order():
    assert columns_of(parse_condition("b > a and not (`c d` is missing or a in (1))")) == (
        "b",
        "a",
        "c d",
    )


@pytest.mark.parametrize(
    ("text", "offset", "remedy"),
    [
        ("status = 1", 7, '"=="'),
        ("status <> 1", 7, '"!="'),
        ("a == 1 & b == 2", 7, '"and"'),
        ("status ==", 9, "belongs here"),
        ("1 == 1", 0, "compare a column"),
        ("status in 1", 10, "list the values"),
        ("status is null", 10, "is missing"),
        ('sex == "F', 7, "close the quotation mark"),
        ("(a == 1", 7, 'with ")"'),
        ("a == 1 b == 2", 7, '"and" or "or"'),
        ("a", 1, "is missing"),
        ("", 0, "belongs here"),
        ("a < 1e999", 4, "belongs here"),
        ("__import__('os').system('true')", 16, "quotation marks"),
        ("(" * 1900, 51, "nest at most"),
        ("not " * 400 + "a == 1", 204, "nest at most"),
        ("a" * 3000, 0, "column of the data"),
    ],
)
def test_refusals_name_the_character_and_the_remedy(text, offset, remedy):
    with pytest.raises(ExpressionError) as refusal:
        parse_condition(text)
    assert refusal.value.offset == offset
    assert remedy in str(refusal.value)
