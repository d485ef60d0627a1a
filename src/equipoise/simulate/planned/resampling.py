"""Real patients as the truth of a rehearsal: drawn with replacement from the protocol's data.

A patient is kept whole: all endpoints, arm and stratum as observed, censored where they were.
"""

from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze.snapshot import Answers, Categories, Followup
from equipoise.design.wording.numbers import Clock
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import frozen, frozen_codes
from equipoise.protocol.rehearsal import DrawnPatients, Scenario
from equipoise.protocol.trial import Protocol
from equipoise.simulate.planned.patients import Kinds, arms_of
from equipoise.simulate.resampling import times_and_outcomes
from equipoise.simulate.worlds.world import ResampledPatients

if TYPE_CHECKING:
    from equipoise.analyze.snapshot import Snapshot
    from equipoise.kernel.arrays import Codes, Flags

FIGURE_ARMS = 2


def resampled(
    protocol: Protocol, scenario: Scenario, kinds: Kinds, data: "Snapshot | None"
) -> tuple[ResampledPatients, tuple[str, ...]]:
    """Give the patients to draw from, and what is to be said of them.

    Raises:
        SimulationError: There are no data, they tell of no endpoint, or of no patient of a stratum.

    Witness: the data themselves, patient by patient.
    """
    if data is None:
        raise SimulationError(
            f"Scenario {scenario.id!r} draws its patients from data, and none are given. Give the "
            "protocol's data, or write what is assumed instead.",
            "data",
        )
    cell = _cells(kinds, data)
    told: dict[str, Followup | Answers] = {
        name: each
        for name, each in data.followups.items()
        if each.entry is None and each.subject.size
    }
    told |= data.answers
    whole = cell >= 0
    for each in told.values():
        if isinstance(each, Followup):
            whole &= np.isin(np.arange(data.subjects.size), each.subject)
    if not told or not whole.any():
        raise SimulationError(
            f"The data of {protocol.trial.id} hold no patient whose endpoints and strata are all "
            "known; none can be drawn.",
            "data",
        )
    rows = np.flatnonzero(whole)
    found = [times_and_outcomes(data, name) for name in told]
    places = {name: place for place, name in enumerate(arms_of(protocol))}
    place_of = np.array([places[each.id] for each in protocol.arms])
    arm = place_of[data.subjects.assigned[rows]]
    pooled = scenario.resampled == "pooled"
    left = int(data.subjects.size - rows.size)
    whence = "whatever their arm" if pooled else "of the same arm"
    said = [f"Patients are drawn from {rows.size} real ones, {whence}."]
    if left:
        said.append(f"{left} patients without a known endpoint or stratum are not drawn.")
    return (
        ResampledPatients(
            tuple(told),
            frozen_codes(np.full(rows.size, -1) if pooled else arm.astype(np.int64)),
            frozen_codes(cell[rows]),
            frozen(np.array([time[rows] for time, _ in found])),
            frozen_codes(np.array([outcome[rows] for _, outcome in found], dtype=np.int64)),
            np.array([isinstance(each, Answers) for each in told.values()]),
        ),
        tuple(said),
    )


def from_figure(
    protocol: Protocol, held: DrawnPatients, kinds: Kinds, *, dropout: bool
) -> tuple[ResampledPatients, tuple[str, ...]]:
    """Give the patients of a published figure to draw from, alike in every stratum.

    Args:
        protocol: whose arms they become.
        held: the patients.
        kinds: of the trial's patients.
        dropout: whether patients also drop out, beside the follow-up of the figure.

    Raises:
        SimulationError: The figure's two arms are to be those of a trial with more.

    Witness: the figure itself, patient by patient.
    """
    arms = arms_of(protocol)
    if held.experimental and len(arms) != FIGURE_ARMS:
        raise SimulationError(
            f"The figure has two arms and {protocol.trial.id} has {len(arms)}. Draw one arm of it "
            "for all: `arm: control`.",
            "evidence",
        )
    rows, cells = len(held.time), len(kinds.cells)
    arm = np.array(held.experimental, dtype=np.int64) if held.experimental else np.full(rows, -1)
    said = [f"{held.endpoint}: {rows} {held.source}, drawn with replacement."]
    clock = Clock(protocol.trial)
    said.append(f"The figure follows patients up to {clock.length(max(held.time))}, no longer.")
    if dropout:
        said.append("Follow-up ends where the figure's did, or by the planned dropout if sooner.")
    if cells > 1:
        said.append("The figure knows no strata; its patients are drawn alike in all of them.")
    return (
        ResampledPatients(
            (held.endpoint,),
            frozen_codes(np.tile(arm, cells).astype(np.int64)),
            frozen_codes(np.repeat(np.arange(cells), rows).astype(np.int64)),
            frozen(np.tile(np.array(held.time), cells)[None, :]),
            frozen_codes(np.tile(np.array(held.event, dtype=np.int64), cells)[None, :]),
            np.array([False]),
        ),
        tuple(said),
    )


def _cells(kinds: Kinds, data: "Snapshot") -> "Codes":
    """Give the cell of every patient; -1 where it is not known."""
    size = data.subjects.size
    cell = np.full(size, -1, dtype=np.int64)
    for place, each in enumerate(kinds.cells):
        mine: Flags = np.ones(size, dtype=np.bool_)
        for name, level in zip(kinds.variables, kinds.levels_of(each), strict=True):
            held = data.subjects.variables[name]
            assert isinstance(held, Categories)  # noqa: S101 - strata are categorical
            mine &= held.codes == held.levels.index(level)
        for population in kinds.populations:
            mine &= data.subjects.populations[population] == (population in each.populations)
        cell[mine] = place
    return cell
