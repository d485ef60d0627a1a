"""Patients that a scenario draws from a figure of the evidence library, read with the protocol."""

from typing import TYPE_CHECKING

from equipoise.errors import EquipoiseError
from equipoise.io.protocol.building import Building
from equipoise.io.rehearsal.scenario_schema import FigureSection
from equipoise.protocol.rehearsal import DrawnPatients

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path

WHOSE = {
    "control": "its control arm, {control}, for every arm of the trial",
    "experimental": "its experimental arm, {experimental}, for every arm of the trial",
    "each": "its arms, {control} and {experimental}, for the trial's own",
}


def build_drawn(
    building: Building, path: "Path", section: FigureSection | None
) -> DrawnPatients | None:
    """Look the figure up now, so that a rehearsal rests on values, and say what it rests on."""
    if section is None:
        return None
    from equipoise.evidence.planning import (  # noqa: PLC0415 - the library is opened where asked
        real_patients,
    )
    from equipoise.evidence.selection import catalog  # noqa: PLC0415 - as above

    arm = None if section.arm == "each" else section.arm
    unit = building.file.trial.time_unit
    try:
        figure = catalog().figure(section.figure)
        truth = real_patients(figure, section.endpoint, arm=arm, time_unit=unit).truth
    except EquipoiseError as problem:
        remedy = "choose among what `equipoise evidence list` shows"
        building.object_to((*path, "figure"), str(problem).rstrip("."), "", remedy)
        return None
    whose = WHOSE[section.arm].format(
        control=figure.control.description, experimental=figure.experimental.description
    )
    source = f"patients rebuilt from figure {figure.id} of the evidence library ({whose})"
    return DrawnPatients(
        source=source,
        endpoint=section.endpoint,
        time=tuple(truth.time[0].tolist()),
        event=tuple((truth.outcome[0] == 1).tolist()),
        experimental=tuple((truth.arm == 1).tolist()) if arm is None else (),
    )
