"""A published Kaplan-Meier figure, turned back into patients: the unit of the evidence library.

The patients are REBUILT from the drawn curves (Guyot et al. 2012), not the trial's own data: no
covariates, no stratification, and only as exact as the drawing and the digitising were.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.protocol.trial import TimeUnit

Question: TypeAlias = Literal["superiority", "non-inferiority", "both"]
CONTROL, EXPERIMENTAL = 0, 1


@dataclass(frozen=True, slots=True)
class FigureArm:
    """One of the two arms of a figure."""

    label: str  # as the index names it: "bev_cp"
    description: str  # as the demographics name it: "B+CP"; the label, where they do not
    patients: int


@dataclass(frozen=True, slots=True)
class ArmOrder:
    """Which arm is the experimental one, and what in the labels says so."""

    control: str  # label
    experimental: str
    rule: str  # the strongest rule that speaks; "listed" where none does, or two disagree
    sentence: str
    spoken: tuple[tuple[str, str], ...] = ()  # (rule, label it takes for the experimental arm)

    @property
    def resolved(self) -> bool:
        """Whether the labels say so, rather than the order in which the index lists the arms."""
        return self.rule != "listed"


@dataclass(frozen=True, slots=True)
class LineOfTherapy:
    """At which stage of the disease, as far as the index's own words tell."""

    line: Literal["adjuvant", "first", "second or later", "maintenance"]
    words: str  # of the title, that say so


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the library: what its publication says, and the patients rebuilt from it."""

    id: str
    trial: str
    registration: str  # ClinicalTrials.gov or another registry; empty: not in the index
    pubmed: str
    journal: str
    year: int
    title: str
    number: str  # of the figure in the publication: "2A"
    cancer: str
    subgroup: str  # as the index describes it; empty: none
    metastatic: bool
    treatment_class: str  # of what is tested, as the index has it
    line: LineOfTherapy | None  # None: the title does not say
    endpoint: str  # "OS", "PFS", ...
    time_unit: TimeUnit
    randomized: str  # the ratio as the index has it: "2:1"
    question: Question
    concluded: str  # the publication's primary result: "Positive", "Negative", "Mixed"
    sample_size: int | None  # of the whole publication, as the index reports it
    published: float | None  # hazard ratio as printed; the index holds no interval of it
    quality: int | None  # percent: the index's own score of how well the curve was digitised
    arms: tuple[FigureArm, FigureArm]  # control, experimental
    order: ArmOrder
    doubts: tuple[str, ...]  # where the index contradicts itself
    time: Vector = field(repr=False)
    event: Flags = field(repr=False)
    arm: Codes = field(repr=False)  # 0 control, 1 experimental

    @property
    def control(self) -> FigureArm:
        """The control arm."""
        return self.arms[CONTROL]

    @property
    def experimental(self) -> FigureArm:
        """The experimental arm."""
        return self.arms[EXPERIMENTAL]

    @property
    def patients(self) -> int:
        """How many patients were rebuilt."""
        return int(self.time.size)

    @property
    def events(self) -> int:
        """How many of them had the event."""
        return int(self.event.sum())
