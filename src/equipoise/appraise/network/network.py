"""How treatments compare that were never set against each other: a network of studies.

    θ_AC = θ_AB + θ_BC  for all true effects (consistency)

Frequentist, by weighted least squares (`fit_network`; Rücker 2012).  The P-score of a treatment
is the mean certainty that it is better than another, from 0 (worst) to 1 (Rücker & Schwarzer
2015); it ranks, and does not say by how much.  Randomization protects each comparison within a
study; across studies we assume that patients differ in nothing that changes the effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy.special import chdtrc, ndtr

from equipoise.analyze.estimates import Absent, Estimate, Number
from equipoise.appraise.network.fit import NetworkFit, components, fit_network
from equipoise.appraise.network.studies import NetworkStudy
from equipoise.appraise.pooling.pool import printed, quantile, spread, wald_p
from equipoise.appraise.pooling.studies import Scale, check_level
from equipoise.errors import ClaimError, NotEstimable
from equipoise.kernel.arrays import Matrix, Vector, frozen, vector

NetworkMethod: TypeAlias = Literal["fixed", "DL"]
Better: TypeAlias = Literal["lower", "higher"]
WORDS = {
    "fixed": "network, one effect a comparison (τ² = 0)",
    "DL": "network, random effects; τ² by DerSimonian and Laird, generalized",
}


@dataclass(frozen=True, slots=True)
class NetworkHeterogeneity:
    """What is left over when the network is fitted with τ = 0."""

    q: float
    degrees_of_freedom: int
    p: Number
    tau_squared: Number  # common to all comparisons; 0 is assumed by a fixed-effect network
    i_squared: Number  # from 0 to 1


@dataclass(frozen=True, slots=True)
class Network:
    """Every treatment against every other."""

    studies: tuple[NetworkStudy, ...]
    treatments: tuple[str, ...]  # the reference first
    method: NetworkMethod
    level: float
    scale: Scale
    better: Better
    effects: Vector  # against the reference, on the linear scale
    covariance: Matrix = field(repr=False)
    heterogeneity: NetworkHeterogeneity
    p_scores: tuple[float, ...]  # one a treatment
    assumed: tuple[str, ...]

    def mean(self, experimental: str, control: str) -> tuple[float, float]:
        """Give the effect of one treatment against another and its error, on the linear scale.

        Raises:
            ClaimError: a treatment that is not in the network.

        Witness: R metafor 3.8 `rma.mv`.
        """
        i, j = _place(self.treatments, experimental), _place(self.treatments, control)
        variance = self.covariance[i, i] + self.covariance[j, j] - 2 * self.covariance[i, j]
        return float(self.effects[i] - self.effects[j]), float(np.sqrt(max(variance, 0.0)))

    def comparison(self, experimental: str, control: str) -> Estimate:
        """Give the effect of one treatment against another, as it is printed.

        Raises:
            ClaimError: a treatment that is not in the network, or one against itself.

        Witness: R metafor 3.8 `rma.mv`.
        """
        if experimental == control:
            raise ClaimError(f"{experimental!r} against itself; name two treatments.")
        mean, error = self.mean(experimental, control)
        limits = spread(mean, error, quantile(self.level, None))
        return printed(mean, error, limits, self.scale, self.level, (WORDS[self.method], "normal"))

    def p(self, experimental: str, control: str) -> Number:
        """Give the two-sided P of no difference between two treatments.

        Raises:
            ClaimError: a treatment that is not in the network.

        Witness: R metafor 3.8 `rma.mv`.
        """
        mean, error = self.mean(experimental, control)
        return wald_p(mean, error if error > 0 else Absent.NO_VARIANCE, None)[1]

    def league(self) -> tuple[tuple[str, str, Estimate], ...]:
        """Give all pairs, row against column, treatments in the order of their P-scores.

        Witness: `comparison`.
        """
        best = sorted(range(len(self.treatments)), key=lambda k: -self.p_scores[k])
        order = [self.treatments[k] for k in best]
        return tuple(
            (row, column, self.comparison(row, column))
            for k, row in enumerate(order)
            for column in order[k + 1 :]
        )


def network(
    studies: Sequence[NetworkStudy],
    *,
    method: NetworkMethod = "DL",
    reference: str = "",
    better: Better = "lower",
    level: float = 0.95,
) -> Network:
    """Compare all treatments of a connected network of studies.

    Args:
        studies: two or more treatments each.
        method: "fixed", or random effects with one τ² for all comparisons.
        reference: what the others are set against; the first control where it is left out.
        better: whether lower or higher estimates are good for patients (a hazard ratio of an
            event to be avoided: lower).
        level: of intervals.

    Raises:
        ClaimError: no study, a study twice, mixed scales, a reference that is not there.
        NotEstimable: the network falls apart; the message names its parts.

    Accuracy: 1e-10.

    Witness: R metafor 3.8 `rma.mv` (Senn et al. 2013); Rücker's graph-theoretical estimator;
        Bucher's comparison in a chain.
    """
    _check(studies, method, better, level)
    parts = components(studies)
    if len(parts) > 1:
        named = "; ".join(", ".join(part) for part in parts)
        raise NotEstimable(
            f"The studies fall into {len(parts)} networks that no study connects: {named}. "
            "Compare within each, or find a study between them."
        )
    names = parts[0]
    first = _place(names, reference) if reference else _place(names, studies[0].treatments[0])
    treatments = (names[first], *names[:first], *names[first + 1 :])
    plain = fit_network(studies, treatments)
    found = _heterogeneity(plain, method)
    square = found.tau_squared if isinstance(found.tau_squared, float) else 0.0
    fit = fit_network(studies, treatments, square) if square else plain
    return Network(
        studies=tuple(studies),
        treatments=treatments,
        method=method,
        level=level,
        scale=studies[0].scale,
        better=better,
        effects=vector(fit.effects),
        covariance=frozen(fit.covariance),
        heterogeneity=found,
        p_scores=_p_scores(fit, better),
        assumed=_assumed(found, method),
    )


def _heterogeneity(plain: NetworkFit, method: NetworkMethod) -> NetworkHeterogeneity:
    spare = plain.degrees_of_freedom
    if spare < 1:
        few = Absent.TOO_FEW_STUDIES
        return NetworkHeterogeneity(0.0, 0, few, 0.0 if method == "fixed" else few, few)
    excess = plain.q - spare
    return NetworkHeterogeneity(
        q=plain.q,
        degrees_of_freedom=spare,
        p=float(chdtrc(spare, plain.q)),
        tau_squared=max(0.0, excess / plain.trace) if method == "DL" else 0.0,
        i_squared=max(0.0, excess / plain.q) if plain.q > 0 else 0.0,
    )


def _p_scores(fit: NetworkFit, better: Better) -> tuple[float, ...]:
    ahead = fit.effects[None, :] - fit.effects[:, None]  # of row over column, where lower is good
    if better == "higher":
        ahead = -ahead
    own = np.diag(fit.covariance)
    variance = own[:, None] + own[None, :] - 2 * fit.covariance
    np.fill_diagonal(variance, 1.0)
    sure = ndtr(ahead / np.sqrt(variance))
    np.fill_diagonal(sure, 0.0)
    return tuple((sure.sum(axis=1) / (own.size - 1)).tolist())


def _assumed(found: NetworkHeterogeneity, method: NetworkMethod) -> tuple[str, ...]:
    told = [
        f"Model: {WORDS[method]}.",
        "Direct and indirect evidence are taken to agree (consistency); see the split comparisons.",
        "Patients of different studies are taken to differ in nothing that changes the effects.",
    ]
    if method == "DL" and isinstance(found.tau_squared, Absent):
        told.append(
            "Every comparison rests on one study, so the variance between studies cannot be "
            "known; it is taken as 0, and the intervals are too narrow if it is not."
        )
    return tuple(told)


def _place(treatments: Sequence[str], name: str) -> int:
    if name not in treatments:
        raise ClaimError(f"{name!r} is not in the network; it has {', '.join(treatments)}.")
    return treatments.index(name)


def _check(
    studies: Sequence[NetworkStudy], method: NetworkMethod, better: Better, level: float
) -> None:
    check_level(level)
    for word, known in ((method, get_args(NetworkMethod)), (better, get_args(Better))):
        if word not in known:
            raise ClaimError(f"{word!r} is not known; use one of {', '.join(known)}.")
    if not studies:
        raise ClaimError("There is no study in the network; give at least one.")
    ids = [study.id for study in studies]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise ClaimError(
            f"Study {twice!r} is there twice. Give a study with several arms once "
            "(several_arm_study), so that what its arms share is counted once."
        )
    if len({study.scale for study in studies}) > 1:
        raise ClaimError("Some studies give ratios and some differences; give one kind.")
