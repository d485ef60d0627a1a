"""statsmodels: curves with standard errors, no limits."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201, ANN202

from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

from jobs import Task, coefficients, steps


def kaplan_meier(trial):
    return lambda: SurvfuncRight(trial.time, trial.event)


def read_kaplan_meier(curve):
    times = curve.surv_times
    return steps("survival", times, curve.surv_prob, 1.0) | steps(
        "error", times, curve.surv_prob_se, 0.0
    )


def log_rank(trial):
    return lambda: survdiff(trial.time, trial.event, trial.arm)


def stratified_log_rank(trial):
    return lambda: survdiff(trial.time, trial.event, trial.arm, strata=trial.stratum)


def read_test(test):
    return {"statistic": float(test[0])}


def cox(columns):
    def prepare(trial):
        covariates = columns(trial)

        def fit():
            found = PHReg(trial.time, covariates, status=trial.event, ties="efron").fit()
            return found.params, found.bse

        return fit

    return Task(prepare, lambda found: coefficients(*found))


def aalen_johansen(trial):
    return lambda: CumIncidenceRight(trial.time, trial.outcome)


def read_aalen_johansen(curves):
    answers = {}
    for cause in (1, 2):
        answers |= steps(f"incidence of {cause}", curves.times, curves.cinc[cause - 1], 0.0)
    return answers


TASKS = {
    "kaplan_meier": Task(kaplan_meier, read_kaplan_meier),
    "log_rank": Task(log_rank, read_test),
    "stratified_log_rank": Task(stratified_log_rank, read_test),
    "cox_arm": cox(lambda trial: trial.arm[:, None].astype(float)),
    "cox_1": cox(lambda trial: trial.covariates[:, :1]),
    "cox_5": cox(lambda trial: trial.covariates),
    "aalen_johansen": Task(aalen_johansen, read_aalen_johansen),
}
