"""A replayed trial with its protocol, and as plain data for JSON.

Numbers that do not exist are null; times are in the trial's unit, since it opened.
"""

import json
from dataclasses import dataclass
from typing import Any

from equipoise.design.planned.record import plain
from equipoise.design.trial_design import TrialDesign
from equipoise.protocol.rehearsal import Scenario
from equipoise.protocol.trial import Protocol
from equipoise.simulate.conduct import Conduct
from equipoise.simulate.plan import HypothesisTruth
from equipoise.simulate.replays.replay import Replayed, ReplayedLook
from equipoise.simulate.worlds.world import World

VERSION = 1  # of this schema


@dataclass(frozen=True, slots=True)
class ReplayedTrial:
    """One trial played again, and what it was played in."""

    protocol: Protocol
    design: TrialDesign  # the protocol's own
    scenario: Scenario
    world: World
    conduct: Conduct
    truths: tuple[HypothesisTruth, ...]
    plan: str  # its identity
    replayed: Replayed
    assumed: tuple[str, ...]

    def __repr__(self) -> str:
        return repr(self.replayed)


def replay_record(found: ReplayedTrial) -> dict[str, Any]:
    """Give a replayed trial as dicts, lists and scalars, without its patients.

    Witness: the fields of `Replayed`.
    """
    told = found.replayed
    return {
        "schema": VERSION,
        "trial": plain(found.protocol.trial),
        "arms": list(told.arms),
        "endpoints": list(told.endpoints),
        "plan": found.plan,
        "scenario": told.scenario,
        "design": told.design,
        "seed": told.seed,
        "stream": told.stream,
        "number": told.trial,
        "truths": plain(found.truths),
        "looks": [_look(each) for each in told.looks],
        "duration": told.duration,
        "planned_patients": told.planned_patients,
        "estimates": plain(told.estimates),
        "dropped_at": list(told.dropped_at),
        "enriched_at": told.enriched_at,
        "assumed": list(found.assumed),
    }


def replay_json(found: ReplayedTrial) -> str:
    """Give a replayed trial as JSON, to full precision."""
    return json.dumps(replay_record(found), ensure_ascii=False, allow_nan=False) + "\n"


def _look(look: ReplayedLook) -> dict[str, Any]:
    return {
        "look": look.look,
        "time": look.time,
        "condition_met": look.condition_met,
        "patients": look.patients,
        "dropouts": look.dropouts,
        "events": plain(look.events),
        "hypotheses": plain(look.readings),
    }
