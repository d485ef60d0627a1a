"""A rehearsal as plain data, for JSON: field names are those of the values, nothing is rounded.

Numbers that do not exist are null.  Each scenario holds the operating characteristics of every
design, and how designs differ on the same patients.
"""

import json
from itertools import combinations
from typing import Any

from equipoise.design.planned.record import plain
from equipoise.simulate.replays.trial import TrialSimulation

VERSION = 1  # of this schema


def simulation_record(found: TrialSimulation) -> dict[str, Any]:
    """Give a rehearsal as dicts, lists and scalars.

    Witness: the fields of `OperatingCharacteristics`.
    """
    plan = found.simulation.asked
    return {
        "schema": VERSION,
        "trial": plain(found.protocol.trial),
        "arms": plain(found.protocol.arms),
        "asked": {
            "trials": plan.trials,
            "seed": plan.seed,
            "chunk": plan.chunk,
            "precision": plain(plan.precision),
            "common_scenarios": plan.common_scenarios,
            "level": plan.level,
            "plan": plan.identity,
        },
        "partial": found.simulation.partial,
        "designs": [each.name for each in plan.designs],
        "scenarios": [_scenario(found, at) for at in range(len(plan.scenarios))],
        "remarks": [{"scenario": name, "said": line} for name, line in found.remarks],
        "assumed": list(found.assumed),
    }


def simulation_json(found: TrialSimulation) -> str:
    """Give a rehearsal as JSON, to full precision."""
    return json.dumps(simulation_record(found), ensure_ascii=False, allow_nan=False) + "\n"


def _scenario(found: TrialSimulation, at: int) -> dict[str, Any]:
    plan, rehearsal = found.simulation.asked, found.rehearsals[at]
    names, played = [each.name for each in plan.designs], found.simulation.results[at]
    pairs = combinations(names, 2) if played else ()
    return {
        "id": rehearsal.scenario.id,
        "label": rehearsal.scenario.label,
        "truths": plain(rehearsal.truths),
        "left_out": plain(rehearsal.left_out),
        "assumed": list(rehearsal.assumed),
        "results": [plain(each) for each in played],
        "differences": [
            {
                "design": other,
                "less": one,
                "quantities": plain(
                    found.simulation.differences(plan.scenarios[at].name, other, one)
                ),
            }
            for one, other in pairs
        ],
    }
