"""greenwood: a response object, built off the clock."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201, ANN202

import greenwood
import pandas as pd

from jobs import UNTIL, Task, coefficients, steps


def response(trial):
    return greenwood.Surv(time=trial.time, event=trial.event)


def kaplan_meier(trial):
    surv = response(trial)
    return lambda: greenwood.KaplanMeier(conf_type="log-log").fit(surv)


def read_kaplan_meier(fit):
    times = fit.time_
    return (
        steps("survival", times, fit.survival_, 1.0)
        | steps("error", times, fit.std_error_, 0.0)
        | steps("lower", times, fit.conf_low_, 1.0)
    )


def log_rank(trial):
    surv = response(trial)
    return lambda: greenwood.logrank_test(surv, trial.arm)


def stratified_log_rank(trial):
    surv = response(trial)
    return lambda: greenwood.logrank_test(surv, trial.arm, strata=trial.stratum)


def read_test(test):
    return {"statistic": float(test.statistic)}


def cox(columns):
    def prepare(trial):
        surv, covariates = response(trial), columns(trial)
        return lambda: greenwood.CoxPH(ties="efron").fit(surv, covariates)

    return Task(prepare, lambda fit: coefficients(fit.coef_, fit.std_error_))


def competing(trial):
    causes = pd.Categorical.from_codes(trial.outcome, ["censored", "first", "second"])
    return greenwood.Surv(time=trial.time, event=causes)


def aalen_johansen(trial):
    surv = competing(trial)
    return lambda: greenwood.AalenJohansen().fit(surv)


def read_aalen_johansen(fit):
    answers, frame = {}, fit.to_frame()
    for number, cause in enumerate(("first", "second"), start=1):
        curve = frame.filter(frame["cause"] == cause)
        times, incidence = curve["time"].to_numpy(), curve["estimate"].to_numpy()
        answers |= steps(f"incidence of {number}", times, incidence, 0.0)
    return answers


def gray(trial):
    surv = competing(trial)
    return lambda: greenwood.grays_test(surv, trial.arm, cause=1)


def restricted_mean(trial):
    surv = response(trial)
    return lambda: greenwood.rmst_test(surv, UNTIL, trial.arm)


def read_restricted_mean(test):  # control minus experimental
    return {"difference": -float(test.estimate), "error": float(test.se)}


TASKS = {
    "kaplan_meier": Task(kaplan_meier, read_kaplan_meier),
    "log_rank": Task(log_rank, read_test),
    "stratified_log_rank": Task(stratified_log_rank, read_test),
    "cox_arm": cox(lambda trial: trial.arm[:, None].astype(float)),
    "cox_1": cox(lambda trial: trial.covariates[:, :1]),
    "cox_5": cox(lambda trial: trial.covariates),
    "aalen_johansen": Task(aalen_johansen, read_aalen_johansen),
    "gray": Task(gray, read_test),
    "restricted_mean": Task(restricted_mean, read_restricted_mean),
}
