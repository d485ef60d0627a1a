"""The kinds of value a claims file is made of: every number stays the text it was printed as.

printed      "59.3%", ".05", "<.0001", "0.70 (0.47-1.03)", "96.0% ± 1.2", "74/102 (73%)"
time         2 (in the trial's time unit), 2 years, 24 months
calendar     2019-09-18, or 2019-09 for some day of that month
yes          yes, no, true, false
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from equipoise.appraise.claims.printed import (
    Kind,
    PrintedError,
    printed,
    printed_estimate,
    printed_interval,
)
from equipoise.io.protocol.fields import Length, moment

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_UNIT = re.compile(r"\s*\b(day|week|month|year)s?\b")
_TRUE, _FALSE = frozenset({"yes", "true"}), frozenset({"no", "false"})
NUMBER_OR_TEXT = WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})


def _reads(read: Callable[[str], object]) -> AfterValidator:
    """Keep a text that can be read; say what is wrong with it otherwise."""

    def check(text: str) -> str:
        try:
            read(text)
        except PrintedError as error:
            raise stated(error.fact, error.remedy) from error
        return text

    return AfterValidator(check)


def stated(fact: str, remedy: str) -> PydanticCustomError:
    """Put a fact and its remedy into an error of the grammar."""
    return PydanticCustomError("stated", "{fact}", {"fact": fact, "remedy": remedy})


def yes(text: str) -> bool:
    """Read yes or no.

    >>> yes("yes"), yes("false")
    (True, False)
    """
    if text.lower() not in _TRUE | _FALSE:
        raise PrintedError("yes or no belongs here", text, "write yes, or no")
    return text.lower() in _TRUE


def exact(text: str) -> float:
    """Read a number that was chosen, not measured: an alpha, a planned hazard ratio.

    >>> exact("0.025"), exact("85%")
    (0.025, 0.85)
    """
    number = printed(text)
    if number.relation != "=" or number.value <= 0:
        raise PrintedError("a number above 0 belongs here", text, "write it in digits, like 0.025")
    return number.value


def length(text: str) -> Length:
    """Read a moment: 2, or 24 months."""
    try:
        return moment(text)
    except PydanticCustomError:
        raise PrintedError("a time belongs here", text, "write 2, or 24 months") from None


def without_unit(text: str) -> tuple[str, Length | None]:
    """Take the unit out of a printed time, and give how long one of it is.

    >>> without_unit("7.7 months (5.6-9.6)")
    ('7.7 (5.6-9.6)', Length(amount=1.0, unit='month'))
    """
    found = _UNIT.search(text)
    if found is None:
        return text, None
    return _UNIT.sub("", text).strip(), length(f"1 {found[1]}")


def calendar_day(text: str, *, last: bool = False) -> date:
    """Read a day; of a month alone its first or its last day.

    >>> calendar_day("2020-02", last=True)
    datetime.date(2020, 2, 29)
    """
    month = _MONTH.fullmatch(text)
    try:
        if month is None:
            return date.fromisoformat(text)
        year, number = int(month[1]), int(month[2])
        return date(year, number, monthrange(year, number)[1] if last else 1)
    except ValueError:
        raise PrintedError("there is no such date", text, "write 2019-09-18, or 2019-09") from None


def counted(text: str) -> tuple[str | None, str | None, str | None]:
    """Take apart what is printed of patients: count, percentage, of how many.

    >>> counted("74/102 (73%)"), counted("79%"), counted("83 (79%)"), counted("79% of 105")
    (('74', '73%', '102'), (None, '79%', None), ('83', '79%', None), (None, '79%', '105'))
    """
    found = _COUNTED.fullmatch(text.strip())
    if found is None:
        remedy = "write it as printed, such as 79%, 83 (79%), or 74/102 (73%)"
        raise PrintedError("a count or a percentage of patients belongs here", text, remedy)
    count, percent = found["count"], found["percent"] or found["alone"]
    of = found["of"] or found["among"]
    for part, kind in ((count, "count"), (of, "count"), (percent, "proportion")):
        if part is not None:
            printed(part, "count" if kind == "count" else "proportion")
    return count, percent, of


_COUNTED = re.compile(
    r"(?P<alone>[<>≤≥=\s]*[\d.,·]+\s*%)(?:\s*of\s*(?P<among>[\d,]+))?"
    r"|(?P<count>[<>≤≥=\s]*[\d,.·]+)(?:\s*(?:/|of)\s*(?P<of>[\d,]+))?"
    r"(?:\s*[,;]?\s*[(\[]\s*(?P<percent>[<>≤≥=\s]*[\d.,·]+\s*%?)\s*[)\]])?"
)


def _of_kind(kind: Kind) -> AfterValidator:
    return _reads(lambda text: printed(text, kind))


def _estimate(kind: Kind) -> AfterValidator:
    return _reads(lambda text: printed_estimate(text, kind))


_Text: TypeAlias = Annotated[str, Field(min_length=1)]
Yes: TypeAlias = Annotated[
    _Text, _reads(yes), WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]})
]
Count: TypeAlias = Annotated[_Text, _of_kind("count"), NUMBER_OR_TEXT]
Number: TypeAlias = Annotated[_Text, _reads(exact), NUMBER_OR_TEXT]
PrintedP: TypeAlias = Annotated[_Text, _of_kind("P"), NUMBER_OR_TEXT]
PrintedRate: TypeAlias = Annotated[_Text, _estimate("proportion"), NUMBER_OR_TEXT]
PrintedDifference: TypeAlias = Annotated[_Text, _estimate("difference"), NUMBER_OR_TEXT]
PrintedRatio: TypeAlias = Annotated[_Text, _estimate("ratio"), NUMBER_OR_TEXT]
PrintedTime: TypeAlias = Annotated[
    _Text, _reads(lambda text: printed_estimate(without_unit(text)[0], "time")), NUMBER_OR_TEXT
]
PrintedRange: TypeAlias = Annotated[
    _Text, _reads(lambda text: printed_interval(without_unit(text)[0], "time"))
]
PrintedPatients: TypeAlias = Annotated[_Text, _reads(counted), NUMBER_OR_TEXT]
Time: TypeAlias = Annotated[_Text, _reads(length), NUMBER_OR_TEXT]
CalendarDay: TypeAlias = Annotated[_Text, _reads(calendar_day)]


class ClaimSection(BaseModel):
    """A mapping of a claims file: every key is known, every value a text."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ByArm(BaseModel):
    """A mapping of a claims file whose other keys are arms."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
