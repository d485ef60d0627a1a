"""What a look foretells of one hypothesis, as values: the words are defined here.

Success is crossing an efficacy bound on the experimental arm's side at a later look.  A drift is
E[Z] at information fraction 1, an effect its value on its own scale.  Later looks are as planned,
their bounds as updated at the information observed.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.kernel.arrays import Vector
from equipoise.monitor.likely.reverse_power import Discordance, ReversePower

Assumption: TypeAlias = Literal["design", "null", "trend", "optimistic", "given"]


@dataclass(frozen=True, slots=True)
class ConditionalChances:
    """Conditional power under one effect assumed for the rest of the trial."""

    assumed: Assumption
    effect: float | None  # on its own scale; None: the scale is not known
    drift: float  # mean from now to the last look
    futility_ignored: float  # any later efficacy bound is crossed; futility bounds stop nothing
    futility_obeyed: float  # likewise, where they do stop the trial
    at_last: float  # z at the last look reaches its updated bound, whatever lies between
    fixed: float  # z at the last look reaches the critical value of one final analysis at alpha
    efficacy: Vector  # (later looks,) first stop is for efficacy there, futility obeyed
    futility: Vector  # (later looks,) first stop is for futility (or harm); at the last: no claim
    other_side: Vector  # (later looks,) first stop favors the control arm, of a two-sided design
    efficacy_ignoring: Vector  # (later looks,) as `efficacy`, futility ignored


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """Conditional power over effects assumed for the rest of the trial."""

    effect: Vector | None  # (points,) on its own scale; None: the scale is not known
    drift: Vector  # (points,)
    futility_ignored: Vector  # (points,) and so on: as in `ConditionalChances`
    futility_obeyed: Vector
    at_last: Vector
    fixed: Vector


@dataclass(frozen=True, slots=True)
class PredictedEnd:
    """Where z and the estimate will be at the last look, were it reached."""

    level: float
    z: float  # median
    z_interval: tuple[float, float]
    effect: float | None  # on its own scale
    effect_interval: tuple[float, float] | None  # lower, upper


@dataclass(frozen=True, slots=True)
class PredictedChances:
    """Predictive power: conditional power averaged over what is believed after this look."""

    belief: str  # id; "flat": only the data speak
    futility_ignored: float
    futility_obeyed: float
    at_last: float
    fixed: float
    efficacy: Vector  # (later looks,) as in `ConditionalChances`
    futility: Vector
    other_side: Vector
    efficacy_ignoring: Vector
    end: PredictedEnd


@dataclass(frozen=True, slots=True)
class NeededRest:
    """What the patients to come must show, by themselves, for a later look to be just crossed."""

    look: int  # of the looks as drawn, from 1
    information: float  # fraction
    bound: float  # z of all patients together
    z: float  # of what is added from now to then
    drift: float  # of what is added
    effect: float | None  # estimate from what is added, on its own scale
    overall: float | None  # estimate from all at the bound, on its own scale
    of_planned: float | None  # share of the planned effect: 1 is as planned


@dataclass(frozen=True, slots=True)
class LikelyCourse:
    """What is likely of one hypothesis from here; empty, with the reason, where nothing is."""

    hypothesis: str
    why_not: str  # empty where there is something to foretell
    z: float | None
    information: float | None  # fraction now
    b_value: float | None  # z √t (Lan & Wittes 1988)
    looks: Vector  # (later looks,) information fractions
    bounds: Vector  # (later looks,) efficacy on z; infinite where a look has none
    fixed_bound: float | None  # critical value of one final analysis
    conditional: tuple[ConditionalChances, ...]
    curve: PowerCurve | None
    predictive: tuple[PredictedChances, ...]
    needed: tuple[NeededRest, ...]
    reverse: ReversePower | None  # at the last updated bound
    reverse_fixed: ReversePower | None  # at the critical value of one final analysis
    discordance: Discordance | None  # of the looks as drawn, past and to come
    assumed: tuple[str, ...]

    def under(self, assumption: Assumption) -> ConditionalChances | None:
        """Find conditional power under an assumption; the first of those given by number."""
        found = (each for each in self.conditional if each.assumed == assumption)
        return next(found, None)

    def believing(self, belief: str) -> PredictedChances | None:
        """Find predictive power under a belief, by its id."""
        return next((each for each in self.predictive if each.belief == belief), None)
