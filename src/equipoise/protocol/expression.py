"""Which rows count: the conditions a protocol states on the columns of one table.

    condition  = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation   = "not" negation | "(" condition ")" | statement
    statement  = operand ("==" | "!=" | "<" | "<=" | ">" | ">=") operand
               | column ["not"] "in" "(" value { "," value } ")"
               | column "is" ["not"] "missing"
    operand    = column | value
    value      = number | "text" | 'text' | true | false

A column is a bare word, or anything between backticks.  Conditions are parsed into values
and never evaluated as code; what a missing cell means is the reader's to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeAlias

from equipoise.errors import ProtocolError

DEEPEST = 50  # nested parentheses and negations
LONGEST = 2_000  # characters


class ExpressionError(ProtocolError):
    """A condition cannot be read; `offset` counts characters from 0, `fact` lacks the place."""

    def __init__(self, text: str, offset: int, fact: str, remedy: str) -> None:
        self.text, self.offset, self.fact, self.remedy = text, offset, fact, remedy
        super().__init__(f"{fact}, at character {offset + 1} of {text[:80]!r}; {remedy}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, or true or false."""

    value: float | str | bool


Operand: TypeAlias = Column | Constant
Operator = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare:
    """Two operands, at least one of them a column."""

    left: Operand
    operator: Operator
    right: Operand


@dataclass(frozen=True, slots=True)
class Among:
    """The column's value is one of `values`."""

    column: Column
    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The column has no value."""

    column: Column


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """Every condition holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one condition holds."""

    conditions: tuple["Condition", ...]


Condition: TypeAlias = Compare | Among | Missing | Not | And | Or


def parse_condition(text: str) -> Condition:
    """Read a condition on the columns of one table.

    Raises:
        ExpressionError: The text is no condition; the message names the character.

    >>> parse_condition("status == 1")
    Compare(left=Column(name='status'), operator='==', right=Constant(value=1.0))
    """
    if len(text) > LONGEST:
        fact = f"the condition has {len(text)} characters, at most {LONGEST} are read"
        raise ExpressionError(text, 0, fact, "state it as a column of the data instead")
    reader = _Reader(text)
    condition = reader.any_of(depth=0)
    if reader.token.kind != "end":
        raise reader.refusal('join conditions with "and" or "or"')
    return condition


def columns_of(condition: Condition) -> tuple[str, ...]:
    """Name the columns a condition speaks of, in order and each once.

    >>> columns_of(parse_condition("extent >= 3 and surg == 0 or extent is missing"))
    ('extent', 'surg')
    """
    return tuple(dict.fromkeys(_names(condition)))


def _names(condition: Condition) -> Iterator[str]:
    match condition:
        case And(conditions) | Or(conditions):
            for part in conditions:
                yield from _names(part)
        case Not(inner):
            yield from _names(inner)
        case Among(column) | Missing(column):
            yield column.name
        case Compare(left, _, right):
            yield from (side.name for side in (left, right) if isinstance(side, Column))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<quoted_column>`[^`]+`)
      | (?P<word>[^\W\d][\w.]*)
      | (?P<operator>==|!=|<=|>=|<(?!>)|>)
      | (?P<mark>[(),])""",
    re.VERBOSE,
)
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "missing", "true", "false"})
_REMEDIES = {
    "=": 'write "==" for "equal to"',
    "&": 'write "and"',
    "|": 'write "or"',
    "<>": 'write "!=" for "not equal to"',
    "!": 'write "not"',
    '"': "close the quotation mark",
    "'": "close the quotation mark",
    "`": "close the backtick around the column's name",
}


def _tokens(text: str) -> Iterator[_Token]:
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            rest = text[offset:]
            remedy = next(
                (cure for mark, cure in _REMEDIES.items() if rest.startswith(mark)),
                "put a column's name in backticks and a text in quotation marks",
            )
            raise ExpressionError(
                text, offset, f"{(rest.split() or [rest])[0][:12]!r} is not understood", remedy
            )
        kind = str(found.lastgroup)
        if kind == "word" and found[0].lower() in _KEYWORDS:
            yield _Token("keyword", found[0].lower(), offset)
        elif kind != "space":
            yield _Token(kind, found[0], offset)
        offset = found.end()
    yield _Token("end", "", len(text))


class _Reader:
    """Recursive descent: one method a line of the grammar above."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.position = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def accept(self, text: str) -> bool:
        """Step over the keyword or mark, if it is next."""
        here = self.token.kind in {"keyword", "mark"} and self.token.text == text
        self.position += here
        return here

    def expect(self, text: str, remedy: str) -> None:
        if not self.accept(text):
            raise self.refusal(remedy)

    def refusal(self, remedy: str) -> ExpressionError:
        found = f"{self.token.text!r} is unexpected" if self.token.text else "it ends too early"
        return ExpressionError(self.text, self.token.offset, found, remedy)

    def any_of(self, depth: int) -> Condition:
        parts = [self.all_of(depth)]
        while self.accept("or"):
            parts.append(self.all_of(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all_of(self, depth: int) -> Condition:
        parts = [self.one(depth)]
        while self.accept("and"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def one(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise self.refusal(f"nest at most {DEEPEST} deep")
        if self.accept("not"):
            return Not(self.one(depth + 1))
        if self.accept("("):
            inner = self.any_of(depth + 1)
            self.expect(")", 'close the parenthesis with ")"')
            return inner
        return self.statement()

    def statement(self) -> Condition:
        start = self.position
        left = self.operand()
        if self.token.kind == "operator":
            operator = self.token.text
            self.position += 1
            right = self.operand()
            if isinstance(left, Constant) and isinstance(right, Constant):
                self.position = start
                raise self.refusal("compare a column with something; both sides are fixed values")
            return Compare(left, operator, right)  # type: ignore[arg-type]  # the token's pattern
        if isinstance(left, Constant):
            self.position = start
            raise self.refusal('begin with a column, as in `status == 1` or `grade in ("3", "4")`')
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("missing", 'write "is missing" or "is not missing"')
            return Not(Missing(left)) if negated else Missing(left)
        negated = self.accept("not")
        self.expect("in", f'say what of {left.name!r}: "== 1", "in (1, 2)" or "is missing"')
        among = Among(left, self.values())
        return Not(among) if negated else among

    def values(self) -> tuple[Constant, ...]:
        self.expect("(", 'list the values as in `in ("a", "b")`')
        values = [self.constant()]
        while self.accept(","):
            values.append(self.constant())
        self.expect(")", 'separate values with "," and close the list with ")"')
        return tuple(values)

    def constant(self) -> Constant:
        operand = self.operand()
        if isinstance(operand, Column):
            self.position -= 1
            raise self.refusal("write a number, or a text in quotation marks")
        return operand

    def operand(self) -> Operand:
        kind, text = self.token.kind, self.token.text
        self.position += 1
        match kind:
            case "number" if isfinite(float(text)):
                return Constant(float(text))
            case "text":
                return Constant(text[1:-1])
            case "word":
                return Column(text)
            case "quoted_column":
                return Column(text[1:-1])
            case "keyword" if text in {"true", "false"}:
                return Constant(text == "true")
        self.position -= 1
        raise self.refusal("a column, a number or a quoted text belongs here")
