"""What a figure publishes of each arm, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from equipoise.appraise.claims.claim import Claimed
from equipoise.appraise.curves.curve import AtRisk, Curve
from equipoise.kernel.arrays import Vector
from equipoise.protocol.trial import TimeUnit

DRAWS = 100  # reconstructions an arm: some seconds for a trial of 600 patients
ALPHA = 0.05
AS_GIVEN = "as given"  # the source of published numbers that were typed


@dataclass(frozen=True, slots=True)
class PublishedArm:
    """One curve, and what else is published of its arm."""

    label: str
    curve: Curve
    at_risk: AtRisk | None
    censor_marks: Vector  # times
    patients: int | None = None  # where it is told apart from the numbers at risk
    events: int | None = None


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """The arms of a figure, and what was read and assumed."""

    source: str  # name of the file
    time_unit: TimeUnit
    unit_told: bool  # by the figure, or by who asks
    arms: tuple[PublishedArm, ...]
    read: tuple[str, ...]  # sentences
    assumed: tuple[str, ...]  # likewise

    @property
    def labels(self) -> tuple[str, ...]:
        """Of all arms, in the order of the figure."""
        return tuple(arm.label for arm in self.arms)


@dataclass(frozen=True, slots=True)
class RebuildAsked:
    """What to make of a figure: choices of the analysis, and what was printed."""

    published: tuple[Claimed, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)  # label → arm as `published` names it
    times: tuple[float, ...] | None = None  # of rates
    until: float | None = None  # of restricted means
    alpha: float = ALPHA
    sides: Literal[1, 2] = 2
    level: float = 0.95
    planned: float | None = None  # hazard ratio of the design
    margins: tuple[float, ...] = ()
    draws: int = DRAWS
    seed: int = 0
    claims: str = ""  # name of the source of `published`; "as given" where they were typed
    endpoint: str = ""  # its label
