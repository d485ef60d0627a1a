"""The data check: what follow-up must fulfil before anything is computed from it.

Errors refuse the data; warnings are printed in the report; notes say what was detected.
A time of 0 is kept (as in R; SAS PHREG drops it).  After the cut means more than one day
after, since ADaM counts the first day as 1.
"""

from datetime import date

import numpy as np
import polars as pl

from equipoise.analyze.snapshot import Categories
from equipoise.io.data.date_checks import check_row_dates
from equipoise.io.data.endpoint_rows import EndpointRows, randomization_days
from equipoise.io.data.findings import ABOUT, FindingLog, listed
from equipoise.io.data.roster import TWICE, Roster, having
from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.protocol.data_map import AdamTimeToEvent, EndpointSource, SingleTime
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import DAYS_PER, Protocol, TimeUnit

LONGEST = {"month": (240.0, 600.0), "year": (20.0, 60.0), "week": (1040.0, 3000.0)}
SHORTEST_DAYS = 40.0
ENOUGH_TO_JUDGE = 10
MOSTLY_EVENTS = 0.9
FEW_DISTINCT = 3


def check_rows(
    rows: EndpointRows, source: EndpointSource, protocol: Protocol, roster: Roster, log: FindingLog
) -> None:
    """Check the rows of one endpoint; every problem goes to `log`."""
    endpoint, unit = protocol.endpoint(source.endpoint), protocol.trial.time_unit
    if not isinstance(endpoint, TimeToEvent):
        return
    check_times(rows, log)
    if rows.entry is not None:
        check_intervals(rows, roster, log)
    else:
        check_one_row_each(rows, roster, log)
    usable = rows.time[np.isfinite(rows.time)]
    if usable.size:
        check_unit(usable, unit, rows, log)
        check_events(rows, endpoint, source, log)
    check_row_dates(rows, roster, unit, log)
    check_data_cut(rows, roster, unit, log)


def check_times(rows: EndpointRows, log: FindingLog) -> None:
    """Find missing, infinite, negative and zero times."""
    time, table = rows.time, rows.table
    name = f"{table.file}: {ABOUT}"

    def tell(severity: str, rule: str, wrong: Flags, message: str) -> None:
        if wrong.any():
            place = rows.row[wrong]
            log.add(severity, rule, f"{name}: {message}", table=table.id, rows=place)  # type: ignore[arg-type]  # one of three words

    tell("error", "missing-time", np.isnan(time), "the time is missing. Complete it.")
    tell("error", "infinite-time", np.isinf(time), "the time is infinite. Correct it.")
    negative = time < 0
    if negative.any():
        low = f"the time is negative (lowest {time[negative].min():g})"
        remedy = "Times count from randomization; correct these."
        tell("error", "negative-time", negative, f"{low}. {remedy}")
    if rows.entry is None:
        zero = "the time is 0; these patients are kept, at risk at time 0 only."
        tell("note", "zero-time", time == 0, zero)
        return
    tell(
        "error",
        "missing-entry",
        ~np.isfinite(rows.entry),
        "the entry time is missing. Complete it.",
    )
    early = "entry is before time 0, that is before randomization."
    tell("warning", "negative-entry", rows.entry < 0, early)


def check_one_row_each(rows: EndpointRows, roster: Roster, log: FindingLog) -> None:
    """Refuse several rows a patient where no entry times were declared."""
    count = np.bincount(rows.subject, minlength=roster.size)
    twice = count > 1
    told = rows.table.id == roster.table.id and log.told(TWICE)
    if twice.any() and not told:
        people = names(twice, roster)
        message = (
            f"{rows.table.file}: {ABOUT}: {having(len(people))} several rows. "
            "Choose one by the table's `where`, or name the `entry` column if the rows are "
            "(start, stop] intervals."
        )
        place = rows.row[twice[rows.subject]]
        log.add("error", "duplicate-subject", message, table=rows.table.id, rows=place,
                subjects=people)  # fmt: skip


def check_intervals(rows: EndpointRows, roster: Roster, log: FindingLog) -> None:
    """Check (entry, time] rows, sorted by patient and entry."""
    entry = rows.entry if rows.entry is not None else rows.time
    same = rows.subject[1:] == rows.subject[:-1]
    overlap, gap = same & (entry[1:] < rows.time[:-1]), same & (entry[1:] > rows.time[:-1])
    event = rows.outcome > 0
    count = np.bincount(rows.subject, weights=event, minlength=roster.size)
    table, label = rows.table, f"{rows.table.file}: {ABOUT}"
    empty = entry >= rows.time
    if empty.any():
        message = f"{label}: the entry is not before the time. Correct or leave out these rows."
        log.add("error", "empty-interval", message, table=table.id, rows=rows.row[empty])
    for severity, rule, wrong, fact in (
        ("error", "overlapping-rows", overlap,
         "rows of one patient overlap. End each where the next begins"),
        ("warning", "gap-in-rows", gap, "there is a gap between rows; nobody is at risk in it"),
        ("error", "event-before-last-row", same & event[:-1] & ~event[1:],
         "a patient is followed on after the event. Leave the later rows out, or correct it"),
    ):  # fmt: skip
        if wrong.any():
            who = np.zeros(roster.size, dtype=np.bool_)
            who[rows.subject[1:][wrong]] = True
            log.add(severity, rule, f"{label}: {fact}.", table=table.id,  # type: ignore[arg-type]  # one of three words
                    rows=rows.row[1:][wrong], subjects=names(who, roster))  # fmt: skip
    if (count > 1).any():
        people = names(count > 1, roster)
        message = (
            f"{label}: a patient has more than one event, which can happen only once. "
            "Keep the first, or correct the data."
        )
        log.add("error", "two-terminal-events", message, table=table.id, subjects=people,
                rows=rows.row[event & (count[rows.subject] > 1)])  # fmt: skip


def check_unit(time: Vector, unit: TimeUnit, rows: EndpointRows, log: FindingLog) -> None:
    """Find times that are too long, or too short, for the unit they are said to be in."""
    middle, longest = float(np.median(time)), float(time.max())
    reason = ""
    if unit in LONGEST:
        most_median, most = LONGEST[unit]
        if middle > most_median or longest > most:
            years = longest * DAYS_PER[unit] / DAYS_PER["year"]
            reason = f"the longest is {longest:g} {unit}s"
            reason += "" if unit == "year" else f", which is {years:.0f} years"
    elif longest < SHORTEST_DAYS and (time != np.round(time)).any():
        reason = f"the longest is {longest:g} days, and they are not whole days"
    if reason:
        message = (
            f"{rows.table.file}: {ABOUT}: times are taken as {unit}s, but {reason}. "
            "Check trial.time_unit."
        )
        log.add("warning", "unit-looks-wrong", message, table=rows.table.id)
    distinct = np.unique(time).size
    if time.size > ENOUGH_TO_JUDGE and distinct <= FEW_DISTINCT:
        message = (
            f"{rows.table.file}: {ABOUT}: {time.size} times have only {distinct} "
            f"distinct value{'s' if distinct > 1 else ''}; nearly all are tied."
        )
        log.add("warning", "few-distinct-times", message, table=rows.table.id)


def check_events(
    rows: EndpointRows, endpoint: TimeToEvent, source: EndpointSource, log: FindingLog
) -> None:
    """Find endpoints with no event at all, or with suspiciously many."""
    table = rows.table
    patients = np.count_nonzero(np.bincount(rows.subject))
    ended = np.count_nonzero(np.bincount(rows.subject[rows.outcome > 0]))
    share = ended / patients
    if not (rows.outcome == 1).any():
        message = (
            f"{table.file}: {ABOUT}: there is no event. Check how it is coded, under "
            f"data.endpoints.{endpoint.id}."
        )
        log.add("warning", "no-events", message, table=table.id)
    elif share > MOSTLY_EVENTS and patients >= ENOUGH_TO_JUDGE:
        message = (
            f"{table.file}: {ABOUT}: {share:.0%} of patients have an event. If events "
            f"and censorings are exchanged (in ADaM's CNSR 0 is the event), {turned_round(source)}."
        )
        log.add("warning", "mostly-events", message, table=table.id)


def turned_round(source: EndpointSource) -> str:
    """Say how events and censorings are exchanged, for each way of recording them."""
    here = f"data.endpoints.{source.endpoint}"
    match source:
        case SingleTime(event=str(condition)):
            return f"turn the condition `{condition}` round"
        case SingleTime():
            return f"exchange the values under {here}.cause.values"
        case AdamTimeToEvent(time=time, censor=censor):
            return f"map it by `time: {time}` and `event: {censor} == 1`"
    return f"turn the conditions under {here}.first_of round"


def check_data_cut(rows: EndpointRows, roster: Roster, unit: TimeUnit, log: FindingLog) -> None:
    """Find follow-up that ends after the data cut, where dates of randomization are known."""
    if roster.data_cut is None or roster.randomized_on is None:
        return
    cut = (date.fromisoformat(roster.data_cut) - date(1970, 1, 1)).days
    with np.errstate(invalid="ignore"):
        late = randomization_days(roster)[rows.subject] + rows.time * DAYS_PER[unit] > cut + 1
    if late.any():
        message = (
            f"{rows.table.file}: {ABOUT}: follow-up ends after the data cut "
            f"{roster.data_cut}. Cut the data again, or correct analysis.data_cut."
        )
        log.add("error", "after-data-cut", message, table=rows.table.id, rows=rows.row[late])


def check_roster(roster: Roster, log: FindingLog) -> None:
    """Find patients who were randomized after the data cut."""
    table = roster.table
    if roster.randomized_on is not None and roster.data_cut is not None:
        cut = date.fromisoformat(roster.data_cut)
        late = (roster.randomized_on > cut).fill_null(value=False).to_numpy()
        if late.any():
            days = roster.randomized_on.filter(pl.Series(late)).cast(pl.String).to_list()
            message = (
                f"{table.file}: randomized after the data cut {roster.data_cut}: "
                f"{listed(days, 3)}. Cut the data again, or correct analysis.data_cut."
            )
            log.add("error", "after-data-cut", message, table=table.id, rows=table.row[late])


def check_strata(
    protocol: Protocol, variables: dict[str, Vector | Categories], arm: Codes, log: FindingLog
) -> None:
    """Find strata in which all patients are in one arm."""
    known = [variables.get(name) for name in protocol.strata]
    factors = [each for each in known if isinstance(each, Categories)]
    if not factors or len(factors) < len(known):
        return
    frame = pl.DataFrame({f"s{n}": each.codes for n, each in enumerate(factors)})
    frame = frame.with_columns(pl.Series("arm", arm))
    frame = frame.filter(pl.all_horizontal(pl.col(f"s{n}") >= 0 for n in range(len(factors))))
    keys = [f"s{n}" for n in range(len(factors))]
    grouped = frame.group_by(keys).agg(pl.col("arm").n_unique().alias("arms"), pl.len())
    alone = grouped.filter(pl.col("arms") == 1).sort(keys)
    if not alone.height:
        return
    shown = [
        " / ".join(each.levels[row[key]] for each, key in zip(factors, keys, strict=True))
        for row in alone.to_dicts()
    ]
    message = (
        f"{alone.height} of {grouped.height} strata have patients of one arm only "
        f"({alone['len'].sum()} patients): {listed(shown)}. They tell nothing in stratified tests."
    )
    log.add("warning", "one-arm-stratum", message)


def names(chosen: Flags, roster: Roster) -> list[str]:
    """Name the patients chosen."""
    found: list[str] = roster.ids.filter(pl.Series(chosen)).to_list()
    return found
