"""One trial played again, alone, with all that became of it: for drawing and for questions.

Trial 81,273 is made of its number, the seed and the scenario's streams, so that it can be had
without the 81,272 before it.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.printing import Cell, Printed, short, table
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Vector, frozen
from equipoise.simulate.adapt.adapt import adaptive_trials
from equipoise.simulate.arrays import RulesOfTrials
from equipoise.simulate.plan import SimulationPlan
from equipoise.simulate.rehearsed import Rehearsed
from equipoise.simulate.replicates import WORDS
from equipoise.simulate.snapshots import TrialSnapshot, snapshot_of_trial
from equipoise.simulate.work import prepared, rehearse


@dataclass(frozen=True, slots=True)
class Reading:
    """One hypothesis at one look."""

    hypothesis: str
    z: float | None  # none: there was no statistic
    information: float | None
    bound: float | None  # efficacy at or above; none: no bound here
    futility_bound: float | None
    decision: str


@dataclass(frozen=True, slots=True)
class ReplayedLook:
    """One look that the trial came to."""

    look: int  # from 1
    time: float  # calendar
    condition_met: bool  # else it was held because the trial's time was up
    patients: int
    dropouts: int
    events: tuple[tuple[int, ...], ...]  # by endpoint, by arm
    readings: tuple[Reading, ...]
    data: TrialSnapshot  # what was known then


@dataclass(frozen=True, slots=True)
class ReplayedEstimate:
    """The estimate of one effect at the end, on the linear scale; none where there is none."""

    hypothesis: str
    estimate: float | None
    error: float | None
    adjusted: float | None
    adjusted_lower: float | None
    adjusted_upper: float | None


@dataclass(frozen=True, slots=True, repr=False)
class Replayed(Printed):
    """A trial from its first look to its decision."""

    scenario: str
    design: str
    trial: int
    seed: int
    stream: int  # of random numbers; with seed and trial the key and counter of Philox
    arms: tuple[str, ...]
    endpoints: tuple[str, ...]
    looks: tuple[ReplayedLook, ...]  # that it came to
    estimates: tuple[ReplayedEstimate, ...]
    planned_patients: int
    dropped_at: tuple[int | None, ...]  # by arm, look from 1; none: never
    enriched_at: int | None

    @property
    def duration(self) -> float:
        """Calendar time of the look at which it ended."""
        return self.looks[-1].time

    def __repr__(self) -> str:
        head = f"Trial {self.trial:,} of {self.design} in {self.scenario}, seed {self.seed}"
        columns: dict[str, list[Cell]] = {
            "look": [str(each.look) for each in self.looks],
            "time": [f"{each.time:.2f}" for each in self.looks],
            "patients": [str(each.patients) for each in self.looks],
        }
        for at, name in enumerate(self.endpoints):
            columns[f"{name} events"] = [str(sum(each.events[at])) for each in self.looks]
        for at, first in enumerate(self.looks[0].readings):
            read = [each.readings[at] for each in self.looks]
            columns[f"{first.hypothesis} z"] = [_short(each.z) for each in read]
            columns["bound" if at == 0 else f"bound {at + 1}"] = [
                _short(each.bound) for each in read
            ]
            columns[f"{first.hypothesis} decision"] = [each.decision for each in read]
        return "\n".join([head, *table(columns)])


def replay(plan: SimulationPlan, scenario: str, design: str, trial: int) -> Replayed:
    """Play one trial of a plan again, and tell all of it.

    Args:
        plan: Of which it is one.
        scenario: By name.
        design: By name.
        trial: Its number, from 0; also beyond those that the plan asks for.

    Raises:
        SimulationError: There is no such scenario, design or trial.

    Witness: the row of the same number in the replicate table.
    """
    if trial < 0:
        raise SimulationError(f"There is no trial {trial}; count from 0.", about="trial")
    where, which = plan.scenario(scenario), plan.design(design)
    found = rehearse(plan, where, which, trial, trial + 1)
    world = plan.designs[which].world_in(plan.scenarios[where])
    last = int(found.decisions.stopped[0])
    rules = rules_of_trial(plan, where, which, trial)
    names = tuple(each.hypothesis for each in plan.designs[which].conduct.tested)
    looks = [look for look in range(last + 1) if np.isfinite(found.table.time[0, look])]
    if not looks:
        raise SimulationError(
            f"Trial {trial} never came to a look; give the trial a maximum duration.",
            about="looks",
        )
    return Replayed(
        scenario=scenario,
        design=design,
        trial=trial,
        seed=plan.seed,
        stream=plan.stream(where),
        arms=world.arms,
        endpoints=world.endpoints,
        looks=tuple(
            _look(found, look, names, _seen(plan, (where, which, trial), found, look, rules))
            for look in looks
        ),
        estimates=_estimates(found, names),
        planned_patients=int(found.patients[0]),
        dropped_at=tuple(_number(int(each)) for each in found.arm_closed[0]),
        enriched_at=_number(int(found.enriched[0])),
    )


def rules_of_trial(
    plan: SimulationPlan, scenario: int, design: int, trial: int
) -> RulesOfTrials | None:
    """Find what adaptations have changed; what was known before a change is not touched by it.

    Witness: the trial played again under them.
    """
    conduct = plan.designs[design].conduct
    if not conduct.adaptations and conduct.closed_test is None:
        return None
    numbers = {"seed": plan.seed, "scenario": plan.stream(scenario)}
    rehearsal = prepared(plan, scenario, design)
    _, _, course = adaptive_trials(rehearsal, **numbers, first=trial, last=trial + 1)
    return course.rules


def _seen(
    plan: SimulationPlan,
    which: tuple[int, int, int],
    found: Rehearsed,
    look: int,
    rules: RulesOfTrials | None,
) -> TrialSnapshot:
    scenario, design, trial = which
    return snapshot_of_trial(
        prepared(plan, scenario, design),
        seed=plan.seed,
        scenario=plan.stream(scenario),
        trial=trial,
        at=float(found.table.time[0, look]),
        rules=rules,
    )


def _look(found: Rehearsed, look: int, names: tuple[str, ...], data: TrialSnapshot) -> ReplayedLook:
    seen, decided = found.table, found.decisions
    readings = tuple(
        Reading(
            hypothesis=name,
            z=_finite(seen.z[0, look, at]),
            information=_finite(seen.information[0, look, at]),
            bound=_finite(decided.bound[0, look, at]),
            futility_bound=_finite(decided.lower[0, look, at]),
            decision=WORDS[int(decided.decision[0, look, at])],
        )
        for at, name in enumerate(names)
    )
    return ReplayedLook(
        look=look + 1,
        time=float(seen.time[0, look]),
        condition_met=bool(seen.reached[0, look]),
        patients=int(seen.patients[0, look]),
        dropouts=int(seen.dropouts[0, look]),
        events=tuple(tuple(row) for row in seen.events[0, look].tolist()),
        readings=readings,
        data=data,
    )


def _estimates(found: Rehearsed, names: tuple[str, ...]) -> tuple[ReplayedEstimate, ...]:
    if found.effects is None:
        return ()
    effects = found.effects
    columns = (
        effects.estimate,
        effects.error,
        effects.adjusted,
        effects.adjusted_lower,
        effects.adjusted_upper,
    )
    return tuple(
        ReplayedEstimate(name, *(_finite(column[0, at]) for column in columns))
        for at, name in enumerate(names)
    )


def path_of(replayed: Replayed, hypothesis: str) -> tuple[Vector, Vector]:
    """Give information and z of one hypothesis over the looks, for drawing; nan where none.

    Raises:
        SimulationError: There is no such hypothesis.

    Witness: the readings.
    """
    read = [[r for r in look.readings if r.hypothesis == hypothesis] for look in replayed.looks]
    if not read[0]:
        raise SimulationError(f"The trial does not test {hypothesis!r}.", about="hypothesis")
    information = [np.nan if r.information is None else r.information for (r,) in read]
    z = [np.nan if r.z is None else r.z for (r,) in read]
    return frozen(np.array(information)), frozen(np.array(z))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _number(look: int) -> int | None:
    return look + 1 if look >= 0 else None


def _short(value: float | None) -> Cell:
    return None if value is None else short(value)
