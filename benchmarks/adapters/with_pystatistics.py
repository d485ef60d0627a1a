"""pystatistics: functions of arrays, as R's survival."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201, ANN202

import numpy as np
from pystatistics.survival import coxph, kaplan_meier, survdiff

from jobs import Task, coefficients, steps


def curve(trial):
    return lambda: kaplan_meier(trial.time, trial.event, conf_type="log-log")


def read_curve(fit):
    times = np.asarray(fit.time)
    return (
        steps("survival", times, np.asarray(fit.survival), 1.0)
        | steps("error", times, np.asarray(fit.se), 0.0)
        | steps("lower", times, np.asarray(fit.ci_lower), 1.0)
    )


def log_rank(trial):
    return lambda: survdiff(trial.time, trial.event, trial.arm)


def read_test(test):
    return {"statistic": float(test.statistic)}


def cox(columns):
    def prepare(trial):
        covariates = columns(trial)
        return lambda: coxph(trial.time, trial.event, covariates, ties="efron")

    return Task(prepare, lambda fit: coefficients(fit.coefficients, fit.standard_errors))


TASKS = {
    "kaplan_meier": Task(curve, read_curve),
    "log_rank": Task(log_rank, read_test),
    "cox_arm": cox(lambda trial: trial.arm[:, None].astype(float)),
    "cox_1": cox(lambda trial: trial.covariates[:, :1]),
    "cox_5": cox(lambda trial: trial.covariates),
}
