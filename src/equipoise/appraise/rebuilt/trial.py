"""A published figure as a trial: its arms as patients, and every arm against control.

What was read is kept beside what was made of it: each arm holds the published curve, the numbers
at risk and the marks, the likeliest patients and others that fit as well, and how near they come.
Times are in the trial's unit.  Of an incidence figure medians and rates are of patients with the
event, each curve taken as of its only cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.analyze.estimates import Estimate, Interval
from equipoise.analyze.printing import with_limits
from equipoise.appraise.curves.curve import AtRisk, Curve, Kind
from equipoise.appraise.curves.draws import Reconstructions
from equipoise.appraise.curves.fit import Fit
from equipoise.appraise.rebuilt.values import OverDraws, RebuiltAnalysis
from equipoise.errors import DataError
from equipoise.kernel.arrays import Vector
from equipoise.protocol.trial import TimeUnit

ChosenBy: TypeAlias = Literal["asked", "labels", "one curve"]


@dataclass(frozen=True, slots=True)
class ArmNumber:
    """A median or a rate of one arm's likeliest patients, and its range over others that fit."""

    time: float | None  # of a rate; None: a median
    estimate: Estimate  # its interval: as if these were the patients
    over: OverDraws
    together: Interval | None  # of sampling and reconstruction; None: not known in all


@dataclass(frozen=True, slots=True)
class RebuiltArm:
    """One arm: what was published of it, and its patients."""

    id: str  # in patients.csv and its protocol
    label: str  # as the figure names it
    curve: Curve  # as published
    at_risk: AtRisk | None  # as published
    censor_marks: Vector  # times of the marks; empty where there are none
    rebuilt: Reconstructions
    fit: Fit  # of the likeliest patients
    median: ArmNumber
    rates: tuple[ArmNumber, ...]  # without the event; of an incidence figure with it

    @property
    def patients(self) -> int:
        """How many there are."""
        return self.rebuilt.best.patients

    @property
    def events(self) -> int:
        """How many of the likeliest patients have the event."""
        return self.fit.rebuilt_events

    @property
    def at_risk_reproduced(self) -> tuple[int, int] | None:
        """How many of the numbers at risk come back, of how many; None where none are printed."""
        if self.at_risk is None:
            return None
        same = self.fit.printed_at_risk == self.fit.rebuilt_at_risk
        return int(same.sum()), int(same.size)


@dataclass(frozen=True, slots=True)
class ArmRoles:
    """Which arm is the control, and who says so."""

    control: str | None  # its label; None: one curve only
    experimental: tuple[str, ...]  # labels, in the order of the figure
    by: ChosenBy
    rules: tuple[str, ...]  # those of the labels that spoke: "control word", "addition"
    sentence: str


@dataclass(frozen=True, slots=True)
class RebuiltContrast:
    """One experimental arm against control."""

    experimental: str  # its label
    control: str
    analysis: RebuiltAnalysis


@dataclass(frozen=True, slots=True)
class RebuiltTrial:
    """A figure rebuilt: arms, comparisons, and all that was read, asked and assumed."""

    source: str  # name of the file of the figure
    time_unit: TimeUnit
    kind: Kind
    arms: tuple[RebuiltArm, ...]  # in the order of the figure
    roles: ArmRoles
    comparisons: tuple[RebuiltContrast, ...]  # in the order of the figure; none for one curve
    read: tuple[str, ...]  # what was read from which file, sentences
    assumed: tuple[str, ...]  # sentences
    claims: str  # name of the source of published numbers; "as given", or "" where there are none
    endpoint: str  # label of the endpoint; "" where no claims name it
    level: float  # of intervals
    alpha: float
    sides: Literal[1, 2]
    planned: float | None  # hazard ratio of the design
    margins: tuple[float, ...]
    draws: int
    seed: int

    @property
    def labels(self) -> tuple[str, ...]:
        """Of all arms, in the order of the figure."""
        return tuple(arm.label for arm in self.arms)

    @property
    def control(self) -> RebuiltArm | None:
        """The control arm; None: one curve only."""
        return None if self.roles.control is None else self.arm(self.roles.control)

    def __str__(self) -> str:
        """Tell whose patients they are, how many, and how their hazards compare."""
        told = [f"Patients rebuilt from {self.source}"]
        told += [f"{arm.label}: {arm.patients} patients, {arm.events} events" for arm in self.arms]
        for each in self.comparisons:
            ratio = each.analysis.number("hazard ratio")
            if ratio is not None:
                named = f"{each.experimental} v {each.control}: {each.analysis.ratio}"
                told.append(f"{named} {with_limits(ratio.estimate)}")
        return "\n".join(told)

    def arm(self, label: str) -> RebuiltArm:
        """Find an arm by its label.

        Raises:
            DataError: there is none.
        """
        return named(self.arms, label, self.source)

    def comparison(self, experimental: str | None = None) -> RebuiltContrast:
        """Find the comparison of an arm with control; the first where none is named.

        Raises:
            DataError: there is none.
        """
        for each in self.comparisons:
            if experimental in {None, each.experimental}:
                return each
        known = ", ".join(repr(each.experimental) for each in self.comparisons) or "none"
        asked = "no comparison" if experimental is None else f"no comparison of {experimental!r}"
        raise DataError(f"{self.source} has {asked} with control. Compared: {known}.")


def named(arms: Sequence[RebuiltArm], label: str, source: str) -> RebuiltArm:
    """Find an arm by its label.

    Raises:
        DataError: there is none; the message lists them.
    """
    for arm in arms:
        if arm.label == label:
            return arm
    known = ", ".join(repr(arm.label) for arm in arms)
    raise DataError(f"{source} has no arm {label!r}. It has {known}.")
