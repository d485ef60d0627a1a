"""What the monitoring committee is promised: beliefs, margins, safety counts, projections.

Values only, as written; `monitor` reads them.  Lengths of time are in `Trial.time_unit`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

BeliefKind: TypeAlias = Literal["sceptical", "enthusiastic", "given"]
SafetyHarm: TypeAlias = Literal["any", "serious", "related", "fatal", "fatal and related"]
HazardModel: TypeAlias = Literal["piecewise", "exponential", "weibull"]


@dataclass(frozen=True, slots=True)
class Belief:
    """A prior of the effect, normal on its linear scale (Spiegelhalter, Freedman & Parmar 1994).

    Sceptical: centered at no effect, with `tail` the chance of an effect as good as planned or
    better.  Enthusiastic: centered at the planned effect, with `tail` the chance of none or worse.
    """

    id: str
    kind: BeliefKind
    tail: float = 0.05
    mean: float | None = None  # "given": on the effect's own scale
    standard_deviation: float | None = None  # "given": on the linear scale


@dataclass(frozen=True, slots=True)
class SafetyCount:
    """Which patients count as harmed for one of the design's safety rules."""

    rule: str  # id of a `SafetyRule`
    endpoint: str  # adverse events, a binary or a time-to-event endpoint
    harm: SafetyHarm = "fatal and related"  # of adverse events
    grade_from: int | None = None  # of adverse events: this grade or higher counts, too
    within: float | None = None  # of a time to event: events up to this time since randomization
    arms: tuple[str, ...] = ()  # ids; empty: each experimental arm by itself


@dataclass(frozen=True, slots=True)
class Projecting:
    """How the rest of the trial is foretold."""

    replicates: int = 10_000
    seed: int = 1
    level: float = 0.9  # of prediction intervals
    hazard: HazardModel = "piecewise"


@dataclass(frozen=True, slots=True)
class MonitoringPromise:
    """The protocol's section `monitoring`."""

    late: Literal["left out", "counted"] = "left out"  # events by the cut, recorded after it
    beliefs: tuple[Belief, ...] = (
        Belief("sceptical", "sceptical"),
        Belief("enthusiastic", "enthusiastic"),
    )
    margins: tuple[float, ...] = ()  # effects, own scale: the chance that it is better is told
    safety: tuple[SafetyCount, ...] = ()
    projecting: Projecting = Projecting()
