"""The trial as its committee sees it by arm: arms under their letters, nothing claimed.

Names are replaced where they stand in the protocol, so that no table, figure or file made from
it can know them.  Arms come in the order of their letters, and every comparison sets the earlier
letter against the later one.  P-values are two-sided and no hypothesis has a verdict: at a look
the rules decide (`monitor.look.look`), not P.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from equipoise.analyze.results import AdverseEventAnalysis, EndpointAnalysis, TrialAnalysis
from equipoise.analyze.snapshot import Disposition, Exclusion, Snapshot
from equipoise.kernel.arrays import Codes, codes
from equipoise.monitor.masking import Masking
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Alternative, Comparison, Protocol

T = TypeVar("T")


def committee_snapshot(snapshot: Snapshot, masking: Masking) -> Snapshot:
    """Put a snapshot's arms under the names a masking gives them.

    Witness: law: every patient keeps the arm, and results are those of the arms exchanged.
    """
    protocol = snapshot.protocol
    arms = masking.in_order(protocol.arms)
    place = np.full(len(arms) + 1, -1, dtype=np.int64)  # the last entry serves -1
    for position, arm in enumerate(protocol.arms):
        place[position] = [each.id for each in arms].index(arm.id)
    subjects = replace(
        snapshot.subjects,
        assigned=_moved(snapshot.subjects.assigned, place),
        received=_moved(snapshot.subjects.received, place),
    )
    names = {arm.id: masking.key(arm) for arm in arms}
    return replace(
        snapshot,
        protocol=committee_protocol(protocol, masking),
        subjects=subjects,
        disposition=_disposition(snapshot.disposition, names),
        findings=(),
        sources=(),
    )


def committee_protocol(protocol: Protocol, masking: Masking) -> Protocol:
    """Put a protocol's arms under the names a masking gives them."""
    arms = masking.in_order(protocol.arms)
    names = {arm.id: masking.key(arm) for arm in arms}
    renamed = tuple(
        replace(
            arm,
            id=names[arm.id],
            label=masking.label(arm),
            role=arm.role if masking.unmasked else "experimental",
        )
        for arm in arms
    )
    comparisons = {each.id: _comparison(each, protocol, masking) for each in protocol.comparisons}
    return replace(
        protocol,
        arms=renamed,
        comparisons=tuple(comparisons.values()),
        estimands=tuple(_estimand(each, names) for each in protocol.estimands),
        hypotheses=tuple(
            replace(each, comparison=comparisons[each.comparison].id)
            for each in protocol.hypotheses
        ),
        analysis=replace(protocol.analysis, alternative=Alternative.TWO_SIDED),
    )


def without_verdicts(analysis: TrialAnalysis) -> TrialAnalysis:
    """Take the verdicts out of an analysis: a look is decided by its bounds, not by P."""
    return replace(analysis, endpoints=tuple(_undecided(each) for each in analysis.endpoints))


def _undecided(endpoint: EndpointAnalysis) -> EndpointAnalysis:
    return (
        endpoint if isinstance(endpoint, AdverseEventAnalysis) else replace(endpoint, verdicts=())
    )


def _moved(arm: Codes, place: Codes) -> Codes:
    return codes(place[arm])


def _comparison(comparison: Comparison, protocol: Protocol, masking: Masking) -> Comparison:
    """Set the earlier letter against the later one; unmasked, as it was."""
    two = (protocol.arm(comparison.experimental), protocol.arm(comparison.control))
    if not masking.unmasked:
        two = (min(two, key=masking.key), max(two, key=masking.key))
    first, second = two
    names = masking.key(first), masking.key(second)
    identifier = comparison.id if masking.unmasked else "_vs_".join(names)
    label = f"{masking.label(first)} versus {masking.label(second)}"
    return Comparison(identifier, label, *names)


def _estimand(estimand: Estimand, names: Mapping[str, str]) -> Estimand:
    treatment = tuple(names[each] for each in estimand.treatment)
    return replace(estimand, treatment=tuple(sorted(treatment, key=list(names.values()).index)))


def _named(counts: Mapping[str, T], names: Mapping[str, str]) -> dict[str, T]:
    """Give what is counted by arm under the arms' names, in their order."""
    return {name: counts[arm] for arm, name in names.items() if arm in counts}


def _exclusion(exclusion: Exclusion, names: Mapping[str, str]) -> Exclusion:
    return replace(exclusion, by_arm=_named(exclusion.by_arm, names))


def _disposition(found: Disposition, names: Mapping[str, str]) -> Disposition:
    return replace(
        found,
        randomized=_named(found.randomized, names),
        treated=_named(found.treated, names),
        completed=_named(found.completed, names),
        discontinued=_named(found.discontinued, names),
        populations={each: _named(arms, names) for each, arms in found.populations.items()},
        exclusions=tuple(_exclusion(each, names) for each in found.exclusions),
    )
