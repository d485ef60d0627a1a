"""What became of everyone: the CONSORT counts, and every exclusion with its reason."""

from collections.abc import Mapping

import numpy as np

from equipoise.analyze.exclusions import by_arm, exclusion, recorded
from equipoise.analyze.snapshot import (
    AdverseEventLog,
    Answers,
    Disposition,
    Exclusion,
    Followup,
    Measurements,
)
from equipoise.io.data.columns import text
from equipoise.io.data.conditions import certainly
from equipoise.io.data.findings import FindingLog
from equipoise.io.data.roster import Roster
from equipoise.kernel.arrays import Flags
from equipoise.protocol.endpoints import Binary, Endpoint
from equipoise.protocol.trial import Population, Protocol


def read_disposition(
    protocol: Protocol,
    roster: Roster,
    populations: Mapping[str, Flags],
    exclusions: tuple[Exclusion, ...],
    log: FindingLog,
) -> Disposition:
    """Count patients assessed, randomized, treated, completed and discontinued, by arm."""
    everyone = np.ones(roster.size, dtype=np.bool_)
    source = protocol.data.subjects
    completed: Mapping[str, int] = {}
    reasons: Mapping[str, Mapping[str, int]] = {}
    done = ~everyone
    if source is not None and source.completed is not None:
        with log.keeping("unreadable-disposition", roster.table.id):
            done, _ = certainly(source.completed, roster.table)
            completed = by_arm(done, roster.assigned, protocol)
    if source is not None and source.discontinued is not None:
        with log.keeping("unreadable-disposition", roster.table.id):
            reasons = discontinued(protocol, roster, source.discontinued, done)
    treated = {} if roster.treated is None else by_arm(roster.treated, roster.assigned, protocol)
    return Disposition(
        assessed=roster.assessed,
        not_randomized=None if roster.assessed is None else roster.assessed - roster.size,
        randomized=by_arm(everyone, roster.assigned, protocol),
        treated=treated,
        completed=completed,
        discontinued=reasons,
        populations={
            population.id: by_arm(
                populations[population.id],
                roster.received if population.arms == "received" else roster.assigned,
                protocol,
            )
            for population in recorded_populations(protocol, roster)
        },
        exclusions=exclusions,
    )


def recorded_populations(protocol: Protocol, roster: Roster) -> tuple[Population, ...]:
    """Leave out a population by treatment received where nothing says who received what.

    An estimand that speaks of it all the same keeps it in.
    """
    source = protocol.data.subjects
    received = roster.treated is not None or (source is not None and source.received is not None)
    used = {estimand.population for estimand in protocol.estimands}
    return tuple(
        each
        for each in protocol.populations
        if received or each.where is not None or each.arms == "assigned" or each.id in used
    )


def discontinued(
    protocol: Protocol, roster: Roster, column: str, done: Flags
) -> dict[str, dict[str, int]]:
    """Count the reasons for discontinuation by arm, the most frequent first."""
    reason = text(roster.table, column)
    levels = reason.drop_nulls().value_counts(sort=True).get_column(reason.name).to_list()
    place = {
        level: ((reason == level).fill_null(value=False).to_numpy() & ~done) for level in levels
    }
    counts = {level: by_arm(where, roster.assigned, protocol) for level, where in place.items()}
    return {
        arm.id: {level: counts[level][arm.id] for level in levels if counts[level][arm.id]}
        for arm in protocol.arms
    }


def without_data(
    endpoint: Endpoint,
    data: Followup | Answers | Measurements,
    protocol: Protocol,
    roster: Roster,
    log: FindingLog,
) -> list[Exclusion]:
    """Say which patients have nothing recorded for an endpoint, and what they count as.

    A missing answer that counts as no (or yes) is told, but leaves nobody out.
    """
    missing = ~recorded(data, roster.size)
    if not missing.any():
        return []
    count = int(missing.sum())
    patients = "1 patient" if count == 1 else f"{count} patients"
    if isinstance(data, Followup):
        reason, fact = "no follow-up recorded", "no follow-up is recorded"
    else:
        thing = "answer" if isinstance(data, Answers) else "value"
        reason, fact = f"{thing} missing", f"the {thing} is missing"
    effect = "left out"
    if isinstance(endpoint, Binary) and endpoint.missing != "excluded":
        effect = f"which {endpoint.missing}"
    message = f"{endpoint.label}: {fact} for {patients}, {effect}."
    found = exclusion(
        endpoint.label, reason, missing, roster.assigned, roster.ids.to_list(), protocol
    )
    log.add("warning", "no-data", message, subjects=found.subjects)
    return [found] if effect == "left out" else []


def records_left_out(endpoint: Endpoint, log_of_events: AdverseEventLog) -> list[Exclusion]:
    """Say how many adverse events were not treatment-emergent."""
    if not log_of_events.left_out:
        return []
    what = f"records of {endpoint.label}"
    return [Exclusion(what, "not treatment-emergent", log_of_events.left_out, {})]
