"""Patients whom a stratified analysis has to leave out because their stratum is not known.

They count in every other analysis.  As in R's `strata()`, one missing variable is enough.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.selection import comparisons_of, hypotheses_of, stratified_by
from equipoise.analyze.snapshot import Categories, Exclusion
from equipoise.io.findings import FindingLog
from equipoise.io.roster import Roster, by_arm, first_ids
from equipoise.kernel.arrays import Flags, Vector
from equipoise.protocol.endpoints import AdverseEvents
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Comparison, Protocol

ANALYSIS_OF = "stratified analysis of "
Variables = Mapping[str, Vector | Categories]


@dataclass(frozen=True, slots=True)
class StratifiedAnalysis:
    """One comparison of one estimand, within the strata of some variables."""

    estimand: Estimand
    comparison: Comparison
    variables: tuple[str, ...]  # ids

    def name(self, protocol: Protocol) -> str:
        """Name it as a reader would; the comparison only where there are several."""
        label = f"{ANALYSIS_OF}{protocol.endpoint(self.estimand.endpoint).label}"
        several = len(comparisons_of(protocol, self.estimand)) > 1
        return f"{label} ({self.comparison.label})" if several else label


def stratified_analyses(protocol: Protocol) -> Iterator[StratifiedAnalysis]:
    """List every analysis that the protocol wants stratified."""
    for estimand in protocol.estimands:
        if isinstance(protocol.endpoint(estimand.endpoint), AdverseEvents):
            continue
        for comparison in comparisons_of(protocol, estimand):
            asked = hypotheses_of(protocol, estimand, comparison)
            wanted = [stratified_by(protocol, estimand, comparison)]
            wanted += [hypothesis.test.stratified_by for hypothesis in asked]
            for variables in dict.fromkeys(wanted):
                if variables:
                    yield StratifiedAnalysis(estimand, comparison, variables)


def without_stratum(
    protocol: Protocol,
    roster: Roster,
    variables: Variables,
    populations: Mapping[str, Flags],
    recorded: Mapping[str, Flags],
    log: FindingLog,
) -> list[Exclusion]:
    """Say who leaves which stratified analysis; `recorded` tells who has data, by endpoint id."""
    found: dict[tuple[str, str], Exclusion] = {}
    told: dict[str, list[Exclusion]] = {}
    people: dict[str, Flags] = {}
    for analysis in stratified_analyses(protocol):
        population = protocol.population(analysis.estimand.population)
        if not set(analysis.variables) <= set(variables) or population.id not in populations:
            continue
        arm = roster.received if population.arms == "received" else roster.assigned
        pair = (analysis.comparison.experimental, analysis.comparison.control)
        sides = [place for place, each in enumerate(protocol.arms) if each.id in pair]
        inside = populations[population.id] & np.isin(arm, sides)
        inside &= recorded.get(analysis.estimand.endpoint, inside)
        unknown = {name: inside & unrecorded(variables[name]) for name in analysis.variables}
        out: Flags = np.logical_or.reduce(list(unknown.values()))
        if not out.any():
            continue
        labels = [
            protocol.variable(name).label for name in analysis.variables if unknown[name].any()
        ]
        lacking = ", ".join(labels)
        what, reason = analysis.name(protocol), f"stratum missing: {lacking}"
        left = by_arm(out, arm, protocol)
        each = Exclusion(what, reason, int(out.sum()), left, first_ids(out, roster.ids))
        if (what, reason) not in found:
            found[what, reason] = each
            told.setdefault(lacking, []).append(each)
            people[lacking] = people.get(lacking, np.zeros_like(out)) | out
    for lacking, exclusions in told.items():
        analyses: dict[int, list[str]] = {}
        for each in exclusions:
            analyses.setdefault(each.count, []).append(each.what.removeprefix(ANALYSIS_OF))
        leave = "; ".join(f"{leaving(n)} {of(names)}" for n, names in analyses.items())
        message = f"{lacking} is missing: {leave}. They count in every other analysis."
        rows, ids = roster.table.row[people[lacking]], first_ids(people[lacking], roster.ids)
        log.add("warning", "missing-stratum", message, table=roster.table.id, rows=rows,
                subjects=ids)  # fmt: skip
    return list(found.values())


def unrecorded(values: Vector | Categories) -> Flags:
    """Tell for whom a variable is missing."""
    return values.codes < 0 if isinstance(values, Categories) else np.isnan(values)


def leaving(count: int) -> str:
    """Say how many leave."""
    return "1 patient leaves" if count == 1 else f"{count} patients leave"


def of(names: list[str]) -> str:
    """Name stratified analyses."""
    return f"the stratified analys{'is' if len(names) == 1 else 'es'} of {', '.join(names)}"
