"""What is timed, and which numbers every library must agree on."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data import Trial

LANDMARKS = (365.0, 1095.0, 1825.0)  # days
UNTIL = 1825.0  # the restricted mean runs to here
OURS = "equipoise"
YARDSTICK = "numpy.argsort"

TITLES = {
    "kaplan_meier": "Kaplan-Meier with standard errors",
    "log_rank": "Log-rank test, two arms",
    "stratified_log_rank": "Log-rank test, two arms, eight strata",
    "cox_arm": "Cox, the arm (binary), Efron",
    "cox_1": "Cox, one continuous covariate, Efron",
    "cox_5": "Cox, five covariates, Efron",
    "aalen_johansen": "Aalen-Johansen with variances, two causes",
    "gray": "Gray's test, two arms",
    "restricted_mean": "Restricted mean difference, two arms, to 1825 days",
}

ADAPTERS = {  # label in the tables → module in adapters/ (None: the R script), with_ left off
    OURS: "equipoise",
    YARDSTICK: "argsort",
    "lifelines": "lifelines",
    "scikit-survival": "scikit_survival",
    "statsmodels": "statsmodels",
    "greenwood": "greenwood",
    "surpyval": "surpyval",
    "pystatistics": "pystatistics",
    "comprisk": "comprisk",
    "R survival": None,
    "R cmprsk": None,
}

KNOWN_SLOW = {  # more than a minute at a million patients when last measured with --full
    ("scikit-survival", "cox_arm"),
    ("scikit-survival", "cox_1"),
    ("scikit-survival", "cox_5"),
    ("greenwood", "cox_arm"),
    ("greenwood", "cox_1"),
    ("greenwood", "cox_5"),
    ("lifelines", "aalen_johansen"),
    ("R survival", "aalen_johansen"),
}

Call = Callable[[], Any]


class Task(NamedTuple):
    """One job in one library.

    `prepare` builds the containers the library asks for, off the clock, and returns the call
    that is timed; `read` takes the named answers out of its result, off the clock again.
    """

    prepare: "Callable[[Trial], Call]"
    read: "Callable[[Any], dict[str, float]]"


def at(times: "NDArray[Any]", values: "NDArray[Any]", when: float, before: float) -> float:
    """Value at `when` of a step function that starts from `before`."""
    seen = int(times.searchsorted(when, side="right"))
    return float(values[seen - 1]) if seen else before


def steps(
    name: str, times: "NDArray[Any]", values: "NDArray[Any]", before: float
) -> dict[str, float]:
    """Answers of a step function at the landmarks."""
    return {f"{name} at {when:g}": at(times, values, when, before) for when in LANDMARKS}


def coefficients(
    values: "NDArray[Any]", errors: "NDArray[Any]", ties: str = ""
) -> dict[str, float]:
    """Answers of a Cox regression."""
    answers = {f"coefficient {i + 1}{ties}": float(value) for i, value in enumerate(values)}
    return answers | {f"error {i + 1}{ties}": float(error) for i, error in enumerate(errors)}
