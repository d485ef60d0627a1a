"""What the analysis of a whole protocol holds: every number of the report, with its question.

`TrialAnalysis` is what `equipoise.verbs.analyze` returns and all that `report` reads.
"""

from equipoise.analyze.results.adverse_events import (
    AdverseEventAnalysis,
    AdverseEventCount,
    AdverseEventRow,
)
from equipoise.analyze.results.baseline import (
    BaselineRow,
    CategoricalSummary,
    ContinuousSummary,
    FollowUp,
)
from equipoise.analyze.results.competing_risks import (
    ArmIncidence,
    CauseIncidence,
    CompetingRisksAnalysis,
    CompetingRisksComparison,
)
from equipoise.analyze.results.responses import (
    ArmMean,
    ArmProportion,
    BinaryAnalysis,
    BinaryComparison,
    ContinuousAnalysis,
    ContinuousComparison,
)
from equipoise.analyze.results.shared import Curve, DifferenceAt, RateAt, Verdict
from equipoise.analyze.results.survival import (
    ArmSurvival,
    RestrictedMeanComparison,
    SubgroupEffect,
    SubgroupInteraction,
    TimeToEventAnalysis,
    TimeToEventComparison,
)
from equipoise.analyze.results.whole import EndpointAnalysis, TrialAnalysis

__all__ = [
    "AdverseEventAnalysis",
    "AdverseEventCount",
    "AdverseEventRow",
    "ArmIncidence",
    "ArmMean",
    "ArmProportion",
    "ArmSurvival",
    "BaselineRow",
    "BinaryAnalysis",
    "BinaryComparison",
    "CategoricalSummary",
    "CauseIncidence",
    "CompetingRisksAnalysis",
    "CompetingRisksComparison",
    "ContinuousAnalysis",
    "ContinuousComparison",
    "ContinuousSummary",
    "Curve",
    "DifferenceAt",
    "EndpointAnalysis",
    "FollowUp",
    "RateAt",
    "RestrictedMeanComparison",
    "SubgroupEffect",
    "SubgroupInteraction",
    "TimeToEventAnalysis",
    "TimeToEventComparison",
    "TrialAnalysis",
    "Verdict",
]
