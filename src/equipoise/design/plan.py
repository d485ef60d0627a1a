"""The plan of one hypothesis, whatever its endpoint: what every page, table and figure reads.

An endpoint's module solves for events or patients and calls `describe` (in
`design/sequential/describe.py`) for the looks.  Numbers of patients and events are as
calculated, with their fractions; the whole numbers to recruit stand beside them.
"""

from dataclasses import dataclass
from typing import Literal

from equipoise.design.printing import Printed
from equipoise.design.sequential.design import GroupSequential

EndpointKind = Literal["time-to-event", "binary", "continuous", "count"]


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect a plan is made for.

    `value = from_linear(linear)`, where the test's z is proportional to (linear - null_linear)
    and z > 0 means that the experimental arm is better.
    """

    name: (
        str  # "hazard ratio", "risk difference", "mean difference", "rate ratio", "odds ratio", ...
    )
    value: float
    null: float  # 1 or 0; the margin in a non-inferiority trial
    scale: Literal["log", "identity"]  # on which z is linear in the effect
    better: Literal["lower", "higher"]  # values of the effect that favor the experimental arm


@dataclass(frozen=True, slots=True)
class Bound:
    """One boundary at one look, on every scale."""

    z: float
    p: float  # nominal: one-sided P(Z > z), also in a two-sided design
    effect: float  # estimate at the boundary, on the scale of `Effect.name`
    b_value: float  # z √t
    conditional_power_design: float  # of success by the end, at this z, under the design's effect
    conditional_power_trend: float  # likewise, under the effect estimated at this z


@dataclass(frozen=True, slots=True)
class LookPlan:
    """One look: when it comes, what it decides, and how likely."""

    number: int  # from 1
    information_fraction: float
    information: float  # statistical information on the effect's linear scale
    events: float | None  # None where the endpoint has none to count
    patients: float  # enrolled by then (with an outcome, where there is no accrual model)
    time: float | None  # since the first patient, in the trial's time unit
    efficacy: Bound | None  # None: efficacy is not tested at this look
    futility: Bound | None
    lower_efficacy: Bound | None  # the other side of a two-sided design
    alpha_spent: float  # cumulative
    beta_spent: float  # cumulative
    efficacy_null: float  # chance of stopping first at this look, futility obeyed
    futility_null: float
    efficacy_alternative: float
    futility_alternative: float
    harm: Bound | None = None  # at or below it a stop is for harm, not for futility
    harm_null: float = 0.0
    harm_alternative: float = 0.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What the trial takes on average under one truth."""

    truth: str  # "null", "halfway", "alternative"
    effect: float
    power: float
    events: float | None
    patients: float
    time: float | None


@dataclass(frozen=True, slots=True)
class ArmSize:
    """Patients (and events) of one arm at the end."""

    arm: Literal["control", "experimental"]
    patients: float
    events: float | None


@dataclass(frozen=True, slots=True)
class ExactTest:
    """How an exact test behaves: its power is the plan's, its size below the alpha asked for."""

    size: float  # the largest chance of rejecting a true null hypothesis, over all control rates
    worst_control_rate: float  # at which it is so large


@dataclass(frozen=True, slots=True, repr=False)
class Plan(Printed):
    """What one hypothesis takes, fixed (one look) or group-sequential."""

    kind: EndpointKind
    method: str  # the formula, with its name: "Schoenfeld (1981)", ...
    solved_for: str  # "events", "patients", "power", "accrual duration", "follow-up", "effect"
    effect: Effect
    allocation: float  # patients in the experimental arm per patient in the control arm
    sequential: GroupSequential
    looks: tuple[LookPlan, ...]
    power: float
    patients: float
    patients_whole: tuple[int, int]  # control, experimental; rounded up, allocation kept
    events: float | None
    events_whole: int | None
    fixed_patients: float  # of the fixed design with the same alpha and power
    fixed_events: float | None
    arms: tuple[ArmSize, ...]
    expected: tuple[Expected, ...]
    power_curve: tuple[tuple[float, float], ...]  # (effect, power), some forty points
    assumed: tuple[str, ...]  # conventions and formulas, in words
    patients_known: bool = True  # False: events alone are planned, `patients` merely their number
    exact: ExactTest | None = None  # then looks have no bounds on the scale of z
