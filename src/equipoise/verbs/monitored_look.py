"""A look between its record and its reports: what `verbs.monitoring` puts together."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from equipoise.design.trial import design_trial
from equipoise.errors import DataError
from equipoise.io.monitoring_record import read_record
from equipoise.io.unmasking_key import write_key
from equipoise.monitor.bounds.planned_rules import needs_time
from equipoise.monitor.cut.late_reporting import compared_with
from equipoise.monitor.masking import masking_of
from equipoise.monitor.record.record import Record, past_looks
from equipoise.monitor.statistics.statistics import statistic_given
from equipoise.simulate.monitored.after import analyzed_after_stopping
from equipoise.simulate.monitored.look import (
    Asked,
    Held,
    has_alpha,
    held_look,
    held_on_data,
    looks_as_planned,
    outlook_of,
    rules_of,
    said_of,
    spending_time_of,
)
from equipoise.simulate.monitored.monitored import NOT_RECORDED, MonitoredTrial
from equipoise.simulate.monitored.rest import projection_of
from equipoise.simulate.monitored.whole import Beside, open_look, whole_look
from equipoise.verbs.look_record import (
    Options,
    Places,
    key_of,
    last_cut,
    moved_patients,
    number_of,
    permitted_as,
    recorded,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.analyze.progress import Progress
    from equipoise.design.trial_design import TrialDesign
    from equipoise.monitor.cut.cut import DataCut
    from equipoise.monitor.look.look import PastLook, TrialRules
    from equipoise.protocol.trial import Protocol
    from equipoise.simulate.monitored.models import Projection


def opened(cut: DataCut, options: Options, progress: Progress) -> MonitoredTrial:
    """Give the open part of a look alone."""
    design = design_trial(cut.snapshot.protocol)
    progress("Accrual, follow-up and events, pooled")
    told = open_look(cut, design, _projection(design, cut, options), rules=rules_of(design))
    return MonitoredTrial(
        protocol=design.protocol,
        design=design,
        as_of=cut.as_of.isoformat(),
        opened=told,
    )


def held_and_recorded(
    cut: DataCut, options: Options, places: Places, progress: Progress
) -> MonitoredTrial:
    """Hold a look by the record, tell it whole, and record it.

    Raises:
        DataError: the look does not follow from the record, or the record or key were altered.
        DesignError: the look cannot be held.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    design = design_trial(cut.snapshot.protocol)
    record = None
    if places.record is not None and places.record.exists():
        record = read_record(places.record, head=options.head)
    elif options.head is not None:
        raise DataError(
            f"There is no monitoring record at {places.record} to hold the head against. Name its "
            "file with --record (in Python `record`), or leave the head out."
        )
    key, drawn = key_of(cut.snapshot.protocol, record, places, options)
    number = number_of(record, cut, options)
    permitted = permitted_as(record, cut, options, number, now)
    moved = moved_patients(record, cut, key, options)
    progress("The look")
    held = _held(design, cut, record, options, number)
    if record is not None and held.look.number != number:
        permitted = permitted_as(record, cut, options, held.look.number, now)
    _check_growth(held, options)
    beside = Beside(
        projection=_projection(design, cut, options),
        masking=masking_of(key, cut.snapshot.protocol, unmasked=options.unmask),
        kept=NOT_RECORDED,
        late=compared_with(record, cut, before=held.look.number),
        last_cut=last_cut(record, held.look.number),
    )
    result = whole_look(cut, design, held, beside, progress)
    if options.dry_run or places.record is None:
        said = (*permitted.remarks, *moved, "A dry run: nothing was recorded.")
        return replace(result, kept=replace(NOT_RECORDED, remarks=said))
    if drawn and places.key is not None:
        write_key(key, places.key)
    kept = recorded(held, cut, record, key, permitted, options, places.record, now)
    return replace(result, kept=replace(kept, remarks=(*kept.remarks, *moved)))


def held_on_statistics(
    protocol: Protocol,
    z: float | Mapping[str, float],
    information: float | Mapping[str, float],
    options: Options,
) -> MonitoredTrial:
    """Hold a look at numbers alone.

    Raises:
        DataError: a number that is none, or of no hypothesis that is decided at looks.
        DesignError: the look cannot be held.
    """
    design = design_trial(protocol)
    rules = rules_of(design)
    statistics = {rules.leading: z} if isinstance(z, float | int) else dict(z)
    counts = (
        {rules.leading: information} if isinstance(information, float | int) else dict(information)
    )
    if set(statistics) != set(counts):
        raise DataError(
            f"There are statistics of {', '.join(statistics)} and information of "
            f"{', '.join(counts)}; give both for each hypothesis."
        )
    _check_counts(rules, statistics, counts, named=not isinstance(z, float | int))
    seen = [
        statistic_given(design, rules, name, value, counts[name])
        for name, value in statistics.items()
    ]
    asked = Asked(options.look, options.final or None, options.spending_time, options.stopped_for)
    first = held_look(design, seen, {}, None, asked, rules).look
    number = first.number
    past = looks_as_planned(rules, number)
    asked = replace(asked, number=number, unplanned=first.unplanned)
    held = held_look(design, seen, past, None, asked, rules)
    assumed = (*_before(number), *said_of(held))
    return MonitoredTrial(
        protocol=protocol,
        design=design,
        as_of="",
        rules=rules,
        look=held.look,
        outlooks=tuple(outlook_of(design, each) for each in held.look.hypotheses),
        assumed=assumed,
    )


def _check_counts(
    rules: TrialRules, z: Mapping[str, float], counts: Mapping[str, float], *, named: bool
) -> None:
    """Refuse a number that may be meant for another hypothesis, and fractions for counts."""
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    first = [name for name in names if has_alpha(rules, name)]
    if not named and len(first) > 1:
        raise DataError(
            f"{', '.join(first)} have alpha from the start; say whose statistic "
            f"{next(iter(z.values())):g} is: {first[0]}=... (in Python a mapping by hypothesis)."
        )
    how = dict(zip(names, rules.counted, strict=True))
    for name, count in counts.items():
        if how.get(name) in {"events", "patients"} and 0.0 < count < 1.0:
            raise DataError(
                f"{name} has information {count:g}; it is counted in {how[name]}. Give their "
                "number, not a fraction of those planned."
            )


def _check_growth(held: Held, options: Options) -> None:
    """Refuse a further look at what the last one has seen already."""
    look = next(e for e in held.look.hypotheses if e.hypothesis == held.rules.leading)
    if not look.past or options.after_stopping:
        return
    last = look.past[-1]
    if look.seen.information <= last.information:
        raise DataError(
            f"{look.hypothesis} has no more information than at look {last.look} of {last.as_of}: "
            f"{look.seen.information:g} after {last.information:g} {look.seen.counted}. Give a "
            "later data cut, or data that have come further."
        )


def _before(number: int) -> tuple[str, ...]:
    if number == 1:
        return ()
    looks = "Look 1 is" if number == 2 else f"Looks 1 to {number - 1} are"  # noqa: PLR2004
    return (f"{looks} taken as held when planned, with nothing crossed.",)


def _held(
    design: TrialDesign, cut: DataCut, record: Record | None, options: Options, number: int | None
) -> Held:
    rules = rules_of(design)
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    past: Mapping[str, tuple[PastLook, ...]] = {
        name: past_looks(record, name, before=number) for name in names
    }
    time = options.spending_time
    if time is None and needs_time(rules):
        time = spending_time_of(design, cut)
    repeated = record is not None and record.last is not None and record.last.look == number
    extra = repeated and _was_extra(record)
    asked = Asked(number, options.final or None, time, options.stopped_for, unplanned=extra)
    if options.after_stopping and record is not None:
        return analyzed_after_stopping(design, cut, past, asked, rules, record.stopped)
    return held_on_data(design, cut, past, asked, rules)


def _was_extra(record: Record | None) -> bool:
    """Tell whether the last look on record was an extra one, so that it stays one."""
    return record is not None and record.last is not None and record.last.unplanned


def _projection(design: TrialDesign, cut: DataCut, options: Options) -> Projection:
    promise = design.protocol.monitoring.projecting
    promise = replace(
        promise,
        replicates=promise.replicates if options.replicates is None else options.replicates,
        seed=promise.seed if options.seed is None else options.seed,
    )
    if options.to_come is not None and options.to_come < 0:
        raise DataError(f"{options.to_come} patients are to come; give 0 or more.")
    return projection_of(
        design,
        cut.snapshot.subjects.size,
        promise,
        to_come=options.to_come,
        workers=options.workers or os.cpu_count() or 1,
    )
