"""comprisk: competing risks; its Cox regression knows Breslow ties only."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201, ANN202

from comprisk import CauseSpecificCox, CumulativeIncidence, gray_test

from jobs import Task, coefficients, steps


def cox(columns):
    def prepare(trial):
        covariates = columns(trial)
        return lambda: CauseSpecificCox().fit(covariates, time=trial.time, event=trial.event)

    return Task(prepare, lambda fit: coefficients(fit.coef_, fit.se_, " (Breslow)"))


def aalen_johansen(trial):
    return lambda: CumulativeIncidence().fit(trial.time, trial.outcome)


def read_aalen_johansen(fit):
    answers = {}
    for cause in (1, 2):
        curve = fit.curves_[None, cause]
        answers |= steps(f"incidence of {cause}", curve.times, curve.cif, 0.0)
    return answers


def gray(trial):
    return lambda: gray_test(trial.time, trial.outcome, trial.arm, cause=1)


def read_test(test):
    return {"statistic": float(test.stat)}


TASKS = {
    "cox_arm": cox(lambda trial: trial.arm[:, None].astype(float)),
    "cox_1": cox(lambda trial: trial.covariates[:, :1]),
    "cox_5": cox(lambda trial: trial.covariates),
    "aalen_johansen": Task(aalen_johansen, read_aalen_johansen),
    "gray": Task(gray, read_test),
}
