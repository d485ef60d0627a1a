"""Harms: how many patients had each adverse event, how often, how badly, arm by arm.

A patient counts once in every line, by the worst grade there; events count every record.
Lines: an overview, then system organ classes by frequency (patients, all arms together; ties
in alphabetical order), each followed by its preferred terms in the same order.  Differences
in the proportion of patients carry Miettinen-Nurminen limits, unadjusted for their number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.estimates import Absent, Estimate, Interval, absent_estimate
from equipoise.analyze.results import AdverseEventAnalysis, AdverseEventCount, AdverseEventRow
from equipoise.analyze.selection import Selection, comparisons_of, select
from equipoise.analyze.snapshot import AdverseEventLog, Categories, Snapshot
from equipoise.kernel.arrays import Codes, Flags
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.two_by_two import difference_limits
from equipoise.protocol.endpoints import AdverseEvents
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Comparison

Counts = NDArray[np.int64]
NOT_CODED = "not coded"


@dataclass(frozen=True, slots=True)
class AdverseEventTable:
    """The lines, and the grades that occur in them."""

    patients: Mapping[str, int]  # arm id → patients at risk
    overview: tuple[AdverseEventRow, ...]
    rows: tuple[AdverseEventRow, ...]
    grades: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Tally:
    """Lines × arms: patients, events, and patients by worst grade."""

    patients: Counts
    events: Counts
    worst: Counts  # lines × arms × grades

    def row(self, line: int, arm: int, grades: tuple[int, ...]) -> AdverseEventCount:
        by_grade = zip(grades, self.worst[line, arm].tolist(), strict=True)
        return AdverseEventCount(
            patients=int(self.patients[line, arm]),
            events=int(self.events[line, arm]),
            by_worst_grade={grade: count for grade, count in by_grade if count},
        )


@dataclass(frozen=True, slots=True)
class _Records:
    """The records that count, and the frame they are counted in."""

    subject: Codes
    arm: Codes
    grade: Codes  # index into `grades`, -1: not graded
    grades: tuple[int, ...]
    selection: Selection
    comparisons: tuple[Comparison, ...]
    level: float

    @property
    def at_risk(self) -> Counts:
        """Patients of each arm."""
        inside = self.selection.arm[self.selection.arm >= 0]
        return np.bincount(inside, minlength=len(self.selection.arms))

    def tally(self, line: Codes, lines: int) -> _Tally:
        """Count records (those with line ≥ 0) by line and arm, each patient once a line."""
        arms, grades = len(self.selection.arms), len(self.grades)
        inside = line >= 0
        line, arm, subject, grade = (a[inside] for a in (line, self.arm, self.subject, self.grade))
        events = np.bincount(line * arms + arm, minlength=lines * arms)
        patient = line * self.selection.arm.size + subject
        order = np.lexsort((-grade, patient))  # the worst first
        worst = order[np.flatnonzero(np.diff(patient[order], prepend=-1))]
        cell, how = line[worst] * arms + arm[worst], grade[worst]
        patients = np.bincount(cell, minlength=lines * arms)
        graded = how >= 0
        by_grade = np.bincount(cell[graded] * grades + how[graded], minlength=lines * arms * grades)
        return _Tally(
            patients.reshape(lines, arms),
            events.reshape(lines, arms),
            by_grade.reshape(lines, arms, grades),
        )

    def rows(
        self, tally: _Tally, describe: Callable[[int], tuple[str, str, str | None]]
    ) -> list[AdverseEventRow]:
        """Write every line with its counts and differences."""
        arms = [arm.id for arm in self.selection.arms]
        differences = {
            comparison.id: self._differences(tally.patients, comparison, arms)
            for comparison in self.comparisons
        }
        rows = []
        for line in range(tally.patients.shape[0]):
            kind, label, system = describe(line)
            by_arm = {name: tally.row(line, a, self.grades) for a, name in enumerate(arms)}
            compared = {name: estimates[line] for name, estimates in differences.items()}
            rows.append(AdverseEventRow(kind, label, system, by_arm, compared))
        return rows

    def _differences(
        self, patients: Counts, comparison: Comparison, arms: Sequence[str]
    ) -> list[Estimate]:
        first, second = arms.index(comparison.experimental), arms.index(comparison.control)
        n1, n0 = (float(self.at_risk[each]) for each in (first, second))
        if min(n1, n0) == 0:
            none = absent_estimate("difference in proportions", Absent.NO_PATIENTS, self.level)
            return [none] * patients.shape[0]
        x1, x0 = patients[:, first].astype(np.float64), patients[:, second].astype(np.float64)
        z = normal_quantile(self.level)
        lower, upper = difference_limits(x1, np.full_like(x1, n1), x0, np.full_like(x0, n0), z)
        p1, p0 = x1 / n1, x0 / n0
        error = np.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
        return [
            Estimate(
                difference,
                se if se > 0 else Absent.NO_VARIANCE,
                Interval(low, high, self.level, "Miettinen-Nurminen"),
                "difference in proportions",
            )
            for difference, se, low, high in zip(
                (p1 - p0).tolist(), error.tolist(), lower.tolist(), upper.tolist(), strict=True
            )
        ]


def adverse_event_analysis(snapshot: Snapshot, estimand: Estimand) -> AdverseEventAnalysis:
    """Tabulate the adverse events of an estimand's population."""
    protocol = snapshot.protocol
    endpoint = protocol.endpoint(estimand.endpoint)
    assert isinstance(endpoint, AdverseEvents)  # noqa: S101 - the caller dispatched on the kind
    log = snapshot.adverse_events[endpoint.id]
    selection = select(snapshot, estimand.population, estimand.treatment)
    comparisons = comparisons_of(protocol, estimand)
    table = adverse_event_table(log, selection, comparisons, endpoint, protocol.analysis.level)
    outside = int((selection.arm[log.subject] < 0).sum())
    return AdverseEventAnalysis(
        endpoint=endpoint,
        estimand=estimand,
        population=selection.population,
        arms=selection.arms,
        patients=table.patients,
        overview=table.overview,
        rows=table.rows,
        comparisons=comparisons,
        grades=table.grades,
        left_out=log.left_out,
        assumed=(
            "a patient counts once a line, by the worst grade",
            "differences: Miettinen-Nurminen limits, not adjusted for multiplicity",
            f"{outside} records of patients outside the population or its arms not counted",
        ),
    )


def adverse_event_table(
    log: AdverseEventLog,
    selection: Selection,
    comparisons: tuple[Comparison, ...],
    endpoint: AdverseEvents,
    level: float = 0.95,
) -> AdverseEventTable:
    """Count patients and events: overview, then classes by frequency with their terms."""
    arm = selection.arm[log.subject]
    inside = arm >= 0
    found = np.unique(log.grade[inside & (log.grade >= 0)])
    place = np.where(log.grade >= 0, np.searchsorted(found, log.grade), -1)
    grades = tuple(int(grade) for grade in found)
    records = _Records(log.subject, arm, place, grades, selection, comparisons, level)
    at_risk = records.at_risk
    return AdverseEventTable(
        patients={each.id: int(n) for each, n in zip(selection.arms, at_risk, strict=True)},
        overview=_overview(log, records, endpoint),
        rows=_classes_and_terms(log, records, endpoint.minimum_percent),
        grades=grades,
    )


def _overview(
    log: AdverseEventLog, records: _Records, endpoint: AdverseEvents
) -> tuple[AdverseEventRow, ...]:
    severe = f"Grade {endpoint.severe_from} or higher"
    lines: list[tuple[str, str | None, Flags]] = [
        ("Any adverse event", None, np.ones(log.subject.size, dtype=np.bool_)),
        (severe, "grade", log.grade >= endpoint.severe_from),
        ("Serious", "serious", log.serious),
        ("Related to treatment", "related", log.related),
        ("Fatal", "fatal", log.fatal),
    ]
    rows: list[AdverseEventRow] = []
    for label, needs, which in lines:
        if needs is None or needs in log.has:
            line = np.where(which & (records.arm >= 0), 0, -1)
            rows += records.rows(records.tally(line, 1), lambda _: ("overview", label, None))  # noqa: B023 - called at once
    return tuple(rows)


def _classes_and_terms(
    log: AdverseEventLog, records: _Records, minimum_percent: float
) -> tuple[AdverseEventRow, ...]:
    systems, system = _coded(log.system_organ_class)
    terms, term = _coded(log.term)
    inside = records.arm >= 0
    pairs, pair = np.unique(np.where(inside, system * len(terms) + term, -1), return_inverse=True)
    pair = pair - int(pairs.size > 0 and pairs[0] < 0)  # -1 again for the records outside
    pairs = pairs[pairs >= 0]
    by_system = records.tally(np.where(inside, system, -1), len(systems))
    by_term = records.tally(pair, pairs.size)
    owner, named = np.divmod(pairs, len(terms))
    class_rows = records.rows(by_system, lambda k: ("system organ class", systems[k], None))
    term_rows = records.rows(
        by_term, lambda k: ("preferred term", terms[named[k]], systems[owner[k]])
    )
    share = by_term.patients / np.maximum(records.at_risk, 1)
    listed = 100 * share.max(axis=1, initial=0.0) >= minimum_percent
    rows: list[AdverseEventRow] = []
    for k in _by_frequency(by_system, systems):
        own = np.flatnonzero((owner == k) & listed)
        labels = [terms[each] for each in named[own]]
        part = _Tally(by_term.patients[own], by_term.events[own], by_term.worst[own])
        rows.append(class_rows[k])
        rows += [term_rows[own[each]] for each in _by_frequency(part, labels)]
    return tuple(rows)


def _by_frequency(tally: _Tally, labels: Sequence[str]) -> list[int]:
    total = tally.patients.sum(axis=1)
    occurring = [line for line in range(len(labels)) if total[line] > 0]
    return sorted(occurring, key=lambda line: (-int(total[line]), labels[line]))


def _coded(categories: Categories) -> tuple[tuple[str, ...], Codes]:
    """Give missing codes a label of their own."""
    last = len(categories.levels)
    return (*categories.levels, NOT_CODED), np.where(categories.codes < 0, last, categories.codes)
