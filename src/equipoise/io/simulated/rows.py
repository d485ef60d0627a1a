"""Simulated patients by calendar dates: when each was randomized, and when and how follow-up ended.

The trial opens on a date; everything else falls on the day that its calendar time is in.  A time
in whole days counts the day of randomization as 1, as ADaM does:

    time = date - date of randomization + 1
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Vector, vector
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import DAYS_PER
from equipoise.simulate.written.trial import WrittenTrial

NEARLY = 1e-6  # days by which a calendar time may lie before its day and still be on it
CENSORED = "censored"
LOST, DIED = "lost to follow-up", "death"
Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EndpointDays:
    """One time-to-event endpoint by patient."""

    endpoint: TimeToEvent
    time: Vector  # in days: whole, or exact
    day: Days  # since the trial opened
    words: tuple[str, ...]  # what happened, or `censored`


@dataclass(frozen=True, slots=True)
class SimulatedRows:
    """A written trial on a calendar."""

    trial: WrittenTrial
    opened: date
    exact: bool  # times to full precision, not in whole days

    @property
    def factor(self) -> float:
        """Days of one unit of the trial's time."""
        return DAYS_PER[self.trial.protocol.trial.time_unit]

    def days(self, calendar: Vector) -> Days:
        """Give the day, since the trial opened, of calendar times."""
        return np.floor(np.asarray(calendar) * self.factor + NEARLY).astype(np.int64)

    def dates(self, days: Days) -> list[date]:
        """Give the dates of days since the trial opened.

        Raises:
            SimulationError: They lie beyond the year 9999.
        """
        try:
            return [self.opened + timedelta(days=each) for each in days.tolist()]
        except OverflowError:
            raise SimulationError(
                f"The data reach {int(days.max()):,} days beyond {self.opened}, where no calendar "
                "does. Cut them earlier.",
                "as of",
            ) from None

    @property
    def cut(self) -> date:
        """The date of the data cut."""
        return self.dates(self.days(vector([self.trial.data.at])))[0]

    @property
    def randomized(self) -> Days:
        """The day of each patient's randomization."""
        return self.days(self.trial.data.entry)

    @property
    def ids(self) -> list[str]:
        """Identifiers that no one takes for those of real patients."""
        width = max(4, len(str(self.trial.size)))
        return [f"SIM-{number:0{width}d}" for number in range(1, self.trial.size + 1)]

    @property
    def last_contact(self) -> Days:
        """The day until which each patient was followed."""
        return self.days(vector(self.trial.data.entry + self.trial.happened.until))

    @property
    def discontinued(self) -> list[str | None]:
        """Why patients left the study; None for those who are still in it."""
        trial = self.trial
        timed = [at for at, name in enumerate(trial.data.endpoints) if name in self._timed]
        open_still = (trial.data.outcome[timed] == 0).any(axis=0)
        gone = np.asarray(trial.data.lost & open_still)
        return [
            DIED if died else LOST if lost else None
            for died, lost in zip(trial.happened.died.tolist(), gone.tolist(), strict=True)
        ]

    @property
    def _timed(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.trial.happened.words)

    def endpoint(self, endpoint: TimeToEvent) -> EndpointDays:
        """Give when and how follow-up ended; without an event where nothing is assumed of it."""
        trial = self.trial
        if endpoint.id in self._timed:
            time = trial.data.time[trial.data.endpoints.index(endpoint.id)]
            words = tuple(word or CENSORED for word in trial.happened.of(endpoint.id))
        else:
            time, words = trial.happened.until, (CENSORED,) * trial.size
        day = self.days(vector(trial.data.entry + time))
        whole = (day - self.randomized + 1).astype(np.float64)
        return EndpointDays(
            endpoint, vector(time * self.factor if self.exact else whole), day, words
        )

    def answers(self, endpoint: str) -> tuple[list[bool | None], list[date | None]]:
        """Give binary answers and their dates; None where none is known."""
        trial = self.trial
        if endpoint not in trial.data.endpoints:
            return [None] * trial.size, [None] * trial.size
        at = trial.data.endpoints.index(endpoint)
        outcome = trial.data.outcome[at].tolist()
        on = self.dates(self.days(vector(trial.data.entry + trial.data.time[at])))
        told = [None if code < 0 else code == 1 for code in outcome]
        return told, [
            day if known is not None else None for day, known in zip(on, told, strict=True)
        ]
