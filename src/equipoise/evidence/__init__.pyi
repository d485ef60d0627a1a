# The types of what `__init__.py` loads when it is first used.
from equipoise.appraise.library.analysis import (
    ArmOfFigure as ArmOfFigure,
    FigureAnalysis as FigureAnalysis,
    analyze_figure as analyze_figure,
    analyze_figures as analyze_figures,
)
from equipoise.appraise.library.comparison import (
    Agreement as Agreement,
    FigureComparison as FigureComparison,
    LibraryComparison as LibraryComparison,
    compare_figure as compare_figure,
    compare_library as compare_library,
)
from equipoise.appraise.library.counted_once import LeftOut as LeftOut
from equipoise.appraise.library.figure import (
    ArmOrder as ArmOrder,
    Figure as Figure,
    FigureArm as FigureArm,
    LineOfTherapy as LineOfTherapy,
)
from equipoise.appraise.library.priors import (
    ControlSpread as ControlSpread,
    PlanningPriors as PlanningPriors,
    planning_priors as planning_priors,
)
from equipoise.appraise.library.reasons import Reason as Reason
from equipoise.evidence.selection import (
    Catalog as Catalog,
    catalog as catalog,
)
from equipoise.evidence.planning import (
    EvidencePrior as EvidencePrior,
    prior_from_evidence as prior_from_evidence,
    real_patients as real_patients,
)

HOME: dict[str, str]
