"""Who takes part in the trial a protocol plans: arms, strata, populations, and how they come.

Cells are strata by populations.  Variables are independent where several have shares, and so are
populations, of each other and of the strata.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import lcm, prod

from equipoise.design.planned.world import Numbers, accrual_of, share_of
from equipoise.design.survival.world import Accrual, Piecewise
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DesignError, SimulationError
from equipoise.protocol.planning import PlanningAssumptions
from equipoise.protocol.rehearsal import Scenario
from equipoise.protocol.trial import DAYS_PER, Protocol
from equipoise.simulate.worlds.world import Cell, Enrollment, Randomization

LARGEST_RATIO = 100  # of an allocation in whole numbers
BLOCKS = 2  # smallest blocks in one block, where the protocol names none


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of patients there are."""

    variables: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]  # of each stratum, one a variable
    names: tuple[str, ...]  # of the strata
    populations: tuple[str, ...]
    cells: tuple[Cell, ...]

    def levels_of(self, cell: Cell) -> tuple[str, ...]:
        """Give the levels of a cell, one a variable."""
        return self.levels[cell.stratum] if self.levels else ()


def arms_of(protocol: Protocol) -> tuple[str, ...]:
    """Give the ids of the arms, the first control before all others.

    >>> from equipoise.io.protocol.read import examine_text
    >>> from equipoise.io.protocol.templates import template_text
    >>> arms_of(examine_text(template_text("aall1331"), "aall1331").protocol)
    ('chemotherapy', 'blinatumomab')
    """
    control = next(arm.id for arm in protocol.arms if arm.role == "control")
    return (control, *(arm.id for arm in protocol.arms if arm.id != control))


def allocation_of(protocol: Protocol) -> tuple[int, ...]:
    """Give the allocation as the smallest whole numbers, in the order of `arms_of`.

    Raises:
        SimulationError: No whole numbers up to 100 are in this ratio.

    Witness: closed form.
    """
    held = {arm.id: arm.allocation for arm in protocol.arms}
    shares = [held[arm] / held[arms_of(protocol)[0]] for arm in arms_of(protocol)]
    parts = [Fraction(share).limit_denominator(LARGEST_RATIO) for share in shares]
    common = lcm(*(part.denominator for part in parts))
    whole = tuple(int(part * common) for part in parts)
    kept = all(abs(part / share - 1.0) < 1e-9 for part, share in zip(parts, shares, strict=True))  # noqa: PLR2004
    if not kept or max(whole) > LARGEST_RATIO:
        raise SimulationError(
            f"The allocation {' : '.join(f'{share:g}' for share in held.values())} is no ratio of "
            f"whole numbers up to {LARGEST_RATIO}. Write one that is, such as 2 : 3.",
            "allocation",
        )
    return whole


def kinds_of(protocol: Protocol, layers: tuple[Scenario, ...]) -> Kinds:
    """Give the kinds of patients, by the shares of the plan and of scenarios laid over it.

    Witness: closed form (products of shares).
    """
    planning = planning_of(protocol)
    shares: dict[str, tuple[tuple[str, float], ...]] = {}
    if planning.stratum_variable is not None:
        shares[planning.stratum_variable] = planning.strata
    prevalence: dict[str, float] = {}
    for layer in layers:
        shares |= dict(layer.strata)
        prevalence |= dict(layer.populations)
    strata = tuple(product(*shares.values()))
    cells = []
    for place, stratum in enumerate(strata):
        for belongs in product((True, False), repeat=len(prevalence)):
            chances = [
                p if b else 1.0 - p for p, b in zip(prevalence.values(), belongs, strict=True)
            ]
            share = prod(each for _, each in stratum) * prod(chances)
            members = tuple(p for p, b in zip(prevalence, belongs, strict=True) if b)
            if share > 0.0:
                cells.append(Cell(share, place, members))
    total = sum(cell.share for cell in cells)
    return Kinds(
        variables=tuple(shares),
        levels=tuple(tuple(level for level, _ in each) for each in strata) if shares else (),
        names=tuple(", ".join(level for level, _ in each) for each in strata)
        if shares
        else ("all",),
        populations=tuple(prevalence),
        cells=tuple(replace(cell, share=cell.share / total) for cell in cells),
    )


def planning_of(protocol: Protocol) -> PlanningAssumptions:
    """Give what the design assumes; nothing, where there is no design."""
    return protocol.design.planning if protocol.design else PlanningAssumptions()


def enrollment_of(
    protocol: Protocol, design: TrialDesign, scenario: Scenario
) -> tuple[Enrollment, tuple[str, ...]]:
    """Give how patients come in a scenario, and what had to be assumed.

    Raises:
        SimulationError: Nothing says how many come, or their rates never bring them.

    Witness: the design's own accrual; closed form.
    """
    patients = scenario.patients or design.patients_whole
    if patients is None:
        raise SimulationError(
            f"{protocol.trial.id} plans events without patients, so that none can be rehearsed. "
            "Add `patients` and `accrual` under `planning`, or to the scenario.",
            "accrual",
        )
    accrual, said = _accrual(protocol, design, scenario, float(patients))
    whole = round(patients)
    rates = Piecewise(accrual.starts, accrual.rates).times(whole / accrual.patients)
    process = protocol.rehearsal.conduct.accrual
    return Enrollment(whole, rates, process, accrual.duration), said


def _accrual(
    protocol: Protocol, design: TrialDesign, scenario: Scenario, patients: float
) -> tuple[Accrual, tuple[str, ...]]:
    planning = planning_of(protocol)
    absolute = bool(planning.accrual_pieces) and not planning.accrual_relative
    main = design.main
    planned = None
    if main is not None and main.world is not None:
        planned = share_of(main.world.accrual, 1.0 / _share(protocol, main.comparison))
    own = bool(scenario.accrual_pieces or scenario.accrual_duration)
    if planned is not None and not own and not (absolute and scenario.patients):
        return planned, ()
    duration = planning.accrual_duration[0] if planning.accrual_duration else None
    if planned is not None and duration is None:
        duration = planned.duration
    if own:
        planning = replace(
            planning,
            accrual_pieces=scenario.accrual_pieces or planning.accrual_pieces,
            accrual_relative=scenario.accrual_relative
            if scenario.accrual_pieces
            else planning.accrual_relative,
        )
        given = scenario.accrual_duration
        ownly_rates = bool(scenario.accrual_pieces) and not scenario.accrual_relative
        duration = given[0] if given else None if ownly_rates else duration
    elif absolute and scenario.patients:
        duration = None
    if duration is None and not (planning.accrual_pieces and not planning.accrual_relative):
        year = DAYS_PER["year"] / DAYS_PER[protocol.trial.time_unit]
        said = "When patients come is not planned; they come evenly, within a year."
        if main is not None and main.plan is not None and main.plan.kind == "time-to-event":
            raise SimulationError(
                f"{protocol.trial.id} does not plan when patients come, and its events depend on "
                "it. Add `accrual: {duration: 24 months}` under `planning`, or to the scenario.",
                "accrual",
            )
        return accrual_of(planning, Numbers(patients=patients, accrual_duration=year)), (said,)
    try:
        numbers = Numbers(patients=patients, accrual_duration=duration)
        return accrual_of(planning, numbers), ()
    except DesignError as refusal:
        raise SimulationError(f"Scenario {scenario.id}: {refusal}", "accrual") from refusal


def _share(protocol: Protocol, comparison: str) -> float:
    """Give the share of all patients that are in the two arms of a comparison."""
    compared = protocol.comparison(comparison)
    two = protocol.arm(compared.control).allocation + protocol.arm(compared.experimental).allocation
    return two / sum(arm.allocation for arm in protocol.arms)


def randomization_of(protocol: Protocol, kinds: Kinds) -> tuple[Randomization, tuple[str, ...]]:
    """Give who gets what, and what of the protocol's strata is left out.

    Witness: closed form.
    """
    conduct = protocol.rehearsal.conduct
    block = conduct.block or (BLOCKS * sum(allocation_of(protocol)),)
    weights = dict(conduct.weights)
    stratified = set(kinds.variables) <= set(protocol.strata) and bool(protocol.strata)
    chosen = Randomization(
        conduct.randomization,
        block if len(block) > 1 else block[0],
        conduct.by_stratum and stratified,
        conduct.probability,
        conduct.imbalance,
        tuple(weights.get(name, 1.0) for name in kinds.variables) if weights else (),
    )
    return chosen, tuple(_strata_left_out(protocol, kinds))


def _strata_left_out(protocol: Protocol, kinds: Kinds) -> Iterator[str]:
    left = [name for name in protocol.strata if name not in kinds.variables]
    if left:
        yield (
            f"Randomization is not stratified by {', '.join(left)}, of which no shares are planned."
        )
    if protocol.strata and not set(kinds.variables) <= set(protocol.strata):
        yield "Randomization is not by stratum: shares are planned of variables it does not use."
