"""Signs that the code for an event and the code for a censoring are exchanged.

An event coded 1 and a censoring coded 2, a column named as if it counted censorings, and in ADaM
descriptions (EVNTDESC) that say the opposite of CNSR: doubts, each with the other reading.
"""

import re

import polars as pl

from equipoise.io.data.columns import TableData, text
from equipoise.io.data.findings import FindingLog, listed
from equipoise.kernel.arrays import Codes, Flags
from equipoise.protocol.data_map import AdamTimeToEvent, SingleTime
from equipoise.protocol.endpoints import TimeToEvent

CENSOR_NAMES = {"cnsr", "cens", "censor", "censored", "censoring"}
DESCRIPTIONS = ("EVNTDESC", "CNSDTDSC")
FOLLOWED = re.compile(
    r"\b(alive|censor(ed|ing)?|last (contact|known|visit|assessment|follow.?up|date)|ongoing"
    r"|lost to follow.?up|(study )?complet(ion|ed)|data cut.?(off)?|withdr[ae]wn?|withdrawal"
    r"|no (documented )?(event|death|progression|relapse))\b",
    re.IGNORECASE,
)
MOSTLY = 0.5  # of the rows of one code


def check_cause_coding(
    endpoint: TimeToEvent, source: SingleTime, table: TableData, log: FindingLog
) -> None:
    """Doubt values that call 1 an event and 2 censored, or 1 an event in a column of censorings."""
    column, meaning = source.cause or "", dict(source.cause_values)
    event = meaning.get("1")
    if event in (None, "censored", *endpoint.censoring):
        return
    here = f"data.endpoints.{endpoint.id}.cause.values"
    seen = set(text(table, column).drop_nulls().unique().to_list())
    if column.casefold() in CENSOR_NAMES:
        message = (
            f"{table.file}: {column} 1 counts as {event!r}, but a column of this name usually has "
            f"1 for censored and 0 for an event. If so, exchange them under {here}."
        )
        log.add("warning", "censor-named-event", message, table=table.id)
    elif seen == {"1", "2"} and meaning.get("2") == "censored":
        message = (
            f"{table.file}: {column} holds 1 and 2. In that coding 2 is usually the event, but 1 "
            f"counts as {event!r} and 2 as censored. If 2 is the event, exchange them under {here}."
        )
        log.add("warning", "event-coded-1-2", message, table=table.id)


def check_censor_texts(
    endpoint: TimeToEvent, source: AdamTimeToEvent, table: TableData, code: Codes, log: FindingLog
) -> None:
    """Doubt CNSR where the descriptions of its rows say the opposite."""
    columns = [source.description] if source.description else DESCRIPTIONS
    column = next((name for name in columns if name in table.frame.columns), None)
    if column is None:
        return
    said = text(table, column)
    followed = pl.Series([word is not None and bool(FOLLOWED.search(word)) for word in said])
    names = tuple(name.casefold() for name in endpoint.events)
    happened = pl.Series([(word or "").casefold().startswith(names) for word in said])
    mapped = {value for value, _ in source.competing}
    happened &= ~(
        said.is_in(mapped).fill_null(value=False) | pl.Series(code.astype(str)).is_in(mapped)
    )
    for chosen, texts, meaning in (
        (code == 0, followed & ~happened, "0 (an event)"),
        (code > 0, happened & ~followed, "above 0 (censored)"),
    ):
        odd: Flags = chosen & texts.to_numpy()
        if odd.sum() <= MOSTLY * chosen.sum():
            continue
        words = said.filter(pl.Series(odd)).unique(maintain_order=True).to_list()
        message = (
            f"{table.file}: {column} of rows with {source.censor} {meaning} is {listed(words, 3)}. "
            "If the codes are exchanged, correct them: 0 is the event. Or map the endpoint by "
            f"`time: {source.time}` and `event: {source.censor} == 1`."
        )
        rows = table.row[odd]
        log.add("warning", "censor-coding", message, table=table.id, rows=rows)
