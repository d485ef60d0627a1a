"""Who was randomized, to which arm: the subjects' table, one row a patient.

A patient without an arm was not randomized.  Where the protocol says who was screened, such
patients are counted as assessed; where it does not, a missing arm is an error.  CDISC's words
for "no arm" (Screen Failure, Not Assigned, Not Treated) are understood.
"""

import numpy as np
import polars as pl

from equipoise.errors import DataError
from equipoise.io.data.columns import TableData, held, matched, no_date, parsed_dates, text
from equipoise.io.data.conditions import certainly
from equipoise.io.data.findings import FindingLog, listed
from equipoise.io.data.roster import Roster
from equipoise.kernel.arrays import Codes, Flags, codes, flags
from equipoise.protocol import data_map
from equipoise.protocol.expression import columns_of, parse_condition
from equipoise.protocol.trial import Protocol

NOT_RANDOMIZED = ("Screen Failure", "SCREEN FAILURE", "SCRNFAIL", "Not Assigned", "NOTASSGN")
NOT_TREATED = (*NOT_RANDOMIZED, "Not Treated", "NOT TREATED", "NOTTRT")


def read_roster(protocol: Protocol, tables: dict[str, TableData], log: FindingLog) -> Roster:
    """Read the subjects' table.

    Raises:
        DataError: if nobody can be told; identifiers and arms in error go to `log`.
    """
    source = protocol.data.subjects
    if source is None:
        raise DataError("The protocol does not say where the patients are: add data.subjects.")
    table = tables[source.table]
    if not table.frame.height:
        raise DataError(without_rows(table, protocol))
    ids = text(table, source.id)
    if ids.null_count():
        nobody = ids.is_null().to_numpy()
        message = (
            f"{table.file}: the patient's identifier {source.id} is missing. Complete it, or "
            "leave these rows out with the table's `where`."
        )
        rows = table.row[nobody]
        log.add("error", "unreadable-subjects", message, table=table.id, rows=rows)
        table = table.only(flags(~nobody))
    arm, randomized, assessed = assigned_arms(protocol, source, table, log)
    kept = table.only(flags(randomized))
    ids = text(kept, source.id)
    arm = codes(arm[randomized])
    if not log.told({"unknown-arm", "missing-arm"}):
        check_every_arm(arm, protocol, kept, log)
    if ids.is_duplicated().any():
        check_once(ids, arm, kept, source, log)
        first = ids.is_first_distinct().to_numpy()
        kept, arm, ids = kept.only(flags(first)), codes(arm[first]), ids.filter(pl.Series(first))
    received, treated = treatment(protocol, source, kept, arm, log)
    on = randomization_dates(kept, source.randomized, log) if source.randomized else None
    absent = [text(table.only(flags(~randomized)), source.id)]
    if table.left_out is not None:
        absent.append(text(TableData(table.id, table.file, table.left_out, table.row), source.id))
    return Roster(
        kept, source.id, ids, arm, received, treated, on, pl.concat(absent), assessed,
        protocol.analysis.data_cut,
    )  # fmt: skip


def without_rows(table: TableData, protocol: Protocol) -> str:
    """Say that a table is empty, or that its own condition leaves every row out."""
    where = next((each.where for each in protocol.data.tables if each.id == table.id), None)
    out = table.left_out
    if where is None or out is None or not out.height:
        subjects = protocol.data.subjects
        lost = ": there are no patients" if subjects and subjects.table == table.id else ""
        return f"{table.file} has no rows{lost}. Check the file: one row a patient belongs here."
    whole = TableData(table.id, table.file, out, table.row)
    seen = "; ".join(
        f"{column} holds {held(whole, column)}" for column in columns_of(parse_condition(where))
    )
    return f"{table.file}: no row satisfies `{where}`: {seen}. Check data.tables.{table.id}.where."


def randomization_dates(table: TableData, column: str, log: FindingLog) -> pl.Series:
    """Read the dates of randomization; what is missing or no date is told here, once."""
    on, refused = parsed_dates(table, column)
    if refused.any():
        message, rows = no_date(table, column, refused), table.row[refused]
        log.add("error", "unreadable-subjects", message, table=table.id, rows=rows)
    absent = on.is_null().to_numpy() & ~refused
    if absent.any():
        message = (
            f"{table.file}: the date of randomization {column} is missing. Complete it: times "
            "and the data cut are counted from it."
        )
        log.add("error", "missing-date", message, table=table.id, rows=table.row[absent])
    return on


def meaning_of_arms(protocol: Protocol, source: data_map.Subjects) -> dict[str, int]:
    """Give the arm that each recorded value stands for: ids, labels, and what is mapped."""
    place = {arm.id: index for index, arm in enumerate(protocol.arms)}
    labels = {arm.label: index for index, arm in enumerate(protocol.arms)}
    return labels | place | {recorded: place[arm] for recorded, arm in source.arm_values}


def assigned_arms(
    protocol: Protocol, source: data_map.Subjects, table: TableData, log: FindingLog
) -> tuple[Codes, Flags, int | None]:
    """Give every row's arm, whether it was randomized, and how many were assessed."""
    values = text(table, source.arm)
    meaning = meaning_of_arms(protocol, source)
    arm, unknown = matched(values, meaning)
    absent = values.is_null().to_numpy()
    assessed = None
    if source.screened is not None:
        absent = absent | (values.is_in(NOT_RANDOMIZED).fill_null(value=False).to_numpy() & unknown)
        unknown = flags(unknown & ~absent)
        screened, _ = certainly(source.screened, table)
        assessed = int((screened | (arm >= 0)).sum())
    elif absent.any():
        message = (
            f"{table.file}: {source.arm}, the arm assigned, is missing. Say who was screened "
            "(data.subjects.screened), or leave these rows out with the table's `where`."
        )
        log.add("error", "missing-arm", message, table=table.id, rows=table.row[absent])
    if unknown.any():
        seen = values.filter(pl.Series(unknown)).unique(maintain_order=True).to_list()
        known = list({word.casefold(): word for word in meaning}.values())
        message = (
            f"{table.file}: {source.arm} holds {listed(seen)}, which the protocol does not know. "
            f"Known are {listed(known)}. Say in data.subjects.arm.values which arm each "
            "value means, or leave these rows out with the table's `where`."
        )
        log.add("error", "unknown-arm", message, table=table.id, rows=table.row[unknown])
    return arm, flags(arm >= 0), assessed


def check_once(
    ids: pl.Series, arm: Codes, table: TableData, source: data_map.Subjects, log: FindingLog
) -> None:
    """Tell patients who stand in the table twice, worse if in two arms."""
    twice = ids.is_duplicated().to_numpy()
    rows = pl.DataFrame({"id": ids, "arm": arm, "row": table.row}).filter(pl.Series(twice))
    arms = rows.group_by("id", maintain_order=True).agg(pl.col("arm").n_unique().alias("arms"))
    both = rows.join(arms, on="id", how="left", maintain_order="left")
    for rule, chosen, fact in (
        ("two-arms", both.filter(pl.col("arms") > 1), "in two arms"),
        ("duplicate-subject", both.filter(pl.col("arms") == 1), "in more than one row"),
    ):
        if chosen.height:
            people = chosen["id"].unique(maintain_order=True).to_list()
            count = "1 patient is" if len(people) == 1 else f"{len(people)} patients are"
            message = (
                f"{table.file}: {count} {fact} "
                f"({source.id}). This table must hold one row a patient: choose the rows with "
                "the table's `where`, or correct the data."
            )
            row = chosen["row"].to_numpy()
            log.add("error", rule, message, table=table.id, rows=row, subjects=people)


def check_every_arm(arm: Codes, protocol: Protocol, table: TableData, log: FindingLog) -> None:
    """Find arms of the protocol that nobody was randomized to."""
    count = np.bincount(arm, minlength=len(protocol.arms))
    for each, patients in zip(protocol.arms, count.tolist(), strict=True):
        if not patients:
            there = [a.label for a, n in zip(protocol.arms, count.tolist(), strict=True) if n]
            message = (
                f"{table.file}: no patient is in arm {each.label!r}. Patients are in "
                f"{listed(there) or 'no arm'}. Check the arm's values in data.subjects, or take "
                "the arm out of the protocol."
            )
            log.add("error", "empty-arm", message, table=table.id)


def treatment(
    protocol: Protocol, source: data_map.Subjects, table: TableData, arm: Codes, log: FindingLog
) -> tuple[Codes, Flags | None]:
    """Give the arm each patient received, -1 for no treatment, and who is recorded as treated."""
    treated = None
    received = arm
    if source.treated is not None:
        certain, unknown = certainly(source.treated, table)
        if unknown.any():
            message = (
                f"{table.file}: whether `{source.treated}` holds is unknown; these patients count "
                "as not treated."
            )
            log.add("warning", "unknown-treated", message, table=table.id, rows=table.row[unknown])
        treated = flags(certain)
    if source.received is not None:
        values = text(table, source.received)
        received, unknown = matched(values, meaning_of_arms(protocol, source))
        unknown = flags(unknown & ~values.is_in(NOT_TREATED).fill_null(value=False).to_numpy())
        if unknown.any():
            seen = values.filter(pl.Series(unknown)).unique(maintain_order=True).to_list()
            message = (
                f"{table.file}: {source.received} holds {listed(seen)}, which the protocol does "
                "not know as an arm. Say in data.subjects.arm.values what each value means."
            )
            log.add("error", "unknown-arm", message, table=table.id, rows=table.row[unknown])
        if treated is not None and (lost := treated & (received < 0) & ~unknown).any():
            message = f"{table.file}: treated, but the arm received {source.received} is missing. "
            message += "Complete it, or correct who was treated."
            log.add("error", "missing-arm", message, table=table.id, rows=table.row[lost])
        treated = flags(received >= 0) if treated is None else treated
    if treated is not None:
        received = codes(np.where(treated, received, -1))
    return received, treated
