"""SurPyval: event 0 and censored 1, the other way round from everyone else."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201, ANN202

import numpy as np
import surpyval
from surpyval.univariate.competing_risks import CompetingRisks

from jobs import UNTIL, Task, coefficients, steps


def kaplan_meier(trial):
    censored = 1 - trial.event
    return lambda: surpyval.KaplanMeier.fit(trial.time, censored)


def read_kaplan_meier(fit):
    error = fit.R * np.sqrt(fit.greenwood)
    return steps("survival", fit.x, fit.R, 1.0) | steps("error", fit.x, error, 0.0)


def log_rank(trial):
    censored = 1 - trial.event
    return lambda: surpyval.logrank(trial.time, trial.arm, censored)


def stratified_log_rank(trial):
    censored = 1 - trial.event
    return lambda: surpyval.logrank(trial.time, trial.arm, censored, strata=trial.stratum)


def read_test(test):
    return {"statistic": float(test.statistic)}


def cox(columns):
    def prepare(trial):
        censored, covariates = 1 - trial.event, columns(trial)

        def fit():
            found = surpyval.CoxPH.fit(trial.time, covariates, censored)
            return found.beta, found.standard_errors()

        return fit

    return Task(prepare, lambda found: coefficients(*found))


def causes(trial):
    return np.where(trial.outcome == 0, np.nan, trial.outcome)


def aalen_johansen(trial):
    cause = causes(trial)
    return lambda: CompetingRisks.fit(trial.time, cause)


def read_aalen_johansen(fit):
    answers = {}
    for cause in (1, 2):
        answers |= steps(f"incidence of {cause}", fit.x, fit.cif(fit.x, float(cause)), 0.0)
    return answers


def gray(trial):
    cause = causes(trial)
    return lambda: surpyval.gray_test(trial.time, cause, trial.arm, 1.0)


def restricted_mean(trial):
    arms = [(trial.time[trial.arm == arm], 1 - trial.event[trial.arm == arm]) for arm in (1, 0)]
    return lambda: surpyval.rmst_diff(*(surpyval.KaplanMeier.fit(*arm) for arm in arms), tau=UNTIL)


TASKS = {
    "kaplan_meier": Task(kaplan_meier, read_kaplan_meier),
    "log_rank": Task(log_rank, read_test),
    "stratified_log_rank": Task(stratified_log_rank, read_test),
    "cox_arm": cox(lambda trial: trial.arm[:, None].astype(float)),
    "cox_1": cox(lambda trial: trial.covariates[:, :1]),
    "cox_5": cox(lambda trial: trial.covariates),
    "aalen_johansen": Task(aalen_johansen, read_aalen_johansen),
    "gray": Task(gray, read_test),
    "restricted_mean": Task(
        restricted_mean, lambda found: {"difference": found["difference"], "error": found["se"]}
    ),
}
