"""Real follow-up as the truth of a rehearsed trial: patients drawn from it with replacement.

What is not known of a real patient is not known of the one drawn: follow-up ends where it ended.
Looks long after the real data's last follow-up therefore find nobody left to follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.snapshot import Categories, Snapshot
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Vector, codes, flags, frozen, frozen_codes
from equipoise.simulate.worlds.world import Cell, ResampledPatients

ANY, MISSING = -1, -1


@dataclass(frozen=True, slots=True)
class RealPatients:
    """Real follow-up, and the arms and cells that its rows point at: parts of a `World`."""

    truth: ResampledPatients
    arms: tuple[str, ...]
    strata: tuple[str, ...]
    cells: tuple[Cell, ...]  # one a stratum, in the shares found


def real_patients(
    snapshot: Snapshot,
    endpoints: Sequence[str],
    *,
    arms: Sequence[str] = (),
    by: str | None = None,
    pooled: bool = False,
    answered_at: Mapping[str, float] | None = None,
) -> RealPatients:
    """Take the follow-up of a trial as what future patients are drawn from.

    Args:
        snapshot: of the trial.
        endpoints: ids of time-to-event or binary endpoints.
        arms: ids, the control first; empty: all, as the protocol orders them.
        by: categorical variable whose levels are the strata; patients without it are left out.
        pooled: patients of these arms are drawn for any arm: a world without an effect.
        answered_at: time since entry at which each binary endpoint is known; 0 if not said.

    Raises:
        SimulationError: endpoints, arms or a variable that the data do not hold.
    Witness:
        the Kaplan-Meier estimate of many patients drawn against that of the data.
    """
    known = [arm.id for arm in snapshot.protocol.arms]
    chosen = list(arms) or known
    if not set(chosen) <= set(known):
        raise SimulationError(f"The arms are {known}; found {chosen}.", "arms")
    place = np.array([chosen.index(each) if each in chosen else MISSING for each in known])
    arm = place[snapshot.subjects.assigned]
    levels, cell = _levels(snapshot, by)
    kept = (arm != MISSING) & (cell != MISSING)
    if not bool(kept.any()):
        raise SimulationError(f"No patient of the arms {chosen} is left to draw.", "resampling")
    rows = [
        times_and_outcomes(snapshot, each, (answered_at or {}).get(each, 0.0)) for each in endpoints
    ]
    shares = np.bincount(cell[kept], minlength=len(levels)) / kept.sum()
    truth = ResampledPatients(
        endpoints=tuple(endpoints),
        arm=codes(np.full(kept.sum(), ANY) if pooled else arm[kept]),
        cell=codes(cell[kept]),
        time=frozen(np.array([time[kept] for time, _ in rows])),
        outcome=frozen_codes(np.array([outcome[kept] for _, outcome in rows])),
        binary=flags([each in snapshot.answers for each in endpoints]),
    )
    cells = tuple(Cell(float(share), k) for k, share in enumerate(shares))
    return RealPatients(truth, tuple(chosen), levels, cells)


def _levels(snapshot: Snapshot, by: str | None) -> tuple[tuple[str, ...], Codes]:
    if by is None:
        return ("all",), np.zeros(snapshot.subjects.size, dtype=np.int64)
    variable = snapshot.subjects.variables.get(by)
    if not isinstance(variable, Categories):
        there = [
            name
            for name, each in snapshot.subjects.variables.items()
            if isinstance(each, Categories)
        ]
        raise SimulationError(
            f"There is no categorical variable {by!r}; the data have {there}.", "strata"
        )
    return variable.levels, variable.codes


def times_and_outcomes(
    snapshot: Snapshot, endpoint: str, answered_at: float = 0.0
) -> tuple[Vector, Codes]:
    """Give every patient's time and outcome of one endpoint; -1 where it is not known.

    Args:
        snapshot: of the trial.
        endpoint: its id.
        answered_at: time since entry at which a binary endpoint is known.

    Raises:
        SimulationError: The data hold no such endpoint of one row a patient.

    Witness: the data themselves, patient by patient.
    """
    size = snapshot.subjects.size
    if endpoint in snapshot.answers:
        return np.full(size, answered_at), snapshot.answers[endpoint].value
    followup = snapshot.followups.get(endpoint)
    if followup is None or followup.entry is not None:
        usable = [
            *(name for name, each in snapshot.followups.items() if each.entry is None),
            *snapshot.answers,
        ]
        raise SimulationError(
            f"Patients can be drawn with endpoints of one row a patient: {usable}; found "
            f"{endpoint!r}.",
            "resampling",
        )
    time, outcome = np.zeros(size), np.full(size, MISSING, dtype=np.int64)
    time[followup.subject] = followup.time
    outcome[followup.subject] = followup.outcome
    return time, outcome
