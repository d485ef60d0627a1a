"""The remarks of the data check, collected while the data are read.

Reading goes on after an error, so that every problem is told at once; `FindingLog.close`
then refuses the data if any error was found.  Rows are counted as data rows: the first
row under the header is row 1.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.analyze.estimates import Finding
from equipoise.errors import DataError

T = TypeVar("T")
# Warnings in the order in which they may change what is believed; others come between.
FIRST = (
    *("value-absent", "event-value-absent", "no-row-selected", "never-happens"),
    *("event-coded-1-2", "censor-named-event", "censor-coding", "event-outside-0-1"),
    *("answer-outside-0-1", "mostly-events", "no-events"),
    *("unit-looks-wrong", "landmarks-beyond-follow-up", "unit-disagrees"),
    *("time-disagrees-with-dates", "few-distinct-times", "event-after-last-contact"),
)
LAST = ("no-data", "missing-baseline")
FILE_FIRST = re.compile(r"[^\s:]+\.\w+[ :]")
ABOUT = "\x00"  # in a message: where the name of what it is about is put in at the end
SHOWN = 10  # rows and subjects named in full; the rest are counted


class DataCheckError(DataError):
    """The data check found errors; `findings` holds every remark, warnings and notes too."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        errors = [finding for finding in findings if finding.severity == "error"]
        count = f"{len(errors)} error" + ("s" if len(errors) > 1 else "")
        lines = [f"  {place(finding)}{finding.message}{where(finding)}" for finding in errors]
        super().__init__("\n".join([f"The data check found {count}.", *lines]))


class RowsError(DataError):
    """A `DataError` about certain data rows of a table."""

    def __init__(self, message: str, rows: NDArray[np.int64]) -> None:
        self.rows = rows
        super().__init__(message)


class MissingColumn(DataError):  # noqa: N818 - a statement about a table, named as such
    """A table has no column of this name."""

    def __init__(self, message: str, table: str, column: str) -> None:
        self.table, self.column = table, column
        super().__init__(message)


class AlreadyTold(DataError):  # noqa: N818 - a statement about the log, named as such
    """Something cannot be read for a reason that is in the log."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """How the rows of a table are named: by patient, and by line where the file is text."""

    patients: pl.Series | None = None
    first_line: int | None = None


class FindingLog:
    """Where the readers write down what they notice."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.whereabouts: dict[str, Whereabouts] = {}  # by table id
        self.columns_told: set[tuple[str, str]] = set()  # table id, column that is missing
        self.about = ""  # the endpoint being read, as printed
        self.concerned: dict[Finding, list[str]] = {}  # what a message with `ABOUT` is about

    def told(self, rules: Collection[str]) -> bool:
        """Whether a finding of one of these rules is written down."""
        return any(finding.rule in rules for finding in self.findings)

    def add(
        self,
        severity: Literal["error", "warning", "note"],
        rule: str,
        message: str,
        *,
        table: str | None = None,
        rows: NDArray[np.int64] | Sequence[int] = (),
        subjects: Sequence[str] = (),
        rows_in_all: int | None = None,
    ) -> None:
        """Write down one finding; of `rows` and `subjects` the first ten are kept."""
        first = tuple(int(row) for row in np.sort(rows)[:SHOWN])
        total = len(rows) if rows_in_all is None else rows_in_all
        known = self.whereabouts.get(table or "", Whereabouts())
        if not len(subjects) and known.patients is not None:
            named = (known.patients[row - 1] for row in first if row > 0)
            subjects = list(dict.fromkeys(name for name in named if name is not None))
        start = known.first_line
        lines = () if start is None else tuple(row + start - 1 for row in first)
        people = tuple(subjects[:SHOWN])
        found = Finding(severity, rule, message, table, first, total, people, lines)
        self.findings.append(found)
        if ABOUT in message:
            self.concerned.setdefault(found, []).append(self.about)

    @contextmanager
    def keeping(self, rule: str, table: str | None = None) -> Iterator[None]:
        """Turn a `DataError` inside the block into a finding, and go on after the block."""
        try:
            yield
        except AlreadyTold:
            pass
        except MissingColumn as error:
            if (error.table, error.column) not in self.columns_told:
                self.add("error", "missing-column", str(error), table=error.table)
                self.columns_told.add((error.table, error.column))
        except RowsError as error:
            self.add("error", rule, str(error), table=table, rows=error.rows)
        except DataError as error:
            self.add("error", rule, str(error), table=table)

    def attempt(self, rule: str, table: str, read: Callable[[], T]) -> T | None:
        """Give what could be read, or None after writing down why it could not."""
        found: list[T] = []
        with self.keeping(rule, table):
            found.append(read())
        return found[0] if found else None

    def named(self, finding: Finding) -> Finding:
        """Put in what a finding is about: all endpoints of which the same was found."""
        if finding not in self.concerned:
            return finding
        about = ", ".join(dict.fromkeys(self.concerned[finding]))
        return replace(finding, message=finding.message.replace(ABOUT, about))

    def close(self) -> tuple[Finding, ...]:
        """Give all findings, errors first.

        Raises:
            DataCheckError: if any of them is an error.
        """
        order = {"error": 0, "warning": 1, "note": 2}
        unique = [self.named(finding) for finding in dict.fromkeys(self.findings)]
        findings = tuple(sorted(unique, key=lambda each: (order[each.severity], rank(each.rule))))
        if findings and findings[0].severity == "error":
            raise DataCheckError(findings)
        return findings


def rank(rule: str) -> int:
    """Place a rule among those of its severity: what changes every number comes first.

    >>> rank("event-value-absent") < rank("missing-stratum") < rank("missing-baseline")
    True
    """
    if rule in FIRST:
        return FIRST.index(rule)
    return len(FIRST) + (1 + LAST.index(rule) if rule in LAST else 0)


def place(finding: Finding) -> str:
    """Name the table a finding is about, as the start of a line that does not name its file."""
    named = FILE_FIRST.match(finding.message) or finding.message.startswith(f"{finding.table}")
    return f"{finding.table}: " if finding.table and not named else ""


def where(finding: Finding) -> str:
    """Name the first rows and patients, and how many more there are.

    >>> where(Finding("error", "negative-time", "…", rows=(3, 9), rows_in_all=5))
    ' [data rows 3, 9 and 3 more]'
    """
    parts = []
    if finding.rows:
        more = finding.rows_in_all - len(finding.rows)
        rows = ", ".join(map(str, finding.rows)) + (f" and {more} more" if more > 0 else "")
        many = "s" if finding.rows_in_all > 1 else ""
        lines = f" (line{many} {', '.join(map(str, finding.lines))} of the file)"
        parts.append(f"data row{many} {rows}{lines if finding.lines else ''}")
    if finding.subjects:
        many = "s" if len(finding.subjects) > 1 else ""
        parts.append(f"patient{many} {', '.join(finding.subjects)}")
    return f" [{'; '.join(parts)}]" if parts else ""


def listed(values: Sequence[object], shown: int = SHOWN) -> str:
    """List values for a message, quoted, the first ten and how many more.

    >>> listed(["A", "B"])
    "'A', 'B'"
    """
    more = len(values) - shown
    return ", ".join(repr(value) for value in values[:shown]) + (
        f" and {more} more" if more > 0 else ""
    )
