"""What a rehearsed plan gives: operating characteristics of every scenario under every design."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from equipoise.design.printing import Printed
from equipoise.errors import SimulationError
from equipoise.simulate.characteristics.characteristics import OperatingCharacteristics
from equipoise.simulate.characteristics.characterize import characterize
from equipoise.simulate.characteristics.moments import Comoments
from equipoise.simulate.ledger import Ledger
from equipoise.simulate.plan import SimulationPlan

ALWAYS_PAIRED = ("at least one primary", "all primary", "duration", "patients")


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """By how much two designs differ in one scenario, trial by trial on the same patients."""

    quantity: str  # "at least one primary", "all primary", "duration", "patients", a hypothesis
    value: float  # mean of the design less that of the other
    error: float  # Monte Carlo standard error
    unpaired_error: float  # what it would be with other patients in each design
    trials: int


@dataclass(frozen=True, slots=True, repr=False)
class Simulation(Printed):
    """Operating characteristics by scenario and design."""

    asked: SimulationPlan
    results: tuple[tuple[OperatingCharacteristics, ...], ...]  # [scenario][design]; () not begun
    pairs: tuple[Comoments | None, ...]  # by scenario: designs side by side
    partial: bool  # the run ended before it was done

    def __repr__(self) -> str:
        return "\n".join(repr(each) for row in self.results for each in row)

    def of(self, scenario: str, design: str | None = None) -> OperatingCharacteristics:
        """Give what was found of a scenario, under a design (where there are several).

        Raises:
            SimulationError: There is none of that name, or no trial of it was played.

        Witness: the results of this value.
        """
        row = self.results[self.asked.scenario(scenario)]
        if not row:
            raise SimulationError(
                f"No trial of {scenario!r} was played before the run ended; let it go on.",
                about="trials",
            )
        return row[0 if design is None else self.asked.design(design)]

    def differences(self, scenario: str, design: str, other: str) -> tuple[PairedDifference, ...]:
        """Compare two designs in a scenario, trial by trial.

        Raises:
            SimulationError: There is no such scenario or design, or only one design.

        Witness: NumPy's mean and standard deviation of the differences of the whole table.
        """
        table = self.pairs[self.asked.scenario(scenario)]
        left, right = self.asked.design(design), self.asked.design(other)
        if table is None or left == right:
            raise SimulationError(
                f"{design!r} and {other!r} cannot be compared in {scenario!r}; name two designs of "
                "which trials were played.",
                about="design",
            )
        found = (
            _difference(table, name, at, left, right) for at, name in enumerate(self._quantities())
        )
        return tuple(each for each in found if each is not None)

    def _quantities(self) -> tuple[str, ...]:
        return (*ALWAYS_PAIRED, *common_hypotheses(self.asked))


def common_hypotheses(plan: SimulationPlan) -> list[str]:
    """List the hypotheses that all designs test, in the order of the first."""
    tested = [[each.hypothesis for each in one.conduct.tested] for one in plan.designs]
    return [name for name in tested[0] if all(name in each for each in tested)]


def _difference(
    table: Comoments, name: str, at: int, left: int, right: int
) -> PairedDifference | None:
    trials = int(table.count[left, right, at])
    if trials < 2:  # noqa: PLR2004 - a standard deviation takes two
        return None
    own = [
        table.products[each, each, at] / max(table.count[each, each, at] - 1, 1)
        for each in (left, right)
    ]
    shared = table.products[left, right, at] / (trials - 1)
    value = table.mean[left, right, at] - table.mean[right, left, at]
    unpaired = float(own[0] + own[1])
    paired = max(unpaired - 2.0 * float(shared), 0.0)
    errors = math.sqrt(paired / trials), math.sqrt(unpaired / trials)
    return PairedDifference(name, float(value), *errors, trials)


def simulation_of(plan: SimulationPlan, ledgers: Sequence[Ledger]) -> Simulation:
    """Tell what there is, without a gap from the first trial on."""
    results: list[tuple[OperatingCharacteristics, ...]] = []
    pairs: list[Comoments | None] = []
    partial = False
    for at, ledger in enumerate(ledgers):
        short = not ledger.precise and ledger.part.from_the_first < plan.chunks
        partial = partial or short
        if not ledger.part.from_the_first:
            results.append(())
            pairs.append(None)
            continue
        tally = ledger.part.total()
        designs: Iterable[int] = range(len(plan.designs))
        results.append(
            tuple(
                characterize(plan, at, design, tally.of(f"{design} "), partial=short)
                for design in designs
            )
        )
        pairs.append(tally.comoments("paired") if tally.has("paired") else None)
    return Simulation(plan, tuple(results), tuple(pairs), partial)
