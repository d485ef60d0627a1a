"""What had become of everyone on a date: the CONSORT counts of the patients who stay.

Randomized, treated, populations and exclusions are counted anew.  Who was assessed, completed or
discontinued has no date: where the data go on after the cut it is left untold.
"""

from collections.abc import Iterator

import numpy as np

from equipoise.analyze.estimates import Finding
from equipoise.analyze.exclusions import (
    by_arm,
    exclusion,
    out_of_populations,
    recorded,
    without_stratum,
)
from equipoise.analyze.snapshot import Answers, Disposition, Exclusion, Followup, Snapshot
from equipoise.kernel.arrays import flags
from equipoise.protocol.endpoints import Binary

AWAITED = "not yet assessed at the data cut"


def cut_disposition(snapshot: Snapshot, *, changed: bool) -> Disposition:
    """Count anew, from a snapshot whose patients and data have been cut.

    Args:
        snapshot: cut, with the disposition of all data.
        changed: whether the data go on after the cut.

    Witness: counted from the files of the same cut (tests/laws/test_monitored_cut.py).
    """
    protocol, subjects, told = snapshot.protocol, snapshot.subjects, snapshot.disposition
    everyone = flags(np.ones(subjects.size))
    treated = flags(subjects.received >= 0)
    return Disposition(
        assessed=None if changed else told.assessed,
        not_randomized=None if changed else told.not_randomized,
        randomized=by_arm(everyone, subjects.assigned, protocol),
        treated=by_arm(treated, subjects.assigned, protocol) if told.treated else {},
        completed={} if changed else told.completed,
        discontinued={} if changed else told.discontinued,
        populations={
            name: by_arm(
                subjects.populations[name],
                subjects.received
                if protocol.population(name).arms == "received"
                else subjects.assigned,
                protocol,
            )
            for name in told.populations
        },
        exclusions=tuple(_exclusions(snapshot, changed=changed)),
    )


def _exclusions(snapshot: Snapshot, *, changed: bool) -> Iterator[Exclusion]:
    """List who is left out of what, in the order in which the data are read."""
    protocol, subjects = snapshot.protocol, snapshot.subjects
    yield from out_of_populations(protocol, subjects)
    analyzed = {}
    sources = [source.endpoint for source in protocol.data.endpoints]
    for name in dict.fromkeys([*sources, *(each.id for each in protocol.endpoints)]):
        endpoint = protocol.endpoint(name)
        data = (
            snapshot.followups.get(name)
            or snapshot.answers.get(name)
            or snapshot.measurements.get(name)
        )
        if data is None:
            if not changed:
                yield from _records_left_out(snapshot, endpoint.label)
            continue
        here = recorded(data, subjects.size)
        awaited = flags(np.zeros(subjects.size))
        if isinstance(data, Answers) and data.awaited is not None:
            awaited = data.awaited
        counted = isinstance(endpoint, Binary) and endpoint.missing != "excluded"
        analyzed[name] = flags(~awaited if counted else here)
        reason = "answer missing" if isinstance(data, Answers) else "value missing"
        if isinstance(data, Followup):
            reason = "no follow-up recorded"
        missing = flags(np.zeros(subjects.size) if counted else ~here & ~awaited)
        for out, why in ((missing, reason), (awaited, AWAITED)):
            if out.any():
                yield exclusion(endpoint.label, why, out, subjects.assigned, subjects.id, protocol)
    yield from (each.exclusion for each in without_stratum(protocol, subjects, analyzed))


def _records_left_out(snapshot: Snapshot, label: str) -> Iterator[Exclusion]:
    """Keep what is told of records of adverse events that do not count."""
    what = f"records of {label}"
    yield from (each for each in snapshot.disposition.exclusions if each.what == what)


def findings_of(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Keep the findings of the data check that speak of patients who stay, or of nobody."""
    here = set(snapshot.subjects.id)
    return tuple(
        each
        for each in snapshot.findings
        if not each.subjects or any(subject in here for subject in each.subjects)
    )
