"""A two-arm trial of any size, drawn from one seed: the same patients for every library.

Times are exponential, censored at about 30%, cut off after 3000 days, and rounded up to whole
days (or left real).  Eight strata, five covariates (two continuous, three binary), two causes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 20_240_229
CUT_OFF = 3000.0  # days
MEAN = 900.0  # days to the event for an average control patient
CENSORING = 0.42  # hazard of censoring relative to the average hazard of the event
EFFECTS = (0.30, -0.20, 0.25, 0.40, -0.15)
COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Trial:
    time: NDArray[np.float64]
    event: NDArray[np.int64]  # 1 the event, 0 censored
    outcome: NDArray[np.int64]  # 0 censored, 1 and 2 the causes
    arm: NDArray[np.int64]  # 0 control, 1 experimental
    stratum: NDArray[np.int64]  # 0 ... 7
    covariates: NDArray[np.float64]  # n rows, 5 columns


def draw(patients: int, *, whole_days: bool = True) -> Trial:
    random = np.random.default_rng([SEED, patients])
    arm = random.integers(0, 2, patients)
    stratum = random.integers(0, 8, patients)
    continuous = random.standard_normal((patients, 2))
    binary = random.random((patients, 3)) < (0.5, 0.3, 0.2)
    covariates = np.ascontiguousarray(np.column_stack([continuous, binary]))
    log_hazard = covariates @ EFFECTS - 0.25 * arm + 0.1 * (stratum - 3.5)
    survival = random.exponential(MEAN, patients) * np.exp(-log_hazard)
    censoring = np.minimum(random.exponential(MEAN / CENSORING, patients), CUT_OFF)
    event = (survival <= censoring).astype(np.int64)
    first_cause = random.random(patients) < 0.70 - 0.05 * arm
    time = np.minimum(survival, censoring)
    return Trial(
        time=np.ceil(time) if whole_days else time,
        event=event,
        outcome=event * np.where(first_cause, 1, 2),
        arm=arm,
        stratum=stratum,
        covariates=covariates,
    )


def write(trial: Trial, path: Path) -> None:
    """Store the columns one after another as float64, which R's readBin reads as well."""
    labels = (trial.time, trial.event, trial.outcome, trial.arm, trial.stratum)
    np.concatenate([*labels, *trial.covariates.T]).astype("<f8").tofile(path)


def read(path: Path) -> Trial:
    columns = np.fromfile(path, dtype="<f8").reshape(COLUMNS, -1)
    event, outcome, arm, stratum = columns[1:5].astype(np.int64)
    covariates = np.ascontiguousarray(columns[5:].T)
    return Trial(columns[0].copy(), event, outcome, arm, stratum, covariates)
