"""The calendar of a data cut: on which day each time since randomization falls.

    day = date of randomization + whole days of the time,

where a time a millionth of a day short of a whole day is that day, so that a time computed from
dates falls on its date.  The day of the cut counts whole: what is dated by it is known.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags

NEARLY = 1e-6  # days by which a time may fall short of the day it was computed from
UNKNOWN = -1
NOBODY = -1


@dataclass(frozen=True, slots=True)
class CutCalendar:
    """When each patient was randomized, and the cut, as `date.toordinal()`."""

    randomized: Codes  # (patients,) of everyone in the data
    days: float  # of one unit of the trial's time
    cut: int

    @property
    def kept(self) -> Flags:
        """Who was randomized by the cut."""
        return flags(self.randomized <= self.cut)

    @property
    def number(self) -> Codes:
        """The number each patient has among those who stay; -1: randomized later."""
        return codes(np.where(self.kept, np.cumsum(self.kept) - 1, NOBODY))

    def day(self, subject: Codes, time: Vector) -> Codes:
        """Give the day of times since randomization; -1 where the time is not known."""
        known = np.isfinite(time)
        whole = np.floor(np.where(known, time, 0.0) * self.days + NEARLY).astype(np.int64)
        return codes(np.where(known, self.randomized[subject] + whole, UNKNOWN))

    def later(self, recorded: Codes | None, size: int) -> Flags:
        """Tell what came into the database after the cut; what is not known did not."""
        return flags(np.zeros(size) if recorded is None else recorded > self.cut)
