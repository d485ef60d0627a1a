"""Options of `equipoise monitor`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Data: TypeAlias = Annotated[
    Path | None, typer.Option(help="The folder the protocol's files lie in.")
]
AsOf: TypeAlias = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="The data cut: what was known at the end of this day (2019-06-30).",
    ),
]
LookNumber: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--look", min=1, help="Which look this is, from 1; if absent, from record and information."
    ),
]
Statistics: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--z",
        metavar="Z",
        help="Without data: the statistic, positive where the experimental arm is better; "
        "H2=1.2 for a hypothesis by name.",
    ),
]
Counts: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--information",
        metavar="COUNT",
        help="Without data: events (or patients, as the design counts); H2=57 by name.",
    ),
]
RecordFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--record",
        metavar="FILE",
        help="The monitoring record; beside the protocol unless said. It holds results by arm.",
    ),
]
KeyFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="FILE",
        help="The key of the arms' letters; beside the record unless said, made at the first look.",
    ),
]
Head: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--head",
        metavar="SHA256",
        help="The record's head as the minutes tell it (its first 8 letters or more): another "
        "record is refused.",
    ),
]
Unmask: TypeAlias = Annotated[
    bool, typer.Option("--unmask", help="Name the arms in the closed report, by the key.")
]
Corrected: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--corrected",
        metavar="REASON",
        help="The last look is repeated on corrected data, and recorded as such.",
    ),
]
Amended: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--amended",
        metavar="REASON",
        help="The protocol was amended since the last look, and the record says so.",
    ),
]
StoppedFor: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--stopped-for",
        metavar="REASON",
        help="The trial ends with this look for another reason than its bounds.",
    ),
]
Final: TypeAlias = Annotated[
    bool, typer.Option("--final", help="This is the last look: all alpha that is left is spent.")
]
SpendingTime: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--spending-time",
        help="Fraction of the planned duration, where the design spends by the calendar; "
        "from the dates if absent.",
    ),
]
OpenOnly: TypeAlias = Annotated[
    bool,
    typer.Option("--open", help="The open report alone: nothing by arm, no look, no record."),
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Hold the look without writing it into the record.")
]
Replicates: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--replicates",
        min=0,
        help="Simulated rests of the trial, for predictive power and dates; 0 for none; "
        "as the protocol says if absent.",
    ),
]
Seed: TypeAlias = Annotated[
    int | None,
    typer.Option(min=0, help="Of the simulated rests; as the protocol says if absent."),
]
Workers: TypeAlias = Annotated[
    int | None, typer.Option(min=1, help="Processes to simulate with; all cores if absent.")
]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print everything as JSON instead; it holds results by arm.")
]
ToCome: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--to-come",
        min=0,
        help="Patients still to be randomized, 0 where enrollment is closed; "
        "those planned that are not yet if absent.",
    ),
]
AfterStopping: TypeAlias = Annotated[
    bool,
    typer.Option("--after-stopping", help="The trial is stopped; these data came in since."),
]
Committee: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--committee",
        metavar="DECISION",
        help="Record what the committee decided beside the rules: stop or continue, with --reason.",
    ),
]
Reason: TypeAlias = Annotated[
    str | None, typer.Option("--reason", help="Why the committee decided so.")
]
