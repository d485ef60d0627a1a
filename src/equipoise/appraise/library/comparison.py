"""The library's published hazard ratios beside those of its rebuilt patients.

    agrees:   |re-analyzed / published - 1| ≤ 10%

Arms are ordered by their labels before, never by what fits.  An outlier is told with what the
data say of it: see `library_reasons`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from equipoise.analyze.estimates import Absent
from equipoise.appraise.library.analysis import FigureAnalysis, analyze_figure
from equipoise.appraise.library.figure import Figure
from equipoise.appraise.library.reasons import Reason, reasons_for

TOLERANCE = 0.10
SETTLED = "The rules for the arms were settled with this agreement in sight, not on data unseen."


@dataclass(frozen=True, slots=True)
class FigureComparison:
    """One figure: the ratio as published, and as its rebuilt patients give it."""

    analysis: FigureAnalysis = field(repr=False)
    published: float
    found: float
    agrees: bool
    agrees_inverted: bool  # the published ratio with 1 / found
    reasons: tuple[Reason, ...]  # of an outlier; empty where the ratios agree

    @property
    def figure(self) -> Figure:
        """The figure."""
        return self.analysis.asked

    @property
    def relative(self) -> float:
        """Re-analyzed over published."""
        return self.found / self.published

    @property
    def log_difference(self) -> float:
        """Of the log hazard ratios, re-analyzed minus published."""
        return log(self.relative)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of so many ratios agree."""

    agree: int
    of: int

    @property
    def share(self) -> float:
        """As a proportion; 0 of 0 is 0."""
        return self.agree / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class LibraryComparison:
    """All figures with a published ratio, and how far one can rely on the rebuilt patients."""

    figures: tuple[FigureComparison, ...]
    without_ratio: tuple[Figure, ...]  # nothing published to compare with
    tolerance: float
    resolved: Agreement  # where the labels say which arm is experimental: the fair test
    unresolved: Agreement  # where they do not, and the arms stand as listed
    well_digitised: Agreement  # resolved, and scored 100% by the index
    whichever_way: Agreement  # all figures, if the fitting direction were taken: not a fair test
    assumed: tuple[str, ...]

    def __str__(self) -> str:
        """Tell how many ratios agree with those published."""
        parts = {
            "arm order resolved": self.resolved,
            "not resolved": self.unresolved,
            "all": self.every,
        }
        told = [f"Hazard ratios within {100 * self.tolerance:g}% of the published"]
        told += [f"{name}: {each.agree} of {each.of}" for name, each in parts.items() if each.of]
        return "\n".join(told)

    @property
    def every(self) -> Agreement:
        """All figures."""
        return Agreement(self.resolved.agree + self.unresolved.agree, len(self.figures))

    @property
    def outliers(self) -> tuple[FigureComparison, ...]:
        """Figures whose ratios do not agree, the farthest first."""
        far = [each for each in self.figures if not each.agrees]
        return tuple(sorted(far, key=lambda each: -abs(each.log_difference)))


def compare_library(
    figures: Iterable[Figure], *, tolerance: float = TOLERANCE, level: float = 0.95
) -> LibraryComparison:
    """Set every figure's re-analyzed hazard ratio against the one its publication printed.

    Args:
        figures: of the evidence library.
        tolerance: relative, within which two ratios agree.
        level: the confidence level of the re-analyzed ratios.

    Witness: R survival's ratios of the same figures; the counts by hand.
    """
    given = tuple(figures)
    compared = tuple(
        each
        for figure in given
        if (each := compare_figure(analyze_figure(figure, level=level), tolerance)) is not None
    )
    resolved = [each for each in compared if each.figure.order.resolved]
    return LibraryComparison(
        figures=compared,
        without_ratio=tuple(each for each in given if each.published is None),
        tolerance=tolerance,
        resolved=_count(resolved),
        unresolved=_count([each for each in compared if not each.figure.order.resolved]),
        well_digitised=_count([each for each in resolved if each.figure.quality == 100]),  # noqa: PLR2004 - percent
        whichever_way=Agreement(
            sum(each.agrees or each.agrees_inverted for each in compared), len(compared)
        ),
        assumed=(
            f"Two ratios agree where they differ by {100 * tolerance:g}% or less.",
            "The experimental arm is the one that labels and title say, not the one that fits.",
            SETTLED,
            "The index does not say which published ratios are stratified or adjusted.",
        ),
    )


def compare_figure(
    analysis: FigureAnalysis, tolerance: float = TOLERANCE
) -> FigureComparison | None:
    """Set one figure's ratio against the published; None where there is none to compare.

    Witness: division.
    """
    published, found = analysis.asked.published, analysis.hazard_ratio.value
    if published is None or isinstance(found, Absent):
        return None
    agrees = abs(found / published - 1) <= tolerance
    inverted = abs(1 / (found * published) - 1) <= tolerance
    reasons = () if agrees else reasons_for(analysis, published, found, inverted=inverted)
    return FigureComparison(analysis, published, found, agrees, inverted, reasons)


def _count(figures: Sequence[FigureComparison]) -> Agreement:
    return Agreement(sum(each.agrees for each in figures), len(figures))
