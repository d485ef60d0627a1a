"""One look at a trial, hypothesis by hypothesis: what is seen, held against what, and decided."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.analyze.estimates import Estimate
from equipoise.design.sequential.design import GroupSequential
from equipoise.monitor.bounds.rules import StoppingRules

Counted: TypeAlias = Literal["events", "patients", "variance"]


@dataclass(frozen=True, slots=True)
class TrialRules:
    """How the trial of a protocol is decided, and in what its information is counted."""

    stopping: StoppingRules
    counted: tuple[Counted, ...]  # in the order of `stopping.hypotheses`
    leading: str  # the hypothesis whose information times the looks
    looks: int
    left_out: tuple[tuple[str, str], ...]  # (hypothesis, why it is not decided by looks)
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenStatistic:
    """What the data of a cut say of a hypothesis."""

    hypothesis: str
    z: float | None  # positive: the experimental arm better; None: no statistic
    why_not: str  # where there is none
    counted: Counted
    information: float  # as the rules count it
    effect: Estimate | None  # on its own scale, e.g. a hazard ratio (scale "log")
    score_information: float | None  # of the linear scale: effect ~ N(θ, 1 / this); None: none
    method: str  # of the statistic
    strata: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastLook:
    """What the record says of a hypothesis at an earlier look."""

    look: int  # from 1
    as_of: str  # ISO date
    z: float | None
    information: float
    score_information: float | None
    bound: float | None  # efficacy on z it was held against; None: not tested
    futility: float | None
    harm: float | None
    alpha_spent: float | None
    beta_spent: float | None
    decision: int  # code of `rules`
    spending_time: float | None = None
    unplanned: bool = False  # an extra look: it stands for none of those planned


@dataclass(frozen=True, slots=True)
class HypothesisLook:
    """One hypothesis at one look."""

    hypothesis: str
    label: str
    endpoint: str
    seen: SeenStatistic
    planned: float  # what information fraction 1 counts
    fraction: float
    tested: bool  # at this look, with alpha to spend
    level: float  # of alpha it has now, after what this look passed on
    bound: float | None  # efficacy: z at or above
    futility: float | None  # z at or below
    harm: float | None
    futility_from: float | None
    p_bound: float | None  # one-sided, of the efficacy bound
    effect_bound: float | None  # about the effect at the bound, on its own scale
    alpha_spent: float | None  # cumulative
    beta_spent: float | None
    decision: int  # code of `rules`
    sentence: str  # what the decision means
    past: tuple[PastLook, ...]
    drawn: GroupSequential | None  # looks as held, then those planned to come; None: not drawn
    place: int  # which look of `drawn` this one is, from 1; 0: not tested
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the whole trial."""

    number: int  # from 1
    final: bool
    why_final: str  # "planned", "all information is there", "stopped", or empty
    as_of: str  # ISO date
    hypotheses: tuple[HypothesisLook, ...]
    stop: bool  # whether the rules end the trial here
    sentence: str  # what is decided of the trial
    spending_time: float | None
    remarks: tuple[str, ...]  # looks that were skipped or added, over- and under-running
    unplanned: bool = False  # an extra look: it stands for none of those planned
