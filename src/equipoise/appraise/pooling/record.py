"""Studies put together as plain data: nothing but text, numbers, lists and nothing."""

from typing import Any

from equipoise.appraise.network.consistency import QPart, SplitComparison
from equipoise.appraise.network.network import Network
from equipoise.appraise.plain_estimates import estimate_record, limits_record, plain_number
from equipoise.appraise.pooling.answers import NetworkAnswer, PoolAnswer, PooledEvidence
from equipoise.appraise.pooling.asymmetry import FunnelAsymmetry
from equipoise.appraise.pooling.pool import Pooled
from equipoise.appraise.pooling.studies import StudyEffect


def pooled_evidence_record(found: PooledEvidence) -> dict[str, Any]:
    """Tell all questions of a file and their answers."""
    return {
        "title": found.asked.title,
        "pools": [pool_record(each) for each in found.pools],
        "networks": [network_record(each) for each in found.networks],
    }


def pool_record(answer: PoolAnswer) -> dict[str, Any]:
    """Tell one pooled effect, and how far it holds."""
    pooled = answer.pooled
    studies = [
        {**study_record(study, pooled.level), "weight": weight}
        for study, weight in zip(pooled.studies, pooled.weights, strict=True)
    ]
    return {
        "id": answer.asked.id,
        "label": answer.asked.label,
        "effect": answer.asked.effect,
        "method": pooled.method,
        "interval_method": pooled.interval_method,
        "studies": studies,
        "pooled": estimate_record(pooled.effect),
        "p_two_sided": plain_number(pooled.p),
        "prediction": limits_record(pooled.prediction),
        "heterogeneity": _heterogeneity(pooled),
        "other_methods": [
            {"name": each.label, **estimate_record(each.pooled.effect)} for each in answer.others
        ],
        "without": [
            {"study": each.study.id, **estimate_record(each.pooled.effect)}
            for each in answer.without
        ],
        "influence": [
            {
                "study": each.study.id,
                "deleted_residual": plain_number(each.deleted_residual),
                "cook_distance": plain_number(each.cook_distance),
                "covariance_ratio": plain_number(each.covariance_ratio),
            }
            for each in answer.influence
        ],
        "by_year": [
            {"until": each.studies[-1].id, **estimate_record(each.effect)}
            for each in answer.by_year
        ],
        "groups": _groups(answer),
        "asymmetry": None if answer.asymmetry is None else _asymmetry(answer.asymmetry),
        "trim_and_fill": _filled(answer),
        "remarks": list(answer.remarks),
        "assumed": list(pooled.assumed),
    }


def network_record(answer: NetworkAnswer) -> dict[str, Any]:
    """Tell a network: every treatment against every other, and whether its parts agree."""
    found, parts = answer.network, answer.parts
    return {
        "id": answer.asked.id,
        "label": answer.asked.label,
        "effect": answer.asked.effect,
        "method": found.method,
        "treatments": [
            {"treatment": name, "p_score": score}
            for name, score in zip(found.treatments, found.p_scores, strict=True)
        ],
        "reference": found.treatments[0],
        "league": [
            {
                "experimental": row,
                "control": column,
                **estimate_record(each),
                "p_two_sided": plain_number(found.p(row, column)),
            }
            for row, column, each in found.league()
        ],
        "heterogeneity": _network_heterogeneity(found),
        "q": [_q(each) for each in (parts.total, parts.within, parts.between, *parts.designs)],
        "direct_and_indirect": [_split(each) for each in answer.split],
        "remarks": list(answer.remarks),
        "assumed": list(found.assumed),
    }


def study_record(study: StudyEffect, level: float) -> dict[str, Any]:
    """Tell what one study found: limits of its standard error, and those that it printed."""
    lower, upper = study.limits(level)
    return {
        "id": study.id,
        "label": study.label,
        "year": study.year,
        "group": study.group,
        "value": study.value,
        "lower": lower,
        "upper": upper,
        "standard_error": study.standard_error,
        "as_printed": limits_record(study.as_printed),
    }


def _heterogeneity(pooled: Pooled) -> dict[str, Any]:
    found = pooled.heterogeneity
    return {
        "q": found.q,
        "degrees_of_freedom": found.degrees_of_freedom,
        "p": plain_number(found.p),
        "tau_squared": plain_number(found.tau_squared),
        "tau_squared_interval": limits_record(found.tau_squared_interval),
        "i_squared": plain_number(found.i_squared),
        "i_squared_interval": limits_record(found.i_squared_interval),
    }


def _network_heterogeneity(found: Network) -> dict[str, Any]:
    left = found.heterogeneity
    return {
        "q": left.q,
        "degrees_of_freedom": left.degrees_of_freedom,
        "p": plain_number(left.p),
        "tau_squared": plain_number(left.tau_squared),
        "i_squared": plain_number(left.i_squared),
    }


def _groups(answer: PoolAnswer) -> dict[str, Any] | None:
    found = answer.groups
    if found is None:
        return None
    return {
        "groups": [
            {"group": name, "studies": len(each.studies), **estimate_record(each.effect)}
            for name, each in found.groups
        ],
        "q_between": found.q_between,
        "degrees_of_freedom": found.degrees_of_freedom,
        "p": plain_number(found.p),
    }


def _asymmetry(found: FunnelAsymmetry) -> dict[str, Any]:
    return {
        "slope": found.slope,
        "statistic": plain_number(found.statistic),
        "degrees_of_freedom": found.degrees_of_freedom,
        "p": plain_number(found.p),
        "at_infinite_size": plain_number(found.at_infinite_size),
        "kendall_tau": found.kendall_tau,
        "kendall_p": found.kendall_p,
    }


def _filled(answer: PoolAnswer) -> dict[str, Any] | None:
    found = answer.filled
    if found is None:
        return None
    return {
        "missing": found.missing,
        "side": found.side,
        "pooled": estimate_record(found.pooled.effect),
    }


def _q(part: QPart) -> dict[str, Any]:
    return {
        "what": part.what,
        "q": part.q,
        "degrees_of_freedom": part.degrees_of_freedom,
        "p": plain_number(part.p),
    }


def _split(each: SplitComparison) -> dict[str, Any]:
    return {
        "experimental": each.experimental,
        "control": each.control,
        "direct_studies": list(each.direct_studies),
        "direct": estimate_record(each.direct),
        "indirect": estimate_record(each.indirect),
        "network": estimate_record(each.together),
        "p_of_no_inconsistency": plain_number(each.p),
    }
