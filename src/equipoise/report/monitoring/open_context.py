"""What every section of the open report needs to know: the open part of a look, and the design.

This is the wall: sections are written from these two and nothing else, and in neither is a number
by arm.  The design was there before the first patient; its arms appear by name, as they do in the
protocol that everyone has.
"""

from dataclasses import dataclass
from datetime import date

from equipoise.design.trial_design import TrialDesign
from equipoise.monitor.pooled.trial import PooledTrial
from equipoise.report.context import Context
from equipoise.report.dates import day_in_words
from equipoise.report.format import Clock, decimal, percent
from equipoise.simulate.monitored.monitored import OpenLook

TOGETHER = "All arms together."
NONE = "–"


@dataclass(frozen=True, slots=True)
class OpenContext:
    """The open part of a look, seen by someone who prints."""

    opened: OpenLook
    design: TrialDesign

    @property
    def pooled(self) -> PooledTrial:
        """The trial, all arms together."""
        return self.opened.pooled

    @property
    def clock(self) -> Clock:
        """Times in the unit of display."""
        return Clock(self.design.protocol.trial)

    @property
    def analysis(self) -> Context:
        """What sections of an analysis need."""
        return Context(self.design.protocol)

    @property
    def promised_title(self) -> str:
        """How the document is called under the trial's title."""
        return f"Open report of {self.pooled.trial} as of {day_in_words(self.pooled.as_of)}"


def day(value: date | None) -> str:
    """Print a date; its mark where there is none.

    >>> day(date(2017, 12, 31)), day(None)
    ('31 Dec 2017', '–')
    """
    return NONE if value is None else day_in_words(value)


def whole(value: float | None) -> str:
    """Print a number without decimals where it has none; its mark where there is none.

    >>> whole(131.0), whole(52.4), whole(None)
    ('131', '52.4', '–')
    """
    return NONE if value is None else decimal(value, 0 if float(value).is_integer() else 1)


def share(found: float | None, of: float | None) -> str:
    """Print a percentage; its mark where there is none.

    >>> share(1, 4), share(1, 0)
    ('25.0', '–')
    """
    return NONE if found is None or not of else percent(found / of)
