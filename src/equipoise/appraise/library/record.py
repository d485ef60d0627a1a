"""What the library says as plain data: nothing but text, numbers, lists and nothing."""

from typing import Any

from equipoise.analyze.estimates import Absent
from equipoise.appraise.library.analysis import ArmOfFigure, FigureAnalysis
from equipoise.appraise.library.comparison import Agreement, FigureComparison, LibraryComparison
from equipoise.appraise.library.figure import Figure
from equipoise.appraise.library.priors import PlanningPriors
from equipoise.appraise.plain_estimates import estimate_record, test_record


def figure_record(figure: Figure) -> dict[str, Any]:
    """Tell a figure: what its publication says, and which arm is which."""
    line = figure.line
    return {
        "id": figure.id,
        "trial": figure.trial,
        "registration": figure.registration or None,
        "pubmed": figure.pubmed,
        "journal": figure.journal,
        "year": figure.year,
        "title": figure.title,
        "figure": figure.number,
        "cancer": figure.cancer,
        "subgroup": figure.subgroup or None,
        "metastatic": figure.metastatic,
        "treatment_class": figure.treatment_class,
        "line": {"line": line.line, "words": line.words} if line else None,
        "endpoint": figure.endpoint,
        "time_unit": figure.time_unit,
        "randomized": figure.randomized,
        "question": figure.question,
        "concluded": figure.concluded,
        "sample_size": figure.sample_size,
        "published_hazard_ratio": figure.published,
        "digitising_quality_percent": figure.quality,
        "patients": figure.patients,
        "events": figure.events,
        "control": _arm(figure, 0),
        "experimental": _arm(figure, 1),
        "arm_order": {
            "resolved": figure.order.resolved,
            "rule": figure.order.rule,
            "sentence": figure.order.sentence,
        },
        "doubts": list(figure.doubts),
    }


def analysis_record(analysis: FigureAnalysis) -> dict[str, Any]:
    """Tell the analysis of a figure."""
    means = analysis.restricted_mean
    return {
        "figure": figure_record(analysis.asked),
        "control": _analyzed_arm(analysis.control),
        "experimental": _analyzed_arm(analysis.experimental),
        "hazard_ratio": estimate_record(analysis.hazard_ratio),
        "log_rank": test_record(analysis.test),
        "proportional_hazards": test_record(analysis.proportional_hazards),
        "restricted_mean": {
            "until": means.until,
            "difference": estimate_record(means.difference),
            "ratio": estimate_record(means.ratio),
        },
        "landmarks": [
            {"time": each.time, "difference": estimate_record(each.estimate)}
            for each in analysis.landmarks
        ],
        "assumed": list(analysis.assumed),
    }


def comparison_record(compared: LibraryComparison) -> dict[str, Any]:
    """Tell how published and re-analyzed ratios agree."""
    return {
        "tolerance": compared.tolerance,
        "resolved_by_labels": _agreement(compared.resolved),
        "not_resolved": _agreement(compared.unresolved),
        "resolved_and_well_digitised": _agreement(compared.well_digitised),
        "all": _agreement(compared.every),
        "whichever_direction_fits": _agreement(compared.whichever_way),
        "without_published_ratio": [each.id for each in compared.without_ratio],
        "figures": [_compared(each) for each in compared.figures],
        "assumed": list(compared.assumed),
    }


def priors_record(priors: PlanningPriors) -> dict[str, Any]:
    """Tell planning priors."""
    tau = priors.pooled.heterogeneity.tau_squared
    return {
        "figures": list(priors.figures),
        "trials": priors.trials,
        "left_out": [{"figure": e.figure, "reason": e.reason} for e in priors.left_out],
        "pooled_hazard_ratio": estimate_record(priors.pooled.effect),
        "between_trials_sd": None if isinstance(tau, Absent) else tau**0.5,
        "prior": {
            "hazard_ratio": priors.prior.mean,
            "standard_deviation": priors.prior.standard_deviation,
        },
        "interval_of_a_new_trial": list(priors.interval),
        "chance_of_ratio_below_1": priors.favorable,
        "control": [
            {
                "what": each.what,
                "months": each.months,
                "arms": each.arms,
                "not_reached": each.not_reached,
                "values": [] if each.shares else list(each.values),
                "quantiles": dict(
                    zip((f"{share:g}" for share in each.shares), each.values, strict=False)
                ),
            }
            for each in priors.control
        ],
        "assumed": list(priors.assumed),
    }


def _arm(figure: Figure, side: int) -> dict[str, Any]:
    arm = figure.arms[side]
    return {"label": arm.label, "description": arm.description, "patients": arm.patients}


def _analyzed_arm(arm: ArmOfFigure) -> dict[str, Any]:
    return {
        "label": arm.label,
        "patients": arm.patients,
        "events": arm.events,
        "median": estimate_record(arm.median),
        "rates": [estimate_record(each) for each in arm.rates],
    }


def _agreement(agreement: Agreement) -> dict[str, Any]:
    return {"agree": agreement.agree, "of": agreement.of, "share": agreement.share}


def _compared(each: FigureComparison) -> dict[str, Any]:
    return {
        "figure": each.figure.id,
        "endpoint": each.figure.endpoint,
        "published": each.published,
        "re_analyzed": estimate_record(each.analysis.hazard_ratio),
        "agrees": each.agrees,
        "agrees_inverted": each.agrees_inverted,
        "arm_order": each.figure.order.rule,
        "reasons": [{"kind": r.kind, "sentence": r.sentence} for r in each.reasons],
    }
