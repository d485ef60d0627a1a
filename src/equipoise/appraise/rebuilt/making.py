"""From what a figure publishes to patients, and from patients to what every comparison says.

Each arm is rebuilt many times, each arm from random numbers of its own (seed plus its place in
the figure), so that what is not known of one is independent of what is not known of another.
"""

from collections.abc import Sequence
from dataclasses import replace

from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.estimates import Estimate, Interval
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.progress import Progress, only_notices
from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedDifference,
    ClaimedMedian,
    ClaimedRate,
    ClaimedRatio,
)
from equipoise.appraise.curves.curve import Kind
from equipoise.appraise.curves.draws import Reconstructions, reconstructions
from equipoise.appraise.curves.fit import fit_of
from equipoise.appraise.curves.reconstruct import Reconstruction
from equipoise.appraise.rebuilt.analysis import analyze_rebuilt
from equipoise.appraise.rebuilt.figure import PublishedArm, PublishedFigure, RebuildAsked
from equipoise.appraise.rebuilt.settled import (
    ids_of,
    kind_of,
    refuse_unknown_sizes,
    times_of_rates,
)
from equipoise.appraise.rebuilt.together import joined_interval, joined_median
from equipoise.appraise.rebuilt.trial import (
    ArmNumber,
    ArmRoles,
    RebuiltArm,
    RebuiltContrast,
    RebuiltTrial,
)
from equipoise.appraise.rebuilt.values import RebuiltAnalysis, over_draws
from equipoise.appraise.rebuilt.wording import told_by_name, wording
from equipoise.errors import ClaimError, DataError

COMPETING = (
    "Curves of one event's incidence do not tell who had another event first: those are among the "
    "patients without the event, so that events and patients are not those of the trial where "
    "other events compete."
)
CAUSE_SPECIFIC = (
    "Rebuilt is the ratio of the subdistribution; a published cause-specific one is another number."
)
SUBDISTRIBUTION = (
    "The hazard ratio is one of the subdistribution: whoever had another event first is taken to "
    "stay free of this one. It stands for the ratio of Fine and Gray, and comes only roughly to "
    "it. The cause-specific hazard ratio cannot be told from these curves, and may lie far from "
    "it. Where no other event can come first, all are the same."
)
FEWER = "Fewer events are taken as better."


def rebuild_trial(
    figure: PublishedFigure,
    roles: ArmRoles,
    asked: RebuildAsked,
    progress: Progress = only_notices,
) -> RebuiltTrial:
    """Rebuild the arms of a figure, and compare each with control.

    Args:
        figure: as published.
        roles: which arm is the control, and which are compared with it.
        asked: choices of the analysis, and what was printed.
        progress: told what starts now.

    Raises:
        DataError: an arm of unknown size, times beyond a curve, or fewer than two draws.
        ClaimError: numbers that contradict each other.
        NotEstimable: `asked.until` beyond what the arms allow.

    Accuracy: see docs/reconstruction.md.

    Witness: law (the numbers of `reconstructions` and `analyze_rebuilt`).
    """
    kept = {*roles.experimental, roles.control} if roles.control else set(figure.labels)
    used = [(k, arm) for k, arm in enumerate(figure.arms) if arm.label in kept]
    published = [arm for _, arm in used]
    refuse_unknown_sizes(published)
    kind = kind_of(published, figure.source)
    _refuse_means(kind, asked)
    times = times_of_rates(published, figure, asked)
    ids = ids_of([arm.label for arm in published])
    arms = []
    for place, (k, arm) in enumerate(used, start=1):
        progress(f"Rebuilding {arm.label} {asked.draws} times (arm {place} of {len(used)})")
        arms.append(_arm(arm, ids[place - 1], times, asked, k))
    trial = RebuiltTrial(
        source=figure.source,
        time_unit=figure.time_unit,
        kind=kind,
        arms=tuple(arms),
        roles=roles,
        comparisons=(),
        read=figure.read,
        assumed=(),
        claims=asked.claims,
        endpoint=asked.endpoint,
        level=asked.level,
        alpha=asked.alpha,
        sides=asked.sides,
        planned=asked.planned,
        margins=asked.margins,
        draws=asked.draws,
        seed=asked.seed,
    )
    contrasts = tuple(
        _contrast(trial, experimental, times, asked, progress)
        for experimental in roles.experimental
    )
    return replace(trial, comparisons=contrasts, assumed=_assumed(figure, trial, contrasts))


def _refuse_means(kind: Kind, asked: RebuildAsked) -> None:
    """Refuse restricted means of curves that rise.

    Raises:
        DataError: they are asked for.
    """
    if kind == "incidence" and asked.until is not None:
        raise DataError(
            f"Restricted means up to {asked.until:g} are of survival curves, and these show "
            "incidence: leave until out."
        )


def _arm(
    arm: PublishedArm, name: str, times: Sequence[float], asked: RebuildAsked, place: int
) -> RebuiltArm:
    """Rebuild one arm."""
    made = _rebuilt(arm, asked.draws, asked.seed + place)
    every = (made.best, *made.drawn)
    courses = [kaplan_meier(each.time, each.event) for each in every]
    medians = [course.quantile(0.5, asked.level) for course in courses]
    rates = []
    for at in times:
        if arm.curve.kind == "survival":
            found = [course.survival_at(at, asked.level) for course in courses]
        else:
            found = [_incidence(each, at, asked.level) for each in every]
        whole = joined_interval(found[0], found[1:], asked.level, "log-log")
        rates.append(_over(at, found, whole))
    return RebuiltArm(
        id=name,
        label=arm.label,
        curve=arm.curve,
        at_risk=arm.at_risk,
        censor_marks=arm.censor_marks,
        rebuilt=made,
        fit=fit_of(made.best),
        median=_over(None, medians, joined_median(courses[0], courses[1:], asked.level)),
        rates=tuple(rates),
    )


def _rebuilt(arm: PublishedArm, draws: int, seed: int) -> Reconstructions:
    """Rebuild the patients; what stands in the way names the arm.

    Raises:
        DataError: as `reconstructions`.
        ClaimError: likewise.
    """
    try:
        return reconstructions(
            arm.curve,
            at_risk=arm.at_risk,
            events=arm.events,
            patients=arm.patients,
            censor_marks=arm.censor_marks,
            draws=draws,
            seed=seed,
        )
    except DataError as error:
        raise DataError(f"{arm.label}: {error}") from error
    except ClaimError as error:
        raise ClaimError(f"{arm.label}: {error}") from error


def _incidence(made: Reconstruction, at: float, level: float) -> Estimate:
    """Estimate the rate with the event."""
    return cumulative_incidence(made.time, made.outcome, causes=1).estimate_at(1, at, level)


def _over(time: float | None, found: Sequence[Estimate], whole: Interval | None) -> ArmNumber:
    """Put the number of the likeliest patients beside those of the others."""
    best, *others = found
    return ArmNumber(time, best, over_draws([each.value for each in others]), whole)


def _contrast(
    trial: RebuiltTrial,
    experimental: str,
    times: tuple[float, ...],
    asked: RebuildAsked,
    progress: Progress,
) -> RebuiltContrast:
    """Compare one arm with control, and set what was printed of both against it."""
    control = trial.arm(trial.roles.control or "")
    progress(f"Comparing {experimental} with {control.label}")
    pair = tuple(asked.ids.get(label, label) for label in (control.label, experimental))
    claimed = [each for each in asked.published if _is_of(each, pair)]
    found = analyze_rebuilt(
        control.rebuilt,
        trial.arm(experimental).rebuilt,
        published=claimed,
        arms=(pair[0], pair[1]),
        cause=1 if trial.kind == "incidence" else None,
        times=times,
        until=asked.until,
        alpha=asked.alpha,
        sides=asked.sides,
        planned=asked.planned,
        margins=asked.margins,
        level=asked.level,
    )
    found = _by_name(found, f"{trial.time_unit}s", (control.label, experimental))
    untold = len(claimed) - len(found.published)
    if untold:
        note = f"{untold} of the printed numbers have no counterpart in a figure, and are left out."
        found = replace(found, assumed=(*found.assumed, note))
    return RebuiltContrast(experimental, control.label, found)


def _by_name(found: RebuiltAnalysis, unit: str, labels: tuple[str, str]) -> RebuiltAnalysis:
    """Say what is said with the unit of times and the labels of the arms."""
    published = [told_by_name(each, unit, labels) for each in found.published]
    if found.ratio == "subdistribution hazard ratio":
        published = [
            replace(each, sentence=f"{each.sentence} {CAUSE_SPECIFIC}")
            if each.what == "hazard ratio" and each.verdict != "reproduced"
            else each
            for each in published
        ]
    said = wording(found.numbers, found.tests, unit=unit, arms=labels)
    return replace(found, said=said, published=tuple(published))


def _is_of(each: Claimed, pair: Sequence[str]) -> bool:
    """Tell whether a printed number is of a pair of arms."""
    match each:
        case ClaimedRatio() | ClaimedDifference():
            return {each.experimental, each.control} == set(pair)
        case ClaimedRate() | ClaimedMedian():
            return each.arm in pair
    return True


def _assumed(
    figure: PublishedFigure, trial: RebuiltTrial, contrasts: Sequence[RebuiltContrast]
) -> tuple[str, ...]:
    """Say everything that is taken for granted, each thing once."""
    told = [*figure.assumed]
    for arm in trial.arms:
        told += [f"{arm.label}: {each}" for each in arm.curve.cleaned]
    if trial.kind == "incidence":
        told += [COMPETING, *([SUBDISTRIBUTION, FEWER] if contrasts else [])]
    for each in contrasts:
        told += each.analysis.assumed
    if not contrasts:
        told += trial.arms[0].rebuilt.best.assumed
    return tuple(dict.fromkeys(told))
