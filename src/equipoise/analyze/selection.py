"""Who is compared with whom: the rows of the data that one estimand speaks of.

An estimand names a population and arms; a comparison names two of those arms; a stratified
test names variables.  Here those words become arrays over the patients:

    arm       index into the arms asked for, -1 for everyone else
    stratum   combined code of all stratification variables, -1 where any of them is missing

The population says whether the arm is the one assigned or the one received.  Patients
without a stratum leave a stratified analysis (as in R's `strata()`), and are counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.estimates import Absent, TestResult
from equipoise.analyze.results import Verdict
from equipoise.analyze.snapshot import Categories, Followup, Snapshot, Subjects
from equipoise.errors import DataError, ProtocolError
from equipoise.kernel.arrays import Codes, Flags, codes, flags, vector
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Arm, Comparison, Hypothesis, Population, Protocol

CONTROL, EXPERIMENTAL = 0, 1  # codes of the two sides of a comparison


@dataclass(frozen=True, slots=True)
class Selection:
    """The patients of a population, by the arm they are analyzed in."""

    population: Population
    arms: tuple[Arm, ...]
    arm: Codes  # patient → index into `arms`, -1: not in this selection

    @property
    def mask(self) -> Flags:
        """Which patients are in."""
        return flags(self.arm >= 0)

    def members(self, arm: str) -> Flags:
        """Which patients are in the arm with this id."""
        return flags(self.arm == self._index(arm))

    def sides(self, comparison: Comparison) -> Codes:
        """Give each patient's side: `CONTROL`, `EXPERIMENTAL`, or -1 for neither."""
        side = np.full(self.arm.size, -1, dtype=np.int64)
        side[self.arm == self._index(comparison.control)] = CONTROL
        side[self.arm == self._index(comparison.experimental)] = EXPERIMENTAL
        return codes(side)

    def _index(self, arm: str) -> int:
        return [each.id for each in self.arms].index(arm)


@dataclass(frozen=True, slots=True)
class Strata:
    """Patients by the combined levels of the stratification variables."""

    codes: Codes  # patient → index into `levels`, -1: some variable is missing
    levels: tuple[str, ...]  # e.g. "high, male"; only combinations that occur
    variables: tuple[str, ...]  # labels


def select(snapshot: Snapshot, population: str, arms: Sequence[str] | None = None) -> Selection:
    """Find the patients of a population and the arm each is analyzed in.

    `arms` gives the ids in the order wanted; None takes the protocol's.
    """
    protocol, subjects = snapshot.protocol, snapshot.subjects
    chosen = protocol.population(population)
    wanted = tuple(arm.id for arm in protocol.arms) if arms is None else tuple(arms)
    position = np.full(len(protocol.arms) + 1, -1, dtype=np.int64)  # the last entry serves -1
    for place, arm in enumerate(protocol.arms):
        position[place] = wanted.index(arm.id) if arm.id in wanted else -1
    analyzed = subjects.received if chosen.arms == "received" else subjects.assigned
    arm_of = np.where(subjects.populations[population], position[analyzed], -1)
    return Selection(chosen, tuple(protocol.arm(each) for each in wanted), codes(arm_of))


def stratum_codes(
    subjects: Subjects, variables: Sequence[str], protocol: Protocol | None = None
) -> Strata:
    """Combine categorical variables into one stratum a patient.

    Raises:
        ProtocolError: a variable is continuous, or not among those read.
    """
    combined = np.zeros(subjects.size, dtype=np.int64)
    missing = np.zeros(subjects.size, dtype=np.bool_)
    level_lists: list[tuple[str, ...]] = []
    for name in variables:
        variable = categorical(subjects, name)
        level_lists.append(variable.levels)
        missing |= variable.codes < 0
        combined = combined * len(variable.levels) + np.maximum(variable.codes, 0)
    combined[missing] = -1
    occurring = np.unique(combined[~missing])
    place = np.where(missing, -1, np.searchsorted(occurring, combined))
    names = tuple(_combination(int(code), level_lists) for code in occurring)
    labels = tuple(protocol.variable(v).label if protocol else v for v in variables)
    return Strata(codes(place), names, labels)


def _combination(code: int, level_lists: Sequence[tuple[str, ...]]) -> str:
    words: list[str] = []
    for levels in reversed(level_lists):
        code, place = divmod(code, len(levels))
        words.append(levels[place])
    return ", ".join(reversed(words))


def categorical(subjects: Subjects, variable: str) -> Categories:
    """Give a categorical variable by its id.

    Raises:
        ProtocolError: it is continuous, or was not read.
    """
    found = subjects.variables.get(variable)
    if isinstance(found, Categories):
        return found
    known = ", ".join(k for k, v in subjects.variables.items() if isinstance(v, Categories))
    state = "was not read" if found is None else "is continuous"
    message = (
        f"Strata and subgroups need categorical variables; {variable!r} {state}. "
        f"Categorical here: {known or 'none'}; declare levels for {variable!r} or name another."
    )
    raise ProtocolError(message)


def merged(followup: Followup) -> Followup:
    """Join a patient's rows where one begins as the last one ended, without an event.

    What covariates cut into pieces is one stretch of observation: a variance that adds up
    patients must see it so.  `entry` is dropped when nobody enters late.
    """
    if followup.entry is None:
        return followup
    order = np.lexsort((followup.entry, followup.subject))
    subject, entry, time = followup.subject[order], followup.entry[order], followup.time[order]
    outcome = followup.outcome[order]
    goes_on = (subject[1:] == subject[:-1]) & (entry[1:] == time[:-1]) & (outcome[:-1] == 0)
    begins, ends = np.append(True, ~goes_on), np.append(~goes_on, True)
    begins, ends = begins[: subject.size], ends[: subject.size]
    late = entry[begins]
    everyone_from_0 = bool((late <= 0).all() and (time > 0).all())
    happening = followup.happening
    if happening is not None:
        happening = Categories(happening.levels, codes(happening.codes[order][ends]))
    return Followup(
        endpoint=followup.endpoint,
        subject=codes(subject[ends]),
        time=vector(time[ends]),
        outcome=codes(outcome[ends]),
        entry=None if everyone_from_0 else vector(late),
        happening=happening,
    )


def comparisons_of(protocol: Protocol, estimand: Estimand) -> tuple[Comparison, ...]:
    """List the protocol's comparisons whose two arms the estimand speaks of."""
    return tuple(
        comparison
        for comparison in protocol.comparisons
        if {comparison.experimental, comparison.control} <= set(estimand.treatment)
    )


def hypotheses_of(
    protocol: Protocol, estimand: Estimand, comparison: Comparison | None = None
) -> tuple[Hypothesis, ...]:
    """List the hypotheses about an estimand, of one comparison if given."""
    return tuple(
        hypothesis
        for hypothesis in protocol.hypotheses
        if hypothesis.estimand == estimand.id
        and (comparison is None or hypothesis.comparison == comparison.id)
    )


def stratified_by(
    protocol: Protocol, estimand: Estimand, comparison: Comparison
) -> tuple[str, ...]:
    """Name the variables that the analysis of a comparison is stratified by.

    Those of its first hypothesis; without one, those randomization was stratified by.
    """
    asked = hypotheses_of(protocol, estimand, comparison)
    return asked[0].test.stratified_by if asked else protocol.strata


def verdict(protocol: Protocol, hypothesis: Hypothesis, test: TestResult) -> Verdict:
    """Set a test's p-value, of the protocol's sidedness, against alpha.

    `rejected` is None where that p-value does not exist: nothing to decide by.
    """
    p = test.p(protocol.analysis.alternative)
    alpha = protocol.analysis.alpha
    return Verdict(hypothesis, test, p, None if isinstance(p, Absent) else p <= alpha, alpha)


def verdicts(
    protocol: Protocol,
    estimand: Estimand,
    comparison: Comparison,
    run: Callable[[Hypothesis], TestResult],
) -> tuple[Verdict, ...]:
    """Run the test of every hypothesis about a comparison, and set it against alpha."""
    asked = hypotheses_of(protocol, estimand, comparison)
    return tuple(verdict(protocol, each, run(each)) for each in asked)


def arm_rows(selection: Selection, arm: Arm, followup: Followup) -> Flags:
    """Find the follow-up rows of an arm.

    Raises:
        DataError: it has none; a curve needs at least one patient.
    """
    rows = selection.members(arm.id)[followup.subject]
    if not rows.any():
        raise DataError(
            f"Arm {arm.id!r} has no patients with follow-up for {followup.endpoint!r} in "
            f"population {selection.population.id!r}. Take the arm out of the estimand's "
            "treatment, or check how arms are mapped in data.subjects."
        )
    return flags(rows)
