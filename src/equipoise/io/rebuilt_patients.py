"""Rebuilt patients as a folder that `analyze` reads: a row a patient, and a protocol for them.

    patients.csv     id, arm, time, event   (the likeliest patients, in the figure's unit of time)
    protocol.yaml    arms, one endpoint, every arm against control by the log-rank test

Times are written in full, so that nothing is lost on the way; the same figure gives the same bytes.
"""

import io
from typing import Any

from ruamel.yaml import YAML

from equipoise.appraise.rebuilt.trial import RebuiltArm, RebuiltTrial
from equipoise.io.protocol.read import as_error, examine_text

TABLE, PROTOCOL = "patients.csv", "protocol.yaml"
WIDTH = 100  # of a line
ENDPOINT, EVENT = "endpoint", "event"
MARK = "REBUILT FROM A PUBLISHED FIGURE, NOT THE TRIAL'S OWN PATIENTS."


def rebuilt_files(trial: RebuiltTrial) -> dict[str, bytes]:
    """Give the files of the folder by name; without a comparison there is no protocol.

    Args:
        trial: the rebuilt figure.

    Raises:
        ProtocolError: what comes out is no sound protocol.

    Witness: `analyze` of the folder gives the same hazard ratio.
    """
    files = {TABLE: patients_table(trial).encode()}
    if trial.comparisons:
        files[PROTOCOL] = protocol_text(trial).encode()
    return files


def patients_table(trial: RebuiltTrial) -> str:
    """Write a row a patient, arm by arm, in the order of time."""
    rows = ["id,arm,time,event"]
    for arm in trial.arms:
        best = arm.rebuilt.best
        rows += [
            f"{arm.id}-{k},{arm.id},{time!r},{int(event)}"
            for k, (time, event) in enumerate(
                zip(best.time.tolist(), best.event.tolist(), strict=True), start=1
            )
        ]
    return "\n".join(rows) + "\n"


def protocol_text(trial: RebuiltTrial) -> str:
    """Write the protocol that reads the table.

    Raises:
        ProtocolError: what comes out is no sound protocol.
    """
    yaml = YAML()
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(_protocol(trial), written)
    lines = [line.rstrip() for line in written.getvalue().splitlines()]
    head = [f"# {MARK}", "# Made with `equipoise rebuild`."]
    text = "\n".join([*head, *lines]) + "\n"
    reading = examine_text(text, PROTOCOL)
    if reading.problems:
        raise as_error(reading.problems)
    return text


def _protocol(trial: RebuiltTrial) -> dict[str, Any]:
    unit = trial.time_unit
    name = trial.endpoint or "Time to the event of the figure"
    pairs = [(trial.arm(each.experimental), trial.arm(each.control)) for each in trial.comparisons]
    analysis: dict[str, Any] = {
        "alpha": trial.alpha,
        "alternative": "one-sided" if trial.sides == 1 else "two-sided",
        "level": trial.level,
    }
    if landmarks := [f"{each.time:.10g} {unit}s" for each in trial.arms[0].rates if each.time]:
        analysis["landmarks"] = landmarks
    until = [each.analysis.until for each in trial.comparisons if each.analysis.until]
    if until:
        analysis["restricted_mean_until"] = f"{_below(min(until)):.10g} {unit}s"
    return {
        "schema": 1,
        "trial": {
            "id": "rebuilt",
            "title": f"Rebuilt from {trial.source}, not the trial's own patients",
            "time_unit": unit,
            "display_unit": unit,
            "notes": [MARK, *trial.read, *trial.assumed],
        },
        "arms": [
            {
                "id": arm.id,
                "label": arm.label,
                "role": "control" if arm.label == trial.roles.control else "experimental",
            }
            for arm in trial.arms
        ],
        "endpoints": [{"id": ENDPOINT, "type": "time-to-event", "label": name, "events": [EVENT]}],
        "comparisons": [_comparison(one, other) for one, other in pairs],
        "hypotheses": [
            {
                "id": f"H{k}",
                "label": f"{one.label} delays the event of the figure more than {other.label}",
                "endpoint": ENDPOINT,
                "comparison": f"{one.id}-v-{other.id}",
                "role": "primary",
                "test": {"method": "log-rank"},
            }
            for k, (one, other) in enumerate(pairs, start=1)
        ],
        "analysis": analysis,
        "data": {
            "tables": {"patients": {"file": TABLE}},
            "subjects": {"table": "patients", "id": "id", "arm": "arm"},
            "endpoints": {ENDPOINT: {"table": "patients", "time": "time", "event": "event == 1"}},
        },
    }


def _comparison(experimental: RebuiltArm, control: RebuiltArm) -> dict[str, str]:
    return {
        "id": f"{experimental.id}-v-{control.id}",
        "label": f"{experimental.label} v {control.label}",
        "experimental": experimental.id,
        "control": control.id,
    }


def _below(until: float) -> float:
    """Round a time down to its tenth digit, so that it stays within follow-up.

    >>> _below(8.804928131416838)
    8.804928131
    """
    shown = float(f"{until:.10g}")
    return shown if shown <= until else until * (1.0 - 1e-9)
