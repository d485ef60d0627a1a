"""Equipoise's appraisals: the library, an arm rebuilt, studies pooled, trials that match."""

# Each job imports what it needs and nothing more, so that its start can be timed.
# ruff: noqa: ANN001, ANN201, ANN202, PLC0415

from itertools import count
from pathlib import Path

from appraise_jobs import AT_RISK, TRIALS, effects, printed_arm, read_arm
from jobs import Task

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331" / "claims-ash2019.yaml"


def library():
    from equipoise import evidence

    figures = evidence.catalog()
    return lambda: evidence.analyze_figures(figures)


def read_library(found):
    import math

    answers = {}
    for each in found:
        name = each.asked.id
        ratio, test, proportional = each.hazard_ratio, each.test, each.proportional_hazards
        if isinstance(ratio.value, float):
            answers[f"{name}: log ratio"] = math.log(ratio.value)
        for what, statistic in (
            ("log-rank", test.statistic**2),
            ("proportional", proportional.statistic),
            ("restricted mean", each.restricted_mean.difference.value),
        ):
            if isinstance(statistic, float):
                answers[f"{name}: {what}"] = statistic
    return answers


def arm():
    from equipoise.appraisal import at_risk_table, cleaned_curve, reconstruct

    given = printed_arm()

    def call():
        curve = cleaned_curve(given["time"], given["survival"])
        numbers = at_risk_table(AT_RISK, given["at_risk"])
        return reconstruct(curve, at_risk=numbers, events=given["events"])

    return call


def read_rebuilt(found):
    return read_arm(found.time.tolist(), (found.outcome == 1).tolist())


def pooling():
    from equipoise.appraisal import StudyEffect, pool

    studies = [StudyEffect(f"{i}", f"{i}", *each) for i, each in enumerate(effects())]
    return lambda: pool(studies, interval="hartung-knapp")


def read_pooled(found):
    import math

    from scipy.stats import t

    limits, new = found.effect.interval, found.prediction
    reach = t.ppf(0.975, len(found.studies) - 2)
    return {
        "estimate": found.mean,
        "standard error": found.standard_error,
        "variance between": found.heterogeneity.tau_squared,
        "lower": math.log(limits.lower),
        "upper": math.log(limits.upper),
        "new study, spread": math.log(new.upper / new.lower) / (2 * reach),
    }


def matching():
    from equipoise.appraisal import read_claims
    from equipoise.appraise.checks.matching import matching_trials
    from equipoise.appraise.checks.to_match import what_is_printed

    printed = what_is_printed(read_claims(EXAMPLE), "os")
    seed = count(1)  # every call makes new trials
    return lambda: matching_trials(printed, trials=TRIALS, seed=next(seed))


TASKS = {
    "library": Task(library, read_library),
    "arm": Task(arm, read_rebuilt),
    "pooling": Task(pooling, read_pooled),
    "matching": Task(matching, lambda found: {"kept": float(found.z.size)}),
}
