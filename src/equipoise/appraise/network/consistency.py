"""Whether the parts of a network agree: within designs, between designs, direct and indirect.

A design is the set of treatments that a study compares.

    Q = Σ_designs Q_d + Q_between     (Krahn, Binder & König 2013; Higgins et al. 2012)

where Q_d is what studies of one design leave over about their own mean.  A comparison is split
into the studies that hold both treatments (direct) and all others (indirect), with the τ² of the
whole network: separate evidence, so that the variances of the difference add up (Dias et al.
2010; Efthimiou et al. 2019).  A study with several arms that holds both is direct only.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from equipoise.analyze.estimates import Absent, Estimate, Number
from equipoise.appraise.network.fit import components, fit_network
from equipoise.appraise.network.network import Network
from equipoise.appraise.network.studies import NetworkStudy
from equipoise.appraise.pooling.pool import printed, quantile, spread, wald_p


@dataclass(frozen=True, slots=True)
class QPart:
    """A part of Q."""

    what: str  # "within designs", "between designs", or the treatments of a design
    q: float
    degrees_of_freedom: int
    p: Number


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Where the network's heterogeneity sits."""

    total: QPart
    within: QPart
    between: QPart  # inconsistency
    designs: tuple[QPart, ...]


@dataclass(frozen=True, slots=True)
class SplitComparison:
    """One comparison by the studies that made it, and by all others."""

    experimental: str
    control: str
    direct_studies: tuple[str, ...]
    direct: Estimate
    indirect: Estimate
    together: Estimate  # of the network
    difference: Number  # direct minus indirect, on the linear scale
    standard_error: Number
    p: Number  # of no inconsistency


def decompose(found: Network) -> Decomposition:
    """Split Q into heterogeneity within designs and inconsistency between them.

    Witness: R metafor 3.8 `rma` within each design (Senn et al. 2013); in a triangle, Bucher.
    """
    designs: dict[frozenset[str], list[NetworkStudy]] = {}
    for study in found.studies:
        designs.setdefault(frozenset(study.treatments), []).append(study)
    parts = []
    for studies in designs.values():
        fit = fit_network(studies, studies[0].treatments)
        spare = fit.degrees_of_freedom
        parts.append(_part(" : ".join(studies[0].treatments), fit.q if spare else 0.0, spare))
    within_q = sum(part.q for part in parts)
    within_spare = sum(part.degrees_of_freedom for part in parts)
    total = found.heterogeneity
    spare = total.degrees_of_freedom - within_spare
    between = max(0.0, total.q - within_q) if spare else 0.0
    return Decomposition(
        total=_part("total", total.q, total.degrees_of_freedom),
        within=_part("within designs", within_q, within_spare),
        between=_part("between designs", between, spare),
        designs=tuple(parts),
    )


def split_comparisons(found: Network) -> tuple[SplitComparison, ...]:
    """Set direct against indirect evidence, for each pair of treatments that a study compares.

    Witness: Bucher's comparison in a triangle; `network` of the other studies.
    """
    pairs: dict[tuple[str, str], list[NetworkStudy]] = {}
    place = {name: k for k, name in enumerate(found.treatments)}
    for study in found.studies:
        names = sorted(study.treatments, key=place.__getitem__)
        for i, control in enumerate(names):
            for experimental in names[i + 1 :]:
                pairs.setdefault((experimental, control), []).append(study)
    return tuple(_split(found, pair, studies) for pair, studies in pairs.items())


def _split(found: Network, pair: tuple[str, str], studies: list[NetworkStudy]) -> SplitComparison:
    square = found.heterogeneity.tau_squared
    between = square if isinstance(square, float) else 0.0
    direct = _mean([_pair_only(study, pair) for study in studies], pair, between)
    others = [study for study in found.studies if study not in studies]
    joined = any(set(pair) <= set(part) for part in components(others))
    indirect = _mean(_joined(others, pair), pair, between) if joined else None
    difference: Number = Absent.TOO_FEW_STUDIES
    error: Number = Absent.TOO_FEW_STUDIES
    if direct is not None and indirect is not None:
        difference = direct[0] - indirect[0]
        error = float(np.hypot(direct[1], indirect[1]))
    return SplitComparison(
        experimental=pair[0],
        control=pair[1],
        direct_studies=tuple(study.id for study in studies),
        direct=_told(found, direct, "direct evidence"),
        indirect=_told(found, indirect, "indirect evidence"),
        together=found.comparison(*pair),
        difference=difference,
        standard_error=error,
        p=wald_p(difference, error, None)[1] if isinstance(difference, float) else error,
    )


def _pair_only(study: NetworkStudy, pair: tuple[str, str]) -> NetworkStudy:
    """Keep two arms of a study."""
    experimental, control = (study.treatments.index(name) for name in pair)
    padded = np.zeros((len(study.treatments),) * 2)
    padded[1:, 1:] = study.covariance
    estimates = (0.0, *study.estimates)
    variance = (
        padded[experimental, experimental]
        + padded[control, control]
        - 2 * padded[experimental, control]
    )
    return NetworkStudy(
        study.id,
        study.label,
        (pair[1], pair[0]),
        (estimates[experimental] - estimates[control],),
        ((float(variance),),),
        study.scale,
    )


def _joined(studies: list[NetworkStudy], pair: tuple[str, str]) -> list[NetworkStudy]:
    """Keep the studies of the part of a network that holds a pair."""
    part = next(part for part in components(studies) if pair[0] in part)
    return [study for study in studies if study.treatments[0] in part]


def _mean(
    studies: list[NetworkStudy], pair: tuple[str, str], square: float
) -> tuple[float, float] | None:
    names = components(studies)[0]
    order = (pair[1], pair[0], *(name for name in names if name not in pair))
    fit = fit_network(studies, order, square)
    return float(fit.effects[1]), float(np.sqrt(fit.covariance[1, 1]))


def _told(found: Network, mean: tuple[float, float] | None, words: str) -> Estimate:
    if mean is None:
        few = Absent.TOO_FEW_STUDIES
        nothing = printed(0.0, few, (few, few), found.scale, found.level, (words, "normal"))
        return Estimate(few, few, nothing.interval, words, found.scale)
    limits = spread(mean[0], mean[1], quantile(found.level, None))
    return printed(mean[0], mean[1], limits, found.scale, found.level, (words, "normal"))


def _part(what: str, q: float, degrees: int) -> QPart:
    return QPart(what, q, degrees, float(chdtrc(degrees, q)) if degrees else Absent.TOO_FEW_STUDIES)
