"""Equipoise's looks: bounds, conditional power, inference, a whole look, the rest simulated."""

# Each job imports what it needs and nothing more, so that its start can be timed.
# ruff: noqa: ANN001, ANN003, ANN201, ANN202, PLC0415

import tempfile
from pathlib import Path

from jobs import Task
from monitor_jobs import AT_LOOK, INFORMATION, LEVEL, PLANNED, RATIO, SEEN, Z, numbered


def bounds():
    from equipoise.design import StoppingPlan, group_sequential, updated_design

    design = group_sequential(StoppingPlan(PLANNED), power=0.9)
    return lambda: updated_design(design, SEEN, final=True).upper


def conditional():
    import numpy as np

    from equipoise.design import StoppingPlan, conditional_stops, group_sequential

    design = group_sequential(StoppingPlan(PLANNED), drift=np.log(1 / RATIO) * np.sqrt(50))
    return lambda: conditional_stops(design, *AT_LOOK, "design").upper


def stagewise():
    import numpy as np

    from equipoise.design import StoppingPlan, group_sequential
    from equipoise.monitoring import stagewise_inference

    design = group_sequential(StoppingPlan(PLANNED), power=0.9)
    information = INFORMATION * np.array(PLANNED)
    return lambda: stagewise_inference([Z], [2], information, design.upper, level=LEVEL)


def told(found):
    names = ("p_value", "estimate", "lower", "upper")
    return {name: float(getattr(found, name)[0]) for name in names}


def whole_look(patients, **asked):
    """Time `monitor` from files to everything that its reports tell."""

    def prepare():
        from equipoise.verbs import monitor
        from monitored_trials import trial

        folder = Path(tempfile.mkdtemp())
        place, day = trial(patients, folder)
        return lambda: monitor(place, place, day, dry_run=True, formats="none", **asked)

    def read(found):
        first = found.look.hypotheses[0]
        return {"z": first.seen.z, "events": first.seen.information}

    return Task(prepare, read)


def rest(workers):
    """Time 10,000 rests of a trial of 1,000 patients, hazards as those at hand tell them."""

    def prepare():
        from equipoise import monitoring as m
        from equipoise.io.data.snapshot import read_snapshot
        from equipoise.verbs import design
        from monitored_trials import SMALL, trial

        place, day = trial(SMALL, Path(tempfile.mkdtemp()))
        designed = design(place)
        rules = m.trial_rules(designed)
        cut = m.snapshot_at(read_snapshot(designed.protocol, place), day_of(day))
        seen = m.seen_statistics(cut.snapshot, designed, rules)
        look = m.hold_look(designed, rules, seen, {}, as_of=day)
        hand = m.patients_at_hand(cut, "H1")
        to_come = m.AccrualPlan(SMALL - hand.time.size)
        model = m.fitted_future(hand, to_come, seed=1)
        return lambda: m.simulate_rest(
            cut, designed, rules, look, model, at_hand=hand, seed=1, workers=workers
        )

    def read(found):
        return {"power": found.of("H1").power.value, "replicates": found.replicates}

    return Task(prepare, read)


def day_of(text):
    from datetime import date

    return date.fromisoformat(text)


TASKS = {
    "bounds": Task(bounds, numbered),
    "conditional": Task(conditional, numbered),
    "stagewise": Task(stagewise, told),
    "look": whole_look(10_000, replicates=0),
    "rest, 1 core": rest(1),
    "rest, 2 cores": rest(2),
    "all rests, 2 cores": whole_look(1_000, workers=2),
}
