"""The remarks of the data check, collected while the data are read.

Reading goes on after an error, so that every problem is told at once; `FindingLog.close`
then refuses the data if any error was found.  Rows are counted as data rows: the first
row under the header is row 1.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.estimates import Finding
from equipoise.errors import DataError

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


class FindingLog:
    """Where the readers write down what they notice."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    @property
    def refused(self) -> bool:
        """Whether an error was found."""
        return any(finding.severity == "error" for finding in self.findings)

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
        self.findings.append(
            Finding(severity, rule, message, table, first, total, tuple(subjects[:SHOWN]))
        )

    @contextmanager
    def keeping(self, rule: str, table: str | None = None) -> Iterator[None]:
        """Turn a `DataError` inside the block into a finding, and go on after the block."""
        try:
            yield
        except RowsError as error:
            self.add("error", rule, str(error), table=table, rows=error.rows)
        except DataError as error:
            self.add("error", rule, str(error), table=table)

    def close(self) -> tuple[Finding, ...]:
        """Give all findings, errors first.

        Raises:
            DataCheckError: if any of them is an error.
        """
        order = {"error": 0, "warning": 1, "note": 2}
        unique = dict.fromkeys(self.findings)
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
        parts.append(f"data row{'s' if finding.rows_in_all > 1 else ''} {rows}")
    if finding.subjects:
        parts.append("patients " + ", ".join(finding.subjects))
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
