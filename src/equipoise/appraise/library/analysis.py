"""What the rebuilt patients of a published figure say, by the methods of every other analysis.

Experimental over control, arms in the order their labels say; unstratified and unadjusted, as a
figure has neither strata nor covariates.  Medians and rates have log-log intervals, the log-rank
z is positive where the experimental arm is better, restricted means run to the last time that
both arms know, and proportional hazards are tested on the Kaplan-Meier scale.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent, Estimate, TestResult, absent_estimate, absent_test
from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
from equipoise.analyze.landmark import landmark_difference
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.proportional_hazards import proportional_hazards_test
from equipoise.analyze.restricted_mean import largest_common_time, restricted_mean_difference
from equipoise.analyze.results import DifferenceAt, RestrictedMeanComparison
from equipoise.appraise.library.figure import CONTROL, EXPERIMENTAL, Figure
from equipoise.protocol.trial import DAYS_PER

MONTHS = (6.0, 12.0, 24.0, 36.0, 60.0, 120.0)  # of the landmarks
ARM = "experimental arm"
ASSUMED = (
    "Patients are rebuilt from the published figure (Guyot et al. 2012), not the trial's own.",
    "Nothing is stratified or adjusted; the publication may have done both.",
)


@dataclass(frozen=True, slots=True)
class ArmOfFigure:
    """One arm of a figure: its curve, and what is read from it."""

    label: str
    patients: int
    events: int
    median: Estimate  # in the figure's unit
    rates: tuple[Estimate, ...]  # at the landmarks
    curve: SurvivalCurve = field(repr=False)


@dataclass(frozen=True, slots=True)
class FigureAnalysis:
    """The two arms of a figure, and the difference between them."""

    asked: Figure
    control: ArmOfFigure
    experimental: ArmOfFigure
    hazard_ratio: Estimate
    test: TestResult  # log-rank
    proportional_hazards: TestResult
    restricted_mean: RestrictedMeanComparison
    landmarks: tuple[DifferenceAt, ...]
    assumed: tuple[str, ...] = ASSUMED

    @property
    def arms(self) -> tuple[ArmOfFigure, ArmOfFigure]:
        """Control and experimental."""
        return self.control, self.experimental


def analyze_figure(figure: Figure, *, level: float = 0.95) -> FigureAnalysis:
    """Analyze the patients rebuilt from a figure.

    Args:
        figure: of the evidence library.
        level: the confidence level of intervals, such as 0.95.

    Accuracy: as the methods it calls.

    Witness: R survival's hazard ratios, log-rank tests, medians and restricted means of the same
        figures, km-0001 and those after it.
    """
    curves = tuple(
        kaplan_meier(figure.time[figure.arm == side], figure.event[figure.arm == side])
        for side in (CONTROL, EXPERIMENTAL)
    )
    control, experimental = curves
    shared = largest_common_time(curves)
    landmarks = landmarks_of(figure, shared)
    arms = tuple(_arm(figure, side, curve, landmarks, level) for side, curve in enumerate(curves))
    ratio, proportional = _ratio(figure, level)
    return FigureAnalysis(
        asked=figure,
        control=arms[CONTROL],
        experimental=arms[EXPERIMENTAL],
        hazard_ratio=ratio,
        test=log_rank(figure.time, figure.event, figure.arm, groups=2).test,
        proportional_hazards=proportional,
        restricted_mean=restricted_mean_difference(experimental, control, shared, level=level),
        landmarks=tuple(
            landmark_difference(experimental, control, time, level=level) for time in landmarks
        ),
    )


def analyze_figures(
    figures: Iterable[Figure], *, level: float = 0.95
) -> tuple[FigureAnalysis, ...]:
    """Analyze figures one after the other.

    Witness: `analyze_figure`.
    """
    return tuple(analyze_figure(each, level=level) for each in figures)


def landmarks_of(figure: Figure, shared: float) -> tuple[float, ...]:
    """Give 6 months, 1, 2, 3, 5 and 10 years in the figure's unit, as far as both arms go.

    Witness: the units' lengths in days.
    """
    unit = DAYS_PER[figure.time_unit] / DAYS_PER["month"]
    return tuple(each / unit for each in MONTHS if each / unit <= shared)


def _arm(
    figure: Figure, side: int, curve: SurvivalCurve, landmarks: tuple[float, ...], level: float
) -> ArmOfFigure:
    return ArmOfFigure(
        label=figure.arms[side].label,
        patients=figure.arms[side].patients,
        events=int(curve.events.sum()),
        median=curve.quantile(0.5, level),
        rates=tuple(curve.survival_at(time, level) for time in landmarks),
        curve=curve,
    )


def _ratio(figure: Figure, level: float) -> tuple[Estimate, TestResult]:
    method = f"Proportional hazards test of {ARM}"
    if not figure.event.any():
        none = Absent.NO_EVENTS
        return absent_estimate("Cox model", none, level), absent_test(method, none)
    fit = cox(figure.time, figure.event, figure.arm.astype(float), names=(ARM,))
    ratio = fit.hazard_ratio(0, level)
    if isinstance(ratio.value, Absent):
        return ratio, absent_test(method, ratio.value)
    return ratio, proportional_hazards_test(fit).tests[0]
