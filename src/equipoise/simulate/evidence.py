"""What a look brings to the rules: its statistics, and information as each hypothesis counts it.

Information is the events of a comparison, its patients, or the variance of its statistic, as
`Tested.information` says.  A statistic that is not there (nan) is not tested.
"""

from dataclasses import replace

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Flags, Matrix
from equipoise.monitor.bounds.rules import Evidence, StoppingRules
from equipoise.simulate.arrays import LookTable
from equipoise.simulate.conduct import Conduct, Proportions, Tested
from equipoise.simulate.worlds.world import World


def evidence_of(world: World, conduct: Conduct, table: LookTable) -> Evidence:
    """Read a table of looks as evidence, in the order in which the rules name hypotheses.

    Witness: a second program, trial by trial.
    """
    looks = table.time.shape[1]
    information = [counted_information(world, conduct, table, look) for look in range(looks)]
    return Evidence(
        z=table.z,
        information=np.stack(information, axis=1),
        reached=table.reached,
        spending_time=spending_times(conduct, table),
    )


def spending_times(conduct: Conduct, table: LookTable) -> Matrix | None:
    """Give calendar times as fractions of the planned duration, where errors are spent by them.

    None: by those planned for the information observed.
    """
    if conduct.planned_duration is None:
        return None
    return np.asarray(np.minimum(table.time / conduct.planned_duration, 1.0))


def counted_information(world: World, conduct: Conduct, table: LookTable, look: int) -> Matrix:
    """Give the information of every hypothesis at a look, (trials, hypotheses).

    Witness: a second program, trial by trial.
    """
    columns = [_counted(world, each, j, table, look) for j, each in enumerate(conduct.tested)]
    return np.stack(columns, axis=1)


def _counted(world: World, tested: Tested, column: int, table: LookTable, look: int) -> Matrix:
    if tested.information == "variance":
        return np.asarray(table.information[:, look, column])
    answers = isinstance(tested.test, Proportions)
    if tested.population is not None and not answers:
        raise SimulationError(
            f"{tested.hypothesis} counts {tested.information} of a population; count its "
            'information by "variance".',
            "information",
        )
    if tested.information == "events":
        both = table.events[:, look, world.endpoints.index(tested.endpoint)]
        return np.asarray(both[:, tested.control] + both[:, tested.experimental], dtype=np.float64)
    if answers:  # those whose answers are known, not all enrolled
        return np.asarray(table.answers[:, look, column], dtype=np.float64)
    return np.asarray(table.patients[:, look], dtype=np.float64)


def final_looks(table: LookTable) -> Flags:
    """Tell which looks end their trial whatever they decide, (trials, looks).

    A look whose conditions did not come true in time, and the last one that is held.
    """
    held = table.reached | ~np.isnan(table.z).all(axis=2)
    final = ~table.reached
    final[:, :-1] |= ~held[:, 1:]
    return np.asarray(final)


def stopping_rules(conduct: Conduct) -> StoppingRules:
    """Give the rules with the hypotheses in the order in which they are tested.

    Raises:
        SimulationError: A hypothesis is tested without a rule, or the other way round.
    """
    rules = {each.hypothesis: each for each in conduct.stopping.hypotheses}
    names = [each.hypothesis for each in conduct.tested]
    if sorted(names) != sorted(rules) or len(rules) != len(conduct.stopping.hypotheses):
        raise SimulationError(
            f"The trial tests {', '.join(names)} and has rules for {', '.join(rules) or 'none'}; "
            "give each hypothesis one test and one rule.",
            "hypothesis",
        )
    return replace(conduct.stopping, hypotheses=tuple(rules[name] for name in names))
