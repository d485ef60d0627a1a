"""The data as if there were one arm: what an open report may be computed from, and nothing else.

Assigned and received arms are dropped before anything is counted, so that no number that follows
can depend on them.  The trial keeps its endpoints and populations (who was treated stays known),
and loses its comparisons and hypotheses; counts of patients by arm are added up.  A population
whose definition names an arm, or the column that holds it, is dropped: it would be an arm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze.snapshot import Disposition, Snapshot
from equipoise.kernel.arrays import codes
from equipoise.protocol.expression import columns_of, parse_condition
from equipoise.protocol.trial import Arm, Protocol

if TYPE_CHECKING:
    from equipoise.protocol.estimands import Estimand

EVERYONE = Arm("all", "All patients", "control")


def without_arms(snapshot: Snapshot) -> Snapshot:
    """Give the snapshot with everybody in one arm.

    Witness: laws: permuting the arms of patients changes no byte of it.
    """
    subjects = snapshot.subjects
    one = codes(np.zeros(subjects.size))
    dropped = populations_by_arm(snapshot.protocol)
    kept = {name: held for name, held in subjects.populations.items() if name not in dropped}
    return replace(
        snapshot,
        protocol=_of_one_arm(snapshot.protocol, dropped),
        subjects=replace(subjects, assigned=one, received=one, populations=kept),
        disposition=_added_up(snapshot.disposition, dropped),
        findings=(),
    )


def populations_by_arm(protocol: Protocol) -> frozenset[str]:
    """Name the populations whose definition tells arms apart.

    >>> from equipoise.protocol.trial import AnalysisPlan, Population, Trial
    >>> arms = (Arm("new", "New", "experimental"), Arm("old", "Old", "control"))
    >>> sets = (Population("itt", "All"), Population("x", "X", "treatment == 'New'"))
    >>> trial = Trial("T", "A trial")
    >>> sorted(populations_by_arm(
    ...     Protocol(trial, arms, (), (), sets, (), (), (), (), AnalysisPlan())))
    ['x']
    """
    source = protocol.data.subjects
    columns = set() if source is None else {source.arm, source.received}
    return frozenset(
        each.id
        for each in protocol.populations
        if each.where is not None
        and (
            named_in(each.where, protocol) or columns & set(columns_of(parse_condition(each.where)))
        )
    )


def _of_one_arm(protocol: Protocol, dropped: frozenset[str]) -> Protocol:
    """Keep one estimand for each endpoint and population, of everyone."""
    asked: dict[tuple[str, str], Estimand] = {}
    for each in protocol.estimands:
        if each.population in dropped:
            continue
        label = protocol.endpoint(each.endpoint).label
        pooled = replace(each, label=label, treatment=(EVERYONE.id,))
        asked.setdefault((each.endpoint, each.population), pooled)
    return replace(
        protocol,
        arms=(EVERYONE,),
        populations=tuple(each for each in protocol.populations if each.id not in dropped),
        comparisons=(),
        hypotheses=(),
        estimands=tuple(asked.values()),
        design=None,
    )


def _added_up(told: Disposition, dropped: frozenset[str]) -> Disposition:
    reasons: dict[str, int] = {}
    for by_reason in told.discontinued.values():
        for reason, count in by_reason.items():
            reasons[reason] = reasons.get(reason, 0) + count
    often = dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    return Disposition(
        assessed=told.assessed,
        not_randomized=told.not_randomized,
        randomized=_sum(told.randomized),
        treated=_sum(told.treated),
        completed=_sum(told.completed),
        discontinued={EVERYONE.id: often} if often else {},
        populations={
            name: _sum(counts)
            for name, counts in sorted(told.populations.items())
            if name not in dropped
        },
        exclusions=tuple(
            replace(each, by_arm=_sum(each.by_arm), subjects=()) for each in told.exclusions
        ),
    )


def _sum(by_arm: Mapping[str, int]) -> dict[str, int]:
    return {EVERYONE.id: sum(by_arm.values())} if by_arm else {}


def named_in(text: str, protocol: Protocol) -> bool:
    """Tell whether a text names an arm, as the protocol or the data call it, or a comparison.

    Witness: a word list (tests/laws/test_monitored_pooled.py).
    """
    words = {word.casefold() for word in _names(protocol) if word}
    plain = f" {''.join(c if c.isalnum() else ' ' for c in text.casefold())} "
    spaced = " ".join(plain.split())
    return any(f" {_spaced(word)} " in f" {spaced} " for word in words)


def _spaced(word: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in word).split())


def _names(protocol: Protocol) -> Iterable[str]:
    for arm in protocol.arms:
        yield from (arm.id, arm.label)
    for comparison in protocol.comparisons:
        yield from (comparison.id, comparison.label)
    if protocol.data.subjects is not None:
        yield from (value for value, _ in protocol.data.subjects.arm_values)
