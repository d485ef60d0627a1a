"""What every section of the open report needs to know: the open part of a look, and the design.

This is the wall: sections are written from these two and nothing else, and in neither is a number
by arm.  The design was there before the first patient; its arms appear by name, as they do in the
protocol that everyone has.
"""

from dataclasses import dataclass
from datetime import date

from equipoise.design.trial_design import TrialDesign
from equipoise.monitor.pooled import PooledTrial
from equipoise.report.context import Context
from equipoise.report.format import Clock
from equipoise.simulate.monitored import OpenLook

TOGETHER = "All arms together."
NONE = "–"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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
        return f"Open report of {self.pooled.trial} as of {day(self.pooled.as_of)}"


def day(value: date | None) -> str:
    """Print a date as 31 Dec 2017; its mark where there is none.

    >>> day(date(2017, 12, 31)), day(None)
    ('31 Dec 2017', '–')
    """
    return NONE if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"
