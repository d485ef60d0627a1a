"""What `equipoise simulate` may be asked, an option each."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Trials: TypeAlias = Annotated[
    int, typer.Option(help="Trials of each scenario; with --precision, at most.")
]
Seed: TypeAlias = Annotated[int, typer.Option(help="Of the random numbers, 0 or more.")]
Scenarios: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(help="A scenario of the protocol; may be repeated. All unless said."),
]
HazardRatios: TypeAlias = Annotated[
    list[float] | None,
    typer.Option(help="Rehearse as planned but for this hazard ratio; may be repeated."),
]
Against: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(help="Another protocol, whose design meets the same patients; repeatable."),
]
StandardError: TypeAlias = Annotated[
    float | None,
    typer.Option(help="Go on until the standard error of power is this small, as 0.005."),
]
Adjusted: TypeAlias = Annotated[
    bool, typer.Option("--adjusted", help="Judge estimates adjusted for the looks, too.")
]
Looks: TypeAlias = Annotated[
    bool, typer.Option("--looks", help="Tell every scenario look by look, however many.")
]
Data: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="The protocol's data, where a scenario draws patients from them."),
]
Workers: TypeAlias = Annotated[
    int | None, typer.Option(help="How many at a time; as many as processors unless said.")
]
ExecutorName: TypeAlias = Annotated[
    str | None, typer.Option(help="serial, threads (usual), processes, or dask.")
]
Scheduler: TypeAlias = Annotated[
    str | None, typer.Option(help="Address of Dask's scheduler, such as tcp://host:8786.")
]
Checkpoint: TypeAlias = Annotated[
    Path | None, typer.Option(help="Keep results so far in this file, and go on from it.")
]
Part: TypeAlias = Annotated[
    str | None,
    typer.Option(help="Play part i of n into the checkpoint, as 3/10.", metavar="I/N"),
]
Merge: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(help="Merge the checkpoints of all parts instead; may be repeated."),
]
Replicates: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="Write a row for each trial into this file (.csv or .parquet)."),
]
ReplayedNumber: TypeAlias = Annotated[
    int | None,
    typer.Option(help="Play this one trial (from 0) again instead, and tell its story."),
]
PatientsFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="Write one simulated trial as data into this folder instead."),
]
TrialNumber: TypeAlias = Annotated[int, typer.Option(help="With --patients: which trial, from 0.")]
AsOf: TypeAlias = Annotated[
    str | None,
    typer.Option(
        help="With --patients: when data are cut, as '2 years' or '80 events'; when the trial "
        "stopped, unless said."
    ),
]
Opened: TypeAlias = Annotated[
    str, typer.Option(help="With --patients: the date on which the trial opened.")
]
Exact: TypeAlias = Annotated[
    bool, typer.Option("--exact", help="With --patients: exact times, not whole days.")
]
DesignName: TypeAlias = Annotated[
    str | None,
    typer.Option(help="With --replay or --patients: under this design of --against."),
]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print all operating characteristics as JSON instead.")
]
