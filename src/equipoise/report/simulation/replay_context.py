"""What the report of one replayed trial needs to know: the trial, its clock, its names."""

from dataclasses import dataclass
from math import exp

from equipoise.protocol.endpoints import TimeToEvent
from equipoise.report.format import Clock, decimal
from equipoise.simulate.conduct import Milestone, Proportions, RestrictedMean, Tested
from equipoise.simulate.replays.record import ReplayedTrial
from equipoise.simulate.replays.replay import Reading, Replayed, ReplayedLook

DECIDED = {
    "efficacy": "efficacy",
    "futility": "futility",
    "harm": "harm",
    "continue": "goes on",
    "not tested": "not tested",
}
ENDED = {**DECIDED, "continue": "not rejected"}  # of the look at which the trial ended


@dataclass(frozen=True, slots=True)
class ReplayContext:
    """A replayed trial, seen by someone who prints."""

    found: ReplayedTrial

    @property
    def told(self) -> Replayed:
        """What became of it."""
        return self.found.replayed

    @property
    def clock(self) -> Clock:
        """Times in the unit of display."""
        return Clock(self.found.protocol.trial)

    @property
    def tested(self) -> tuple[Tested, ...]:
        """How each hypothesis is tested, in the order of the readings."""
        return self.found.conduct.tested

    @property
    def main(self) -> str:
        """The time-to-event endpoint that patients are followed for; else the first of all."""
        lead = self.found.design.main
        timed = [
            each.endpoint
            for each in self.tested
            if isinstance(self.found.protocol.endpoint(each.endpoint), TimeToEvent)
        ]
        if lead is not None and lead.endpoint in timed:
            return lead.endpoint
        return timed[0] if timed else self.told.endpoints[0]

    def endpoint(self, identifier: str) -> str:
        """The label of an endpoint."""
        return self.found.protocol.endpoint(identifier).label

    def arm(self, at: int) -> str:
        """The label of an arm, by its place."""
        return self.found.protocol.arm(self.told.arms[at]).label

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Ids of the endpoints that are tested, the main one first."""
        every = (self.main, *(each.endpoint for each in self.tested))
        return tuple(dict.fromkeys(every))

    def counted(self, tested: Tested) -> str:
        """Say what the looks of a hypothesis count."""
        return "events" if tested.information == "events" else "patients"

    def count(self, tested: Tested, look: ReplayedLook) -> int:
        """Give the events (or patients) of a comparison at a look."""
        if self.counted(tested) == "patients":
            return look.patients
        events = look.events[self.told.endpoints.index(tested.endpoint)]
        return events[tested.control] + events[tested.experimental]

    def events(self, endpoint: str, look: ReplayedLook) -> int:
        """Give all events of an endpoint at a look."""
        return sum(look.events[self.told.endpoints.index(endpoint)])


def effect_told(tested: Tested, linear: float, factor: float = 1.0) -> str:
    """Print an estimate on the scale of its effect, with the name of it.

    >>> effect_told(Tested("H1", "os"), -0.4265)
    'hazard ratio 0.653'
    """
    match tested.test:
        case RestrictedMean():
            return f"difference in restricted mean {decimal(linear * factor, 2)}"
        case Milestone(scale="plain"):
            return f"difference in survival {decimal(linear, 3)}"
        case Milestone():
            return f"difference in log(−log survival) {decimal(linear, 3)}"
        case Proportions():
            return f"risk difference {decimal(linear, 3)}"
        case _:
            return f"hazard ratio {decimal(exp(linear), 3)}"


def reading_told(name: str, reading: Reading) -> str:
    """Tell one reading in words.

    >>> reading_told("H1", Reading("H1", 1.234, 10.0, 3.0951, None, "continue"))
    'H1 had z 1.234, below its bound 3.095'
    """
    if reading.decision == "not tested" or reading.z is None:
        return f"{name} was not tested"
    z = f"{name} had z {decimal(reading.z, 3)}"
    if reading.decision == "efficacy" and reading.bound is not None:
        return f"{z}, at or above its bound {decimal(reading.bound, 3)}: efficacy"
    if reading.decision == "futility" and reading.futility_bound is not None:
        return f"{z}, at or below the futility bound {decimal(reading.futility_bound, 3)}: futility"
    if reading.decision == "harm":
        return f"{z}: harm"
    if reading.bound is not None:
        return f"{z}, below its bound {decimal(reading.bound, 3)}"
    return f"{z}, without a bound"
