"""Who is left out of what, and why, counted by arm: of populations, endpoints and strata."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.selection import comparisons_of, hypotheses_of, stratified_by
from equipoise.analyze.snapshot import (
    Answers,
    Categories,
    Exclusion,
    Followup,
    Measurements,
    Subjects,
)
from equipoise.kernel.arrays import Codes, Flags, Vector, flags
from equipoise.protocol.endpoints import AdverseEvents
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Comparison, Protocol

STRATIFIED = "stratified analysis of "
NAMED = 10  # patients of an exclusion


@dataclass(frozen=True, slots=True)
class StratifiedAnalysis:
    """One comparison of one estimand, within the strata of some variables."""

    estimand: Estimand
    comparison: Comparison
    variables: tuple[str, ...]  # ids

    def name(self, protocol: Protocol) -> str:
        """Name it as a reader would; the comparison only where there are several."""
        label = f"{STRATIFIED}{protocol.endpoint(self.estimand.endpoint).label}"
        several = len(comparisons_of(protocol, self.estimand)) > 1
        return f"{label} ({self.comparison.label})" if several else label


@dataclass(frozen=True, slots=True)
class WithoutStratum:
    """Who leaves one stratified analysis."""

    exclusion: Exclusion
    lacking: str  # labels of the variables that are missing
    out: Flags


def exclusion(
    what: str, reason: str, out: Flags, arm: Codes, ids: Sequence[str], protocol: Protocol
) -> Exclusion:
    """Count patients left out, by arm; the first ten are named.

    Witness: counted by hand on the shipped examples (tests/laws/test_monitored_cut.py).
    """
    named = tuple(str(ids[int(place)]) for place in np.flatnonzero(out)[:NAMED])
    return Exclusion(what, reason, int(out.sum()), by_arm(out, arm, protocol), named)


def by_arm(chosen: Flags, arm: Codes, protocol: Protocol) -> dict[str, int]:
    """Count patients by arm id.

    Witness: counted by hand on the shipped examples (tests/laws/test_monitored_cut.py).
    """
    count = np.bincount(arm[chosen & (arm >= 0)], minlength=len(protocol.arms))
    return {each.id: int(n) for each, n in zip(protocol.arms, count, strict=True)}


def out_of_populations(protocol: Protocol, subjects: Subjects) -> list[Exclusion]:
    """Say who is not in each population that an estimand uses, and why."""
    found = []
    used = {estimand.population for estimand in protocol.estimands}
    for population in protocol.populations:
        if population.id not in used:
            continue
        out = ~subjects.populations[population.id]
        untreated = out & (subjects.received < 0) & (population.arms == "received")
        reasons = (
            (untreated, "no study treatment"),
            (out & ~untreated, f"outside its definition ({population.where})"),
        )
        found += [
            exclusion(population.label, reason, where, subjects.assigned, subjects.id, protocol)
            for where, reason in reasons
            if where.any()
        ]
    return found


def recorded(data: Followup | Answers | Measurements, size: int) -> Flags:
    """Tell for whom something is recorded."""
    if isinstance(data, Answers):
        return data.value >= 0
    if isinstance(data, Measurements):
        return ~np.isnan(data.value)
    someone = np.zeros(size, dtype=np.bool_)
    someone[data.subject] = True
    return flags(someone)


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
    protocol: Protocol, subjects: Subjects, analyzed: Mapping[str, Flags]
) -> list[WithoutStratum]:
    """Say who leaves which stratified analysis; `analyzed` tells who has data, by endpoint id."""
    found: dict[tuple[str, str], WithoutStratum] = {}
    for analysis in stratified_analyses(protocol):
        population = protocol.population(analysis.estimand.population)
        known = set(analysis.variables) <= set(subjects.variables)
        if not known or population.id not in subjects.populations:
            continue
        arm = subjects.received if population.arms == "received" else subjects.assigned
        pair = (analysis.comparison.experimental, analysis.comparison.control)
        sides = [place for place, each in enumerate(protocol.arms) if each.id in pair]
        inside = subjects.populations[population.id] & np.isin(arm, sides)
        inside &= analyzed.get(analysis.estimand.endpoint, inside)
        unknown = {
            name: inside & unrecorded(subjects.variables[name]) for name in analysis.variables
        }
        out: Flags = np.logical_or.reduce(list(unknown.values()))
        if not out.any():
            continue
        labels = [
            protocol.variable(name).label for name in analysis.variables if unknown[name].any()
        ]
        lacking = ", ".join(labels)
        what, reason = analysis.name(protocol), f"stratum missing: {lacking}"
        left = exclusion(what, reason, out, arm, subjects.id, protocol)
        found.setdefault((what, reason), WithoutStratum(left, lacking, out))
    return list(found.values())


def unrecorded(values: Vector | Categories) -> Flags:
    """Tell for whom a variable is missing."""
    return values.codes < 0 if isinstance(values, Categories) else np.isnan(values)
