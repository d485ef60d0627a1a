"""Two treatments compared through a third.

    θ_AB = θ_AC - θ_BC,    se² = se_AC² + se_BC²            (Bucher et al. 1997)

Randomization is kept within each study.  The patients of the two studies are taken to differ in
nothing that changes the effects; where they do, see `indirect.matched`.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.estimates import Estimate, Number
from equipoise.appraise.pooling.pool import check_studies, printed, quantile, spread, wald_p
from equipoise.appraise.pooling.studies import StudyEffect, check_level


@dataclass(frozen=True, slots=True)
class IndirectComparison:
    """A against B, by way of what both were compared with."""

    first: StudyEffect  # A against C
    second: StudyEffect  # B against C
    mean: float  # on the linear scale
    standard_error: float
    effect: Estimate  # as printed
    p: Number  # two-sided
    assumed: tuple[str, ...]


def bucher(first: StudyEffect, second: StudyEffect, *, level: float = 0.95) -> IndirectComparison:
    """Compare two treatments that were each compared with a third.

    Args:
        first: A against the common comparator.
        second: B against it.
        level: of the interval.

    Raises:
        ClaimError: a ratio and a difference, or one study given twice.

    Witness: a network of the two studies.

    >>> told = bucher(StudyEffect("a", "A", -0.5, 0.3), StudyEffect("b", "B", -0.2, 0.4))
    >>> round(told.mean, 6), round(told.standard_error, 6)
    (-0.3, 0.5)
    """
    check_studies((first, second))
    check_level(level)
    mean = first.estimate - second.estimate
    error = float(np.hypot(first.standard_error, second.standard_error))
    limits = spread(mean, error, quantile(level, None))
    return IndirectComparison(
        first=first,
        second=second,
        mean=mean,
        standard_error=error,
        effect=printed(mean, error, limits, first.scale, level, ("indirect comparison", "normal")),
        p=wald_p(mean, error, None)[1],
        assumed=(
            "Comparators are taken to be the same, and patients to differ in nothing that matters.",
        ),
    )
