"""A look in one value: what was seen and decided, what is likely, what may be said, and of whom.

`OpenLook` is all that whoever runs the trial may know; it is made of data without arms.
`MonitoredTrial` holds it, and what only the committee may see.
"""

from dataclasses import dataclass

from equipoise.analyze.results import TrialAnalysis
from equipoise.design.printing import Printed
from equipoise.design.trial_design import TrialDesign
from equipoise.monitor.beliefs.beliefs import Beliefs
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.cut.late_reporting import ReportedLate
from equipoise.monitor.future.forecast_of_answers import AnswersForecast
from equipoise.monitor.future.forecast_results import Forecast
from equipoise.monitor.inference.inference import AfterStopping
from equipoise.monitor.likely.values import LikelyCourse
from equipoise.monitor.look.look import HypothesisLook, Look, TrialRules
from equipoise.monitor.masking import Masking
from equipoise.monitor.pooled.trial import PooledTrial
from equipoise.monitor.reestimation.reestimation import Reestimation
from equipoise.monitor.safety.bounds import SafetyLook
from equipoise.monitor.safety.safety import SafetyReview
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.protocol.trial import Protocol
from equipoise.simulate.rest.values import RestOfTrial


@dataclass(frozen=True, slots=True)
class Outlook:
    """One hypothesis: what is likely of it, believed of it, and said of it if the trial ends."""

    hypothesis: str
    scale: EffectScale
    likely: LikelyCourse
    beliefs: Beliefs
    after: AfterStopping


@dataclass(frozen=True, slots=True)
class ForetoldRest:
    """The rest of the trial under one model of it."""

    id: str  # "posterior", "design", "null", or a scenario of the protocol
    label: str
    rest: RestOfTrial | None
    why_not: str  # empty where there is a rest


@dataclass(frozen=True, slots=True)
class OpenLook:
    """All that may be known of the trial outside its committee."""

    pooled: PooledTrial
    forecast: Forecast | None  # blinded: everyone together
    why_no_forecast: str
    reestimation: Reestimation | None
    why_no_reestimation: str
    answers: AnswersForecast | None = None  # blinded; None: not about answers, or not foretold
    why_no_answers: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the monitoring record says after this look."""

    file: str  # its name; empty: nothing is recorded
    head: str  # SHA-256 of the last entry, for the minutes; empty: nothing is recorded
    entries: int
    kind: str  # "look", "corrected", "after stopping", "as held", or "not recorded"
    remarks: tuple[str, ...]


NOT_RECORDED = Kept("", "", 0, "not recorded", ())


@dataclass(frozen=True, slots=True, repr=False)
class MonitoredTrial(Printed):
    """A look at a trial."""

    protocol: Protocol
    design: TrialDesign
    as_of: str  # ISO date; empty where the look is of numbers alone
    rules: TrialRules | None = None  # None: the open report alone was asked for
    look: Look | None = None  # likewise
    outlooks: tuple[Outlook, ...] = ()  # in the order of the look's hypotheses
    cut: DataCut | None = None  # None: a look at statistics given, without data
    opened: OpenLook | None = None
    forecast: Forecast | None = None  # by arm
    why_no_forecast: str = ""
    rests: tuple[ForetoldRest, ...] = ()
    safety: SafetyReview | None = None
    safety_looks: tuple[SafetyLook, ...] = ()
    analysis: TrialAnalysis | None = (
        None  # under the names of the masking; None: an arm has nobody yet
    )
    late: ReportedLate | None = None  # what earlier looks did not know; None: there was none
    masking: Masking | None = None
    kept: Kept = NOT_RECORDED
    assumed: tuple[str, ...] = ()  # each sentence once

    def outlook(self, hypothesis: str) -> Outlook | None:
        """Find what is likely of a hypothesis."""
        return next((each for each in self.outlooks if each.hypothesis == hypothesis), None)

    def hypothesis(self, identifier: str) -> HypothesisLook:
        """Find a hypothesis of the look."""
        assert self.look is not None  # noqa: S101 - asked of looks that were held
        return next(each for each in self.look.hypotheses if each.hypothesis == identifier)

    def rest(self, model: str) -> RestOfTrial | None:
        """Find the rest of the trial under a model, by its id."""
        return next((each.rest for each in self.rests if each.id == model), None)

    def __repr__(self) -> str:
        trial = self.protocol.trial.id
        if self.look is None:
            return f"{trial} as of {self.as_of}: open report, nothing by arm"
        lines = [each.sentence for each in self.look.hypotheses]
        return "\n".join([f"{trial}, look {self.look.number}", *lines, self.look.sentence])
