"""scikit-survival: structured arrays; its Cox model gives no standard errors."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201, ANN202

from sksurv.compare import compare_survival
from sksurv.linear_model import CoxPHSurvivalAnalysis
from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator
from sksurv.util import Surv

from jobs import Task, coefficients, steps


def kaplan_meier(trial):
    event = trial.event.astype(bool)
    return lambda: kaplan_meier_estimator(event, trial.time, conf_type="log-log")


def read_kaplan_meier(curve):
    times, survival, limits = curve
    return steps("survival", times, survival, 1.0) | steps("lower", times, limits[0], 1.0)


def log_rank(trial):
    response = Surv.from_arrays(trial.event.astype(bool), trial.time)
    return lambda: compare_survival(response, trial.arm)


def read_test(test):
    return {"statistic": float(test[0])}


def cox(columns):
    def prepare(trial):
        response = Surv.from_arrays(trial.event.astype(bool), trial.time)
        covariates = columns(trial)
        return lambda: CoxPHSurvivalAnalysis(ties="efron").fit(covariates, response)

    return Task(prepare, lambda fit: coefficients(fit.coef_, []))


def aalen_johansen(trial):
    return lambda: cumulative_incidence_competing_risks(
        trial.outcome, trial.time, conf_type="log-log"
    )


def read_aalen_johansen(curves):
    times, incidence = curves[:2]
    return steps("incidence of 1", times, incidence[1], 0.0) | steps(
        "incidence of 2", times, incidence[2], 0.0
    )


TASKS = {
    "kaplan_meier": Task(kaplan_meier, read_kaplan_meier),
    "log_rank": Task(log_rank, read_test),
    "cox_arm": cox(lambda trial: trial.arm[:, None].astype(float)),
    "cox_1": cox(lambda trial: trial.covariates[:, :1]),
    "cox_5": cox(lambda trial: trial.covariates),
    "aalen_johansen": Task(aalen_johansen, read_aalen_johansen),
}
