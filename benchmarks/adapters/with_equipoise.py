"""Equipoise: the public functions of `analyze`, with all the checks a user's call goes through."""

# As in the other adapters, what is taken and given back is left untyped.
# ruff: noqa: ANN001, ANN201, ANN202

from equipoise.analyze.cox import cox as fit_cox
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.gray import gray_test
from equipoise.analyze.kaplan_meier import kaplan_meier as estimate_survival
from equipoise.analyze.log_rank import log_rank as compare_arms
from equipoise.analyze.restricted_mean import restricted_mean_difference
from jobs import LANDMARKS, UNTIL, Task, coefficients, steps


def kaplan_meier(trial):
    return lambda: estimate_survival(trial.time, trial.event)


def read_kaplan_meier(curve):
    error, (lower, _) = curve.survival * curve.log_variance**0.5, curve.interval()
    return (
        steps("survival", curve.time, curve.survival, 1.0)
        | steps("error", curve.time, error, 0.0)
        | steps("lower", curve.time, lower, 1.0)
    )


def log_rank(trial):
    return lambda: compare_arms(trial.time, trial.event, trial.arm).test


def stratified_log_rank(trial):
    return lambda: compare_arms(trial.time, trial.event, trial.arm, stratum=trial.stratum).test


def read_test(test):
    return {"statistic": test.statistic**2}


def cox(columns):
    def prepare(trial):
        covariates = columns(trial)

        def fit(ties="efron"):
            return fit_cox(trial.time, trial.event, covariates, ties=ties), fit

        return fit

    return Task(prepare, read_cox)


def read_cox(found):
    """Answers of the timed fit, and for comprisk those of a second one with Breslow ties."""
    efron, again = found
    breslow, _ = again("breslow")
    return coefficients(efron.coefficients, efron.standard_errors) | coefficients(
        breslow.coefficients, breslow.standard_errors, " (Breslow)"
    )


def aalen_johansen(trial):
    return lambda: cumulative_incidence(trial.time, trial.outcome)


def read_aalen_johansen(course):
    return {
        f"incidence of {cause} at {when:g}": float(course.at(when)[cause - 1])
        for cause in (1, 2)
        for when in LANDMARKS
    }


def gray(trial):
    return lambda: gray_test(trial.time, trial.outcome, trial.arm)


def restricted_mean(trial):
    arms = [(trial.time[trial.arm == arm], trial.event[trial.arm == arm]) for arm in (1, 0)]
    return lambda: restricted_mean_difference(*(estimate_survival(*arm) for arm in arms), UNTIL)


def read_restricted_mean(found):
    return {"difference": found.difference.value, "error": found.difference.standard_error}


TASKS = {
    "kaplan_meier": Task(kaplan_meier, read_kaplan_meier),
    "log_rank": Task(log_rank, read_test),
    "stratified_log_rank": Task(stratified_log_rank, read_test),
    "cox_arm": cox(lambda trial: trial.arm),
    "cox_1": cox(lambda trial: trial.covariates[:, 0]),
    "cox_5": cox(lambda trial: trial.covariates),
    "aalen_johansen": Task(aalen_johansen, read_aalen_johansen),
    "gray": Task(gray, read_test),
    "restricted_mean": Task(restricted_mean, read_restricted_mean),
}
