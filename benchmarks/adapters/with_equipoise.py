"""Equipoise: the public functions of `analyze`, with all the checks a user's call goes through."""

# As in the other adapters, what is taken and given back is left untyped.
# ruff: noqa: ANN001, ANN201, ANN202

from equipoise.analyze.cox import cox as fit_cox
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.gray import gray_test
from jobs import LANDMARKS, Task, coefficients


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


TASKS = {
    "cox_arm": cox(lambda trial: trial.arm),
    "cox_1": cox(lambda trial: trial.covariates[:, 0]),
    "cox_5": cox(lambda trial: trial.covariates),
    "aalen_johansen": Task(aalen_johansen, read_aalen_johansen),
    "gray": Task(gray, read_test),
}
