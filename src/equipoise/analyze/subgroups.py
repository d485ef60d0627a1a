"""Whether the effect differs between kinds of patients: hazard ratios by subgroup.

Within each level an unstratified Cox model of the arm.  Interaction: likelihood-ratio test
of arm x level in a model of arm, level and their product.  Levels without events are left
out, and a level with patients of one arm only costs no degree of freedom: neither says
anything of a difference between effects.
Subgroup results are descriptive; the interaction test, not the levels' own p-values, speaks
of difference.
"""

import numpy as np
from scipy.special import chdtrc

from equipoise.analyze.contrast import Contrast, Rows, rows_of
from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent, TestResult, absent_test, number
from equipoise.analyze.results import SubgroupEffect, SubgroupInteraction
from equipoise.analyze.selection import categorical
from equipoise.analyze.snapshot import Categories
from equipoise.analyze.treatment_effect import not_estimable, treatment_effect
from equipoise.kernel.arrays import Flags, Matrix
from equipoise.protocol.trial import Variable

METHOD = "Likelihood-ratio test of arm by subgroup interaction"


def subgroup_effects(
    contrast: Contrast,
) -> tuple[tuple[SubgroupEffect, ...], tuple[SubgroupInteraction, ...]]:
    """Estimate the hazard ratio overall and in every level of every subgroup variable."""
    protocol = contrast.snapshot.protocol
    if not contrast.plan.subgroups:
        return (), ()
    effects = [_effect(contrast, None, "", None)]
    interactions = []
    for name in contrast.plan.subgroups:
        variable = protocol.variable(name)
        categories = categorical(contrast.snapshot.subjects, name)
        for code, level in enumerate(categories.levels):
            effects.append(_effect(contrast, variable, level, categories.codes == code))
        interactions.append(SubgroupInteraction(name, _interaction(contrast, categories)))
    return tuple(effects), tuple(interactions)


def _effect(
    contrast: Contrast, variable: Variable | None, level: str, only: Flags | None
) -> SubgroupEffect:
    rows = rows_of(contrast, (), only)
    comparison = contrast.comparison
    arms = (comparison.control, comparison.experimental)
    return SubgroupEffect(
        variable=variable.id if variable else "",
        variable_label=variable.label if variable else "All patients",
        level=level,
        patients={
            arm: int(np.unique(rows.subject[rows.side == side]).size)
            for side, arm in enumerate(arms)
        },
        events={arm: int(rows.event[rows.side == side].sum()) for side, arm in enumerate(arms)},
        hazard_ratio=treatment_effect(rows, contrast.plan).hazard_ratio,
    )


def _interaction(contrast: Contrast, categories: Categories) -> TestResult:
    rows = rows_of(contrast, (), categories.codes >= 0)
    reason = not_estimable(rows)
    if reason is not None:
        return absent_test(METHOD, reason)
    levels_seen = np.unique(categories.codes[rows.subject]).size
    told = np.unique(categories.codes[rows.subject[rows.event]])
    rows = rows_of(contrast, (), np.isin(categories.codes, told))
    if told.size == 1:
        return absent_test(METHOD, Absent.TOO_FEW if levels_seen == 1 else Absent.NO_EVENTS)
    levels, arm = _dummies(categories, rows), rows.covariates
    additive, some = _log_likelihood(contrast, rows, np.hstack([arm, levels]))
    product, more = _log_likelihood(contrast, rows, np.hstack([arm, levels, arm * levels]))
    degrees = more - some
    if degrees <= 0:
        return absent_test(METHOD, Absent.NO_PATIENTS)
    statistic = max(0.0, 2 * (product - additive))
    p = number(float(chdtrc(degrees, statistic)), Absent.TOO_FEW)
    return TestResult(METHOD, statistic, degrees, Absent.NO_DIRECTION, p)


def _dummies(categories: Categories, rows: Rows) -> Matrix:
    code = categories.codes[rows.subject]
    present = np.unique(code)
    dummies: Matrix = (code[:, None] == present[None, 1:]).astype(np.float64)
    return dummies


def _log_likelihood(contrast: Contrast, rows: Rows, covariates: Matrix) -> tuple[float, int]:
    """Give the log-likelihood at its peak, and how many coefficients it has."""
    fit = cox(rows.time, rows.event, covariates, entry=rows.entry, ties=contrast.plan.ties)
    return fit.log_likelihood, fit.likelihood_ratio.degrees_of_freedom
