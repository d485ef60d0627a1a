"""What a pooling file asks: which studies to put together, and how."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from equipoise.appraise.claims.claim import Place
from equipoise.appraise.network.network import Better, Network, NetworkMethod, network
from equipoise.appraise.network.studies import NetworkStudy
from equipoise.appraise.pooling.pool import IntervalMethod, Method, Pooled, pool
from equipoise.appraise.pooling.studies import (
    StudyEffect,
    StudyTable,
    TableMeasure,
    study_from_table,
)
from equipoise.appraise.pooling.tables import pool_tables
from equipoise.errors import ClaimError

Effect: TypeAlias = Literal[
    "hazard ratio", "odds ratio", "risk ratio", "ratio", "risk difference", "difference"
]
MEASURES: dict[Effect, TableMeasure] = {
    "odds ratio": "odds ratio",
    "risk ratio": "risk ratio",
    "risk difference": "risk difference",
}


@dataclass(frozen=True, slots=True)
class PoolAsked:
    """One question: these studies, put together in this way."""

    id: str
    label: str
    effect: Effect
    studies: tuple[StudyEffect | StudyTable, ...]
    method: Method = "REML"
    interval_method: IntervalMethod = "normal"
    level: float = 0.95  # of the intervals to give
    place: Place | None = None  # in its file
    assumed: tuple[str, ...] = ()  # in reading what is printed
    remarks: tuple[str, ...] = ()  # what a reader should be warned of in it


@dataclass(frozen=True, slots=True)
class NetworkAsked:
    """One question: treatments compared through these studies."""

    id: str
    label: str
    effect: Effect
    studies: tuple[NetworkStudy, ...]
    method: NetworkMethod = "DL"
    reference: str = ""  # the first control where it is empty
    better: Better = "lower"
    level: float = 0.95
    place: Place | None = None
    assumed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PoolsAsked:
    """All questions of one file."""

    title: str
    pools: tuple[PoolAsked, ...]
    file: str = ""
    networks: tuple[NetworkAsked, ...] = ()


def pooled_as_asked(asked: PoolAsked) -> Pooled:
    """Put the studies together as asked.

    Raises:
        ClaimError: studies that cannot be put together, or tables of something else.
        NotEstimable: no effect exists.

    Witness: `pool`, `pool_tables`.
    """
    tables = [study for study in asked.studies if isinstance(study, StudyTable)]
    if asked.method == "Mantel-Haenszel" or asked.method == "Peto":  # noqa: PLR1714 - narrows the type
        if len(tables) != len(asked.studies) or asked.effect not in MEASURES:
            raise ClaimError(
                f"{asked.method} needs the events and patients of both arms of every study, and an "
                "odds ratio, risk ratio or risk difference. Give them, or take method: REML."
            )
        if asked.interval_method != "normal":
            raise ClaimError(
                f"{asked.method} has a normal interval, and {asked.interval_method} is asked for. "
                "Leave `interval_method` out, or take method: REML."
            )
        measure = MEASURES[asked.effect]
        return pool_tables(tables, measure=measure, method=asked.method, level=asked.level)
    found = pool(
        [_effect(study, asked.effect) for study in asked.studies],
        method=asked.method,
        interval=asked.interval_method,
        level=asked.level,
    )
    return replace(found, assumed=(*found.assumed, *asked.assumed))


def network_as_asked(asked: NetworkAsked) -> Network:
    """Compare the treatments of a network as asked.

    Raises:
        ClaimError: studies that cannot be put together, or a reference that is not there.
        NotEstimable: the network falls apart.

    Witness: `network`.
    """
    found = network(
        asked.studies,
        method=asked.method,
        reference=asked.reference,
        better=asked.better,
        level=asked.level,
    )
    return replace(found, assumed=(*found.assumed, *asked.assumed))


def _effect(study: StudyEffect | StudyTable, effect: Effect) -> StudyEffect:
    if isinstance(study, StudyEffect):
        return study
    if effect not in MEASURES:
        raise ClaimError(
            f"Study {study.id!r} gives events of patients, which tell no {effect}; give its "
            "estimate with limits, or ask for an odds ratio, risk ratio or risk difference."
        )
    return study_from_table(study, MEASURES[effect])
