"""How a run gets on: trials per second and time left, in a line of progress.

The first trials that come back may have waited for code to be compiled or workers to start: the
rate is that of what comes after them, and not told before some time is seen of it.
"""

import time
from dataclasses import dataclass, field

from equipoise.analyze.progress import Progress

TELL_EVERY = 0.2  # seconds
SEEN = 2.0  # seconds after the first trials came, from which a rate is told


class Pace(str):
    """A line of progress that also holds its numbers."""

    __slots__ = ("asked", "left", "per_second", "trials")

    trials: int  # played, over all scenarios; each under every design
    asked: int
    per_second: float  # 0 while it is not known
    left: float  # seconds, infinite while it is not known


@dataclass(slots=True)
class Clock:
    """Counts trials, and tells of them now and then."""

    asked: int
    progress: Progress | None
    found: int = 0  # in a checkpoint
    played: int = 0
    started: float = field(default_factory=time.monotonic)
    told: float = 0.0
    first: tuple[float, int] | None = None  # when the first trials came back, and how many

    def tell(self, trials: int, *, always: bool = False) -> None:
        """Count trials that were played."""
        self.played += trials
        now = time.monotonic()
        if self.first is None and trials:
            self.first = now, self.played
        if self.progress is None or (now - self.told < TELL_EVERY and not always):
            return
        self.told = now
        self.progress(self.pace(now))

    def pace(self, now: float) -> Pace:
        """Put it in words.

        Witness: trials over seconds.
        """
        done = self.found + self.played
        rate = self._rate(now, done)
        left = (self.asked - done) / rate if rate else float("inf")
        words = f"{done:,} of {self.asked:,} trials"
        if rate:
            words += f", {rate:,.0f} a second, {_duration(left)} left"
        pace = Pace(words)
        pace.trials, pace.asked, pace.per_second, pace.left = done, self.asked, rate, left
        return pace

    def _rate(self, now: float, done: int) -> float:
        """Give trials a second since the first came back; of the whole run at its end."""
        if self.first is not None and self.played > self.first[1]:
            seen = now - self.first[0]
            if seen >= SEEN:
                return (self.played - self.first[1]) / seen
        return self.played / max(now - self.started, 1e-9) if done >= self.asked else 0.0


def _duration(seconds: float) -> str:
    """Write a time as people say it."""
    if seconds < 90.0:  # noqa: PLR2004 - a minute and a half
        return f"{max(seconds, 0.0):.0f} s"
    minutes = seconds / 60.0
    return f"{minutes:.0f} min" if minutes < 90.0 else f"{minutes / 60.0:.1f} h"  # noqa: PLR2004
