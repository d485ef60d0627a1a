"""lifelines: data frames for regression, arrays for the rest."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201, ANN202

import pandas as pd
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import restricted_mean_survival_time

from jobs import UNTIL, Task, coefficients, steps


def kaplan_meier(trial):
    return lambda: KaplanMeierFitter().fit(trial.time, trial.event)


def read_kaplan_meier(fit):
    times = fit.survival_function_.index.to_numpy()
    lower = fit.confidence_interval_.iloc[:, 0].to_numpy()
    return steps("survival", times, fit.survival_function_.to_numpy().ravel(), 1.0) | steps(
        "lower", times, lower, 1.0
    )


def log_rank(trial):
    control, experimental = trial.arm == 0, trial.arm == 1
    times = trial.time[control], trial.time[experimental]
    events = trial.event[control], trial.event[experimental]
    return lambda: logrank_test(*times, *events)


def read_test(test):
    return {"statistic": test.test_statistic}


def cox(columns):
    def prepare(trial):
        frame = pd.DataFrame(columns(trial)).rename(columns=str)
        frame["time"], frame["event"] = trial.time, trial.event
        return lambda: CoxPHFitter().fit(frame, "time", "event")

    return Task(prepare, lambda fit: coefficients(fit.params_, fit.standard_errors_))


def aalen_johansen(trial):
    def both():
        fitter = [AalenJohansenFitter(seed=1) for _ in (1, 2)]
        return [
            fit.fit(trial.time, trial.outcome, event_of_interest=cause)
            for cause, fit in enumerate(fitter, start=1)
        ]

    return both


def read_aalen_johansen(fits):
    answers = {}
    for cause, fit in enumerate(fits, start=1):
        curve = fit.cumulative_density_
        times = curve.index.to_numpy()
        answers |= steps(f"incidence of {cause}", times, curve.to_numpy().ravel(), 0.0)
    return answers


def restricted_mean(trial):
    arms = [(trial.time[trial.arm == arm], trial.event[trial.arm == arm]) for arm in (0, 1)]

    def difference():
        means = [
            restricted_mean_survival_time(KaplanMeierFitter().fit(*arm), t=UNTIL) for arm in arms
        ]
        return means[1] - means[0]

    return difference


TASKS = {
    "kaplan_meier": Task(kaplan_meier, read_kaplan_meier),
    "log_rank": Task(log_rank, read_test),
    "cox_arm": cox(lambda trial: trial.arm),
    "cox_1": cox(lambda trial: trial.covariates[:, :1]),
    "cox_5": cox(lambda trial: trial.covariates),
    "aalen_johansen": Task(aalen_johansen, read_aalen_johansen),
    "restricted_mean": Task(restricted_mean, lambda difference: {"difference": float(difference)}),
}
