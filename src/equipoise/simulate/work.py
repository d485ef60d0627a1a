"""The unit of work: a range of trials of one scenario, under every design, tallied.

Designs meet the same patients: a trial is made from (seed, stream of the scenario, trial) alone.
Whoever plays a range, on whatever machine, gives the same part.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from equipoise.simulate.arrays import LookTable
from equipoise.simulate.characteristics.tally import Statistic, Tally
from equipoise.simulate.counting import paired, tally_of, truths_of
from equipoise.simulate.identity import identity_of
from equipoise.simulate.part import Node, Part, joined
from equipoise.simulate.plan import SimulationPlan
from equipoise.simulate.rehearsal import Rehearsal, prepare
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.rehearsed import Rehearsed

KEPT = 256  # preparations of scenario × design


@dataclass(frozen=True, slots=True)
class _Cell:
    """A scenario and a design of a plan; equal where the plan's identity is."""

    identity: str
    scenario: int
    design: int
    plan: SimulationPlan = field(compare=False)


@lru_cache(maxsize=KEPT)
def _alike(cell: _Cell) -> int:
    """Find the first design that finds the same at its looks, were no trial ever stopped."""
    own = _seen(cell.plan, cell.scenario, cell.design)
    return next(at for at in range(cell.design + 1) if _seen(cell.plan, cell.scenario, at) == own)


def _seen(plan: SimulationPlan, scenario: int, design: int) -> str:
    """Tell apart what designs see of their trials; each adaptive design is like no other."""
    candidate = plan.designs[design]
    conduct, world = candidate.conduct, candidate.world_in(plan.scenarios[scenario])
    own = design if conduct.adaptations or conduct.closed_test is not None else None
    return identity_of(world, conduct.looks, conduct.tested, conduct.maximum_duration, own)


@lru_cache(maxsize=KEPT)
def _prepared(cell: _Cell) -> Rehearsal:
    candidate = cell.plan.designs[cell.design]
    return prepare(candidate.world_in(cell.plan.scenarios[cell.scenario]), candidate.conduct)


def rehearse(
    plan: SimulationPlan,
    scenario: int,
    design: int,
    first: int,
    last: int,
    table: LookTable | None = None,
) -> Rehearsed:
    """Play trials `first` ... `last - 1` of a scenario (by place) under a design (by place).

    A table of looks that another design has shared is not played again.

    Raises:
        SimulationError: The world or the design cannot be rehearsed.

    Witness: `rehearse_range`.
    """
    return rehearse_range(
        prepared(plan, scenario, design),
        seed=plan.seed,
        scenario=plan.stream(scenario),
        first=first,
        last=last,
        estimates=plan.estimates,
        adjusted=plan.adjusted,
        table=table,
    )


def prepared(plan: SimulationPlan, scenario: int, design: int) -> Rehearsal:
    """Lay out a scenario and a design for compiled loops, once for all ranges.

    Raises:
        SimulationError: The world or the design cannot be rehearsed.
    """
    return _prepared(_Cell(plan.identity, scenario, design, plan))


def simulate_part(plan: SimulationPlan, scenario: int, first: int, last: int) -> Part:
    """Play and tally trials `first` ... `last - 1` of a scenario (by place), whole chunks of them.

    Raises:
        SimulationError: The range does not begin and end where chunks do.

    Witness: parts of any ranges merge to the bits of the whole.
    """
    plan.chunks_of(first, last)
    nodes: tuple[Node, ...] = ()
    for start in range(first, last, plan.chunk):
        tally = _chunk(plan, scenario, start, min(start + plan.chunk, last))
        nodes = joined((*nodes, Node(start // plan.chunk, 1, tally)), plan.chunk)
    return Part(plan.identity, plan.seed, plan.scenarios[scenario].name, plan.chunk, nodes)


def _chunk(plan: SimulationPlan, scenario: int, first: int, last: int) -> Tally:
    """Tally one chunk under every design; names begin with the place of the design."""
    statistics: dict[str, Statistic] = {}
    designs = range(len(plan.designs))
    played: list[Rehearsed] = []
    for design in designs:
        like = _alike(_Cell(plan.identity, scenario, design, plan))
        table = None if like == design else played[like].table
        played.append(rehearse(plan, scenario, design, first, last, table))
    truths = [truths_of(plan, scenario, design) for design in designs]
    for design in designs:
        tally = tally_of(played[design], truths[design])
        statistics |= {f"{design} {name}": each for name, each in tally.statistics.items()}
    if len(designs) > 1:
        names = [[each.hypothesis for each in one.conduct.tested] for one in plan.designs]
        statistics |= paired(played, truths, names)
    return Tally(last - first, statistics)
