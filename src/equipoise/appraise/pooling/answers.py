"""Everything that is told of studies put together: the answer asked for, and how far it holds.

Beside the pooled effect stand the other methods, the analysis without each study, by year, by
group, and what the funnel shows; beside a network its inconsistency.  What too few studies cannot
tell is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from equipoise.analyze.estimates import Absent
from equipoise.analyze.printing import with_limits
from equipoise.appraise.network.consistency import (
    Decomposition,
    SplitComparison,
    decompose,
    split_comparisons,
)
from equipoise.appraise.network.network import Network
from equipoise.appraise.pooling.asked import (
    NetworkAsked,
    PoolAsked,
    PoolsAsked,
    network_as_asked,
    pooled_as_asked,
)
from equipoise.appraise.pooling.asymmetry import FunnelAsymmetry, funnel_asymmetry
from equipoise.appraise.pooling.pool import Pooled, pool
from equipoise.appraise.pooling.regression import Subgroups, subgroups
from equipoise.appraise.pooling.sensitivity import (
    Influence,
    WithoutStudy,
    cumulative,
    influence,
    leave_one_out,
)
from equipoise.appraise.pooling.trim import TrimmedAndFilled, trim_and_fill
from equipoise.errors import ClaimError, NotEstimable
from equipoise.kernel.heterogeneity import Estimator

Answer = TypeVar("Answer")
Asked = TypeVar("Asked", PoolAsked, NetworkAsked)
LEFT_OUT: tuple[tuple[Literal["year", "group"], str], ...] = (
    ("year", "the analysis year by year"),
    ("group", "the analysis by group"),
)
COMMON: tuple[Estimator, ...] = ("fixed", "DL", "REML", "PM")
DOUBTED = 0.1  # P of Q below which studies look unlike each other
ENOUGH = 10  # studies, below which a funnel hardly tells anything (Cochrane Handbook, 13.3.5.4)


@dataclass(frozen=True, slots=True)
class OtherMethod:
    """The same studies put together in another way."""

    label: str
    pooled: Pooled


@dataclass(frozen=True, slots=True)
class PoolAnswer:
    """One question answered."""

    asked: PoolAsked
    pooled: Pooled
    others: tuple[OtherMethod, ...]
    without: tuple[WithoutStudy, ...]  # in the order of the studies; empty: one study
    influence: tuple[Influence, ...]  # likewise, and of tables
    by_year: tuple[Pooled, ...]  # the first study, the first two, ...; empty: a year is missing
    groups: Subgroups | None
    asymmetry: FunnelAsymmetry | None
    filled: TrimmedAndFilled | None
    remarks: tuple[str, ...]  # what a reader should be warned of

    @property
    def ratio(self) -> bool:
        """Whether the effect is a ratio."""
        return self.pooled.scale == "log"


@dataclass(frozen=True, slots=True)
class NetworkAnswer:
    """A network, and whether its parts agree."""

    asked: NetworkAsked
    network: Network
    parts: Decomposition
    split: tuple[SplitComparison, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PooledEvidence:
    """All questions of one file, answered."""

    asked: PoolsAsked
    pools: tuple[PoolAnswer, ...]
    networks: tuple[NetworkAnswer, ...]

    def __str__(self) -> str:
        """Tell what the studies of each question say together."""
        told = [self.asked.title] if self.asked.title else []
        told += [
            f"{each.asked.label}: {each.asked.effect} {with_limits(each.pooled.effect)} of "
            f"{len(each.pooled.studies)} studies"
            for each in self.pools
        ]
        told += [
            f"{each.asked.label}: {', '.join(each.network.treatments)} in "
            f"{len(each.network.studies)} studies"
            for each in self.networks
        ]
        return "\n".join(told)


def answered(asked: PoolsAsked) -> PooledEvidence:
    """Answer every question of a file.

    Raises:
        ClaimError: studies that cannot be put together; the message names the question's line.
        NotEstimable: no effect exists, or a network falls apart; likewise.

    Witness: `pool`, `pool_tables`, `network`.
    """
    return PooledEvidence(
        asked,
        tuple(_placed(pool_answer, each) for each in asked.pools),
        tuple(_placed(network_answer, each) for each in asked.networks),
    )


def _placed(answer: Callable[[Asked], Answer], asked: Asked) -> Answer:
    """Answer a question; what stands in the way is told with the question's line."""
    try:
        return answer(asked)
    except (ClaimError, NotEstimable) as error:
        if asked.place is None:
            raise
        where = f"{asked.place.file}:{asked.place.line}:{asked.place.column}"
        raise type(error)(f"{where}: {error}") from error


def pool_answer(asked: PoolAsked) -> PoolAnswer:
    """Put studies together as asked, and in other ways.

    Raises:
        ClaimError: studies that cannot be put together.
        NotEstimable: no effect exists.

    Witness: `pool`, `leave_one_out`, `cumulative`, `funnel_asymmetry`, `trim_and_fill`.
    """
    pooled = pooled_as_asked(asked)
    grouped = len({study.group for study in pooled.studies} - {None}) > 1
    return PoolAnswer(
        asked=asked,
        pooled=pooled,
        others=_others(pooled),
        without=_told(lambda: leave_one_out(pooled)) or (),
        influence=_told(lambda: influence(pooled)) or (),
        by_year=(_told(lambda: cumulative(pooled)) or ()) if len(pooled.studies) > 1 else (),
        groups=_told(lambda: _groups(pooled)) if grouped else None,
        asymmetry=_told(lambda: funnel_asymmetry(pooled.studies, level=pooled.level)),
        filled=_told(lambda: trim_and_fill(pooled)),
        remarks=(*asked.remarks, *_remarks(pooled)),
    )


def network_answer(asked: NetworkAsked) -> NetworkAnswer:
    """Compare the treatments of a network, and its direct with its indirect evidence.

    Raises:
        ClaimError: studies that cannot be put together.
        NotEstimable: the network falls apart.

    Witness: `network`, `decompose`, `split_comparisons`.
    """
    found = network_as_asked(asked)
    parts, split = decompose(found), split_comparisons(found)
    remarks = [*asked.remarks, *(study.remark for study in found.studies if study.remark)]
    if _doubted(parts.between.p):
        remarks.append(
            "Direct and indirect evidence disagree by more than chance explains: the studies may "
            "differ in what changes the effect, and the network's estimates are then of no one."
        )
    if not any(not isinstance(each.difference, Absent) for each in split):
        remarks.append(
            "No comparison has both direct and indirect evidence: that they would agree is assumed."
        )
    return NetworkAnswer(asked, found, parts, split, tuple(remarks))


def _others(pooled: Pooled) -> tuple[OtherMethod, ...]:
    """Put the studies together by the methods that most would ask about."""
    if len(pooled.studies) == 1:
        return ()
    level = pooled.level
    fixed, laird, reml, paule = (
        pool(pooled.studies, method=method, level=level) for method in COMMON
    )
    knapp = pool(pooled.studies, method="REML", interval="hartung-knapp", level=level)
    ways = (
        OtherMethod("One effect (inverse variance)", fixed),
        OtherMethod("DerSimonian-Laird, normal interval", laird),
        OtherMethod("REML, normal interval", reml),
        OtherMethod("Paule-Mandel, normal interval", paule),
        OtherMethod("REML, Hartung-Knapp interval", knapp),
    )
    asked = (pooled.method, pooled.interval_method)
    return tuple(
        each for each in ways if (each.pooled.method, each.pooled.interval_method) != asked
    )


def _groups(pooled: Pooled) -> Subgroups:
    if pooled.method == "Mantel-Haenszel" or pooled.method == "Peto":  # noqa: PLR1714 - narrows the type
        return subgroups(pooled.studies, method="fixed", level=pooled.level)
    return subgroups(
        pooled.studies,
        method=pooled.method,
        interval=pooled.interval_method,
        level=pooled.level,
    )


def _told(ask: Callable[[], Answer]) -> Answer | None:
    """Give an answer, or none where these studies have none to give."""
    try:
        return ask()
    except (ClaimError, NotEstimable):
        return None


def _remarks(pooled: Pooled) -> tuple[str, ...]:
    """Say what speaks against taking the pooled effect at its word."""
    said = [study.remark for study in pooled.studies if study.remark]
    if len(pooled.studies) == 1:
        said.append("There is one study; nothing is put together.")
    if _doubted(pooled.heterogeneity.p) and pooled.heterogeneity.tau_squared == 0.0:
        said.append(
            "The studies differ by more than chance explains, so that one effect common to all is "
            "doubtful; see what random effects give."
        )
    said += [_left_out(pooled, *asked) for asked in LEFT_OUT if _partly(pooled, asked[0])]
    groups = {study.group for study in pooled.studies}
    if pooled.method == "Mantel-Haenszel" and len(groups) > 1 and None not in groups:
        said.append("Within groups the studies are pooled by inverse variance.")
    if 1 < len(pooled.studies) < ENOUGH:
        said.append(
            f"{len(pooled.studies)} studies are too few to tell from their funnel whether others "
            "went unpublished."
        )
    return tuple(said)


def _partly(pooled: Pooled, key: Literal["year", "group"]) -> bool:
    """Tell whether some studies, but not all, have a year, or a group."""
    lacking = [getattr(study, key) is None for study in pooled.studies]
    return any(lacking) and not all(lacking)


def _left_out(pooled: Pooled, key: Literal["year", "group"], what: str) -> str:
    name = next(study.id for study in pooled.studies if getattr(study, key) is None)
    return f"Study {name!r} has no {key}, so that {what} is left out."


def _doubted(p: object) -> bool:
    return isinstance(p, float) and p < DOUBTED
