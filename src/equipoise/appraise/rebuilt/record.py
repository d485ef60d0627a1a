"""A rebuilt figure as plain data: nothing but text, numbers, lists and nothing."""

from typing import Any

from equipoise.appraise.plain_estimates import (
    estimate_record,
    limits_record,
    plain_number,
    test_record,
)
from equipoise.appraise.rebuilt.fragility import Fragility
from equipoise.appraise.rebuilt.trial import ArmNumber, RebuiltArm, RebuiltContrast, RebuiltTrial
from equipoise.appraise.rebuilt.values import (
    OverDraws,
    RatioName,
    RebuiltAnalysis,
    RebuiltBeliefs,
    RebuiltNumber,
    RebuiltTest,
    SetAgainst,
)
from equipoise.monitor.beliefs.beliefs import Posterior


def rebuilt_record(found: RebuiltTrial) -> dict[str, Any]:
    """Tell all that was read, rebuilt and found."""
    roles = found.roles
    return {
        "source": found.source,
        "time_unit": found.time_unit,
        "kind": found.kind,
        "endpoint": found.endpoint or None,
        "control": roles.control,
        "roles": {
            "experimental": list(roles.experimental),
            "by": roles.by,
            "rules": list(roles.rules),
            "sentence": roles.sentence,
        },
        "asked": {
            "draws": found.draws,
            "seed": found.seed,
            "level": found.level,
            "alpha": found.alpha,
            "sides": found.sides,
            "planned": found.planned,
            "margins": list(found.margins),
            "claims": found.claims or None,
        },
        "arms": [arm_record(each) for each in found.arms],
        "comparisons": [comparison_record(each) for each in found.comparisons],
        "read": list(found.read),
        "assumed": list(found.assumed),
    }


def arm_record(arm: RebuiltArm) -> dict[str, Any]:
    """Tell one arm: as published, its patients, and how near they come."""
    fit, best = arm.fit, arm.rebuilt.best
    return {
        "id": arm.id,
        "label": arm.label,
        "patients": arm.patients,
        "events": arm.events,
        "median": _arm_number(arm.median),
        "rates": [_arm_number(each) for each in arm.rates],
        "fit": {
            "largest_distance": fit.farthest,
            "largest_distance_at": fit.farthest_at,
            "mean_distance": fit.mean_distance,
            "printed_events": fit.printed_events,
            "at_risk": [
                {"time": time, "printed": printed, "rebuilt": rebuilt}
                for time, printed, rebuilt in zip(
                    fit.times_at_risk.tolist(),
                    fit.printed_at_risk.tolist(),
                    fit.rebuilt_at_risk.tolist(),
                    strict=True,
                )
            ],
            "remarks": list(fit.remarks),
        },
        "published": {
            "time": arm.curve.time.tolist(),
            "value": arm.curve.value.tolist(),
            "precision": arm.curve.precision,
            "censor_marks": arm.censor_marks.tolist(),
        },
        "rebuilt": {"time": best.time.tolist(), "event": best.event.astype(int).tolist()},
    }


def comparison_record(contrast: RebuiltContrast) -> dict[str, Any]:
    """Tell one experimental arm against control."""
    analysis = contrast.analysis
    return {
        "experimental": contrast.experimental,
        "control": contrast.control,
        "patients": {"control": analysis.patients[0], "experimental": analysis.patients[1]},
        "hazard_ratio_is": analysis.ratio,
        "events": {"control": analysis.events[0], "experimental": analysis.events[1]},
        "numbers": [_number_record(each, analysis.ratio) for each in analysis.numbers],
        "tests": [_test_record(each) for each in analysis.tests],
        "published": [_against(each) for each in analysis.published],
        "fragility": _fragility(analysis),
        "beliefs": None if analysis.beliefs is None else _beliefs(analysis.beliefs),
        "said": list(analysis.said),
        "restricted_mean_until": analysis.until,
        "assumed": list(analysis.assumed),
    }


def _over(over: OverDraws) -> dict[str, Any]:
    return {
        "median": plain_number(over.median),
        "lower": plain_number(over.lower),
        "upper": plain_number(over.upper),
        "share": over.share,
        "draws": over.draws,
        "without_value": over.absent,
    }


def _arm_number(each: ArmNumber) -> dict[str, Any]:
    at = {} if each.time is None else {"time": each.time}
    return {
        **at,
        "estimate": estimate_record(each.estimate),
        "over_reconstructions": _over(each.over),
        "together": limits_record(each.together),
    }


def _number_record(each: RebuiltNumber, ratio: RatioName) -> dict[str, Any]:
    return {
        "measure": ratio if each.measure == "hazard ratio" else each.measure,
        "arm": each.arm,
        "time": each.time,
        "estimate": estimate_record(each.estimate),
        "over_reconstructions": _over(each.over),
        "together": limits_record(each.together),
    }


def _test_record(each: RebuiltTest) -> dict[str, Any]:
    return {
        "name": each.name,
        **test_record(each.test),
        "p_two_sided_over_reconstructions": _over(each.over),
    }


def _against(each: SetAgainst) -> dict[str, Any]:
    return {
        "what": each.what,
        "published": each.published,
        "rebuilt": plain_number(each.rebuilt),
        "over_reconstructions": _over(each.over),
        "distance_in_standard_errors": each.distance,
        "verdict": each.verdict,
        "sentence": each.sentence,
    }


def _fragility(analysis: RebuiltAnalysis) -> dict[str, Any]:
    found = analysis.fragility
    return {
        "outcomes": _one_fragility(found.outcomes, found.outcomes_over),
        "arms": _one_fragility(found.arms, found.arms_over),
        "significant_reconstructions": found.significant,
        "reconstructions": found.draws,
    }


def _one_fragility(found: Fragility, over: OverDraws) -> dict[str, Any]:
    return {
        "changed": found.changed,
        "test": found.test,
        "alpha": found.alpha,
        "sides": found.sides,
        "significant": found.significant,
        "p": plain_number(found.p),
        "patients": found.patients,
        "at_least": found.at_least,
        "of": found.of,
        "p_after": plain_number(found.p_after),
        "over_reconstructions": _over(over),
    }


def _beliefs(found: RebuiltBeliefs) -> dict[str, Any]:
    critical = found.critical
    return {
        "posteriors": [_posterior(each) for each in found.posteriors],
        "critical_prior": {"kind": critical.kind, "limit": critical.limit, "worth": critical.worth},
        "assumed": list(found.assumed),
    }


def _posterior(each: Posterior) -> dict[str, Any]:
    return {
        "belief": each.belief,
        "kind": each.kind,
        "prior_hazard_ratio": each.prior_effect,
        "prior_interval": None if each.prior_interval is None else list(each.prior_interval),
        "hazard_ratio": each.effect,
        "interval": list(each.interval),
        "level": each.level,
        "chance_of_better_than": [
            {"what": one.what, "value": one.value, "before": one.before, "after": one.after}
            for one in each.better
        ],
    }
