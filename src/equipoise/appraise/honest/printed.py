"""An honest trial as a paper prints it: which numbers, with how many digits, differs by trial.

Every number is analyzed by the house's methods on the trial's patients, then rounded as papers
round: percentages to 0 or 1 decimals, ratios to 2, P to 2 or 3 digits, "<.001" below.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.cox import cox
from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
from equipoise.analyze.log_rank import log_rank
from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedArm,
    ClaimedAtRisk,
    ClaimedCount,
    ClaimedDifference,
    ClaimedEvents,
    ClaimedFollowUp,
    ClaimedMedian,
    ClaimedP,
    ClaimedRate,
    ClaimedRatio,
    Claims,
    PrintedInterval,
    PrintedNumber,
    Sides,
)
from equipoise.appraise.claims.printed import printed
from equipoise.appraise.honest.trials import Endpoint, HonestTrial
from equipoise.kernel.confidence import SCALES, normal_quantile, survival_limits
from equipoise.kernel.exact_tables import fisher_p
from equipoise.kernel.normal import upper_tail
from equipoise.kernel.two_by_two import pooled_z

ARMS = ("control", "experimental")
FEWEST = 5  # at risk in each arm, where a rate is printed
SMALLEST = 0.001  # P below it is printed as "<.001"


@dataclass(frozen=True, slots=True)
class Style:
    """How one paper reports."""

    decimals: int  # of percentages
    p_digits: int
    beside_rate: str  # "error", "interval", or ""
    scale: str
    ratio: bool
    stratified: bool
    sides: Sides
    sides_stated: bool
    events: str  # "arms", "all", or ""
    arms_printed: bool
    at_risk: bool
    medians: bool
    follow_up: str  # "observed", "reversed", "alive", or ""
    test: str  # of proportions
    counts: bool
    difference: bool


def style_of(rng: np.random.Generator) -> Style:
    """Draw how a paper reports.

    Args:
        rng: of its choices.

    Witness: the shares of each choice over many papers.
    """
    return Style(
        decimals=int(rng.integers(0, 2)),
        p_digits=int(rng.integers(2, 4)),
        beside_rate=str(rng.choice(["error", "interval", ""], p=[0.25, 0.4, 0.35])),
        scale=str(rng.choice(SCALES, p=[0.5, 0.25, 0.15, 0.05, 0.05])),
        ratio=bool(rng.random() < 0.6),  # noqa: PLR2004 - a share
        stratified=bool(rng.random() < 0.25),  # noqa: PLR2004
        sides=2 if rng.random() < 0.75 else 1,  # noqa: PLR2004
        sides_stated=bool(rng.random() < 0.5),  # noqa: PLR2004
        events=str(rng.choice(["arms", "all", ""], p=[0.45, 0.25, 0.3])),
        arms_printed=bool(rng.random() < 0.9),  # noqa: PLR2004
        at_risk=bool(rng.random() < 0.4),  # noqa: PLR2004
        medians=bool(rng.random() < 0.5),  # noqa: PLR2004
        follow_up=str(rng.choice(["observed", "reversed", "alive", ""], p=[0.3, 0.3, 0.2, 0.2])),
        test=str(rng.choice(["chi-square", "corrected", "fisher"])),
        counts=bool(rng.random() < 0.5),  # noqa: PLR2004
        difference=bool(rng.random() < 0.4),  # noqa: PLR2004
    )


def honest_claims(trial: HonestTrial, style: Style, name: str = "honest") -> Claims:
    """Print a trial.

    Args:
        trial: its patients.
        style: how the paper reports.
        name: of the claim.

    Witness: the analysis of the same patients, before rounding.
    """
    sizes = [int((trial.arm == each).sum()) for each in range(2)]
    arms = tuple(
        ClaimedArm(each, each, "control" if each == "control" else "experimental", count(size))
        if style.arms_printed or sizes[0] != sizes[1]
        else ClaimedArm(each, each, "control" if each == "control" else "experimental", None)
        for each, size in zip(ARMS, sizes, strict=True)
    )
    claimed: list[Claimed] = []
    for endpoint, outcome in (("pfs", trial.progression_free), ("os", trial.survival)):
        claimed += _endpoint(endpoint, outcome, trial, style)
    claimed += _response(trial, style)
    claimed += _follow_up(trial, style)
    return Claims(name, "an honest trial", "month", arms, count(sum(sizes)), tuple(claimed))


def count(value: float) -> PrintedNumber:
    """Print a number of patients."""
    return printed(str(int(value)), "count")


def share(value: float, decimals: int) -> PrintedNumber:
    """Print a proportion as a percentage."""
    return printed(f"{100 * value:.{decimals}f}%", "proportion")


def points(value: float, decimals: int) -> PrintedNumber:
    """Print a difference of percentages."""
    return printed(f"{100 * value:.{decimals}f}%", "difference")


def p_printed(p: float, digits: int) -> PrintedNumber:
    """Print a P.

    >>> p_printed(0.0312, 2).text, p_printed(0.2361, 2).text, p_printed(0.00002, 2).text
    ('.03', '.24', '<.001')
    """
    if p < SMALLEST:
        return printed("<.001", "P")
    decimals = 3 if p < 0.0095 else digits  # noqa: PLR2004 - two would leave none
    return printed(f"{min(p, 1.0):.{decimals}f}".removeprefix("0"), "P")


def _endpoint(name: str, outcome: Endpoint, trial: HonestTrial, style: Style) -> list[Claimed]:
    own = [trial.arm == each for each in range(2)]
    events = [int(outcome.event[each].sum()) for each in own]
    if min(events) < 3:  # noqa: PLR2004 - too few for any of this
        return []
    curves = [kaplan_meier(outcome.time[each], outcome.event[each]) for each in own]
    stratum = trial.stratum if style.stratified else None
    result: list[Claimed] = []
    for each, curve in zip(ARMS, curves, strict=True):
        at = int((outcome.time[trial.arm == ARMS.index(each)] > trial.horizon).sum())
        if at >= FEWEST:
            result.append(_rate(name, each, curve, trial.horizon, style))
        if style.at_risk:
            result.append(_at_risk(name, each, outcome.time[own[ARMS.index(each)]], trial.horizon))
        median = curve.quantile(0.5).value
        if style.medians and isinstance(median, float):
            result.append(ClaimedMedian(name, each, printed(f"{median:.1f}", "time")))
    fit = cox(outcome.time, outcome.event, trial.arm[:, None].astype(np.float64), stratum=stratum)
    log, error = fit.coefficients[0], fit.standard_errors[0]
    if style.ratio and isinstance(log, float) and isinstance(error, float) and error < 1.0:
        z = normal_quantile(0.95)
        ends = [printed(f"{np.exp(log + side * z * error):.2f}", "ratio") for side in (-1, 1)]
        ratio = printed(f"{np.exp(log):.2f}", "ratio")
        limits = PrintedInterval(ends[0], ends[1])
        result.append(ClaimedRatio(name, "experimental", "control", ratio, limits))
    test = log_rank(outcome.time, outcome.event, trial.arm, stratum=stratum).test.statistic
    if isinstance(test, float):
        p = upper_tail(test) if style.sides == 1 else 2 * upper_tail(abs(test))
        stated = style.sides if style.sides_stated else None
        result.append(ClaimedP(name, p_printed(p, style.p_digits), "log-rank", stated))
    if style.events == "arms":
        result += [ClaimedEvents(name, a, count(d)) for a, d in zip(ARMS, events, strict=True)]
    elif style.events:
        result.append(ClaimedEvents(name, None, count(sum(events))))
    return result


def _rate(name: str, arm: str, curve: SurvivalCurve, time: float, style: Style) -> ClaimedRate:
    place = int(np.searchsorted(curve.time, time, side="right")) - 1
    rate = float(curve.survival[place]) if place >= 0 else 1.0
    variance = float(curve.log_variance[place]) if place >= 0 else 0.0
    error = limits = None
    if 0.0 < rate < 1.0 and style.beside_rate == "error":
        error = share(rate * np.sqrt(variance), max(1, style.decimals))
    elif 0.0 < rate < 1.0 and style.beside_rate == "interval":
        low, high = survival_limits(np.array([rate]), np.array([variance]), 0.95, style.scale)  # type: ignore[arg-type]
        ends = [share(float(each[0]), style.decimals) for each in (low, high)]
        limits = PrintedInterval(ends[0], ends[1])
    return ClaimedRate(name, arm, time, share(rate, style.decimals), error, limits)


def _at_risk(name: str, arm: str, time: np.ndarray, horizon: float) -> ClaimedAtRisk:
    times = tuple(horizon * part for part in (0.0, 0.25, 0.5, 0.75, 1.0))
    return ClaimedAtRisk(name, arm, times, tuple(count((time >= each).sum()) for each in times))


def _response(trial: HonestTrial, style: Style) -> list[Claimed]:
    claimed: list[Claimed] = []
    found = []
    for each, arm in enumerate(ARMS):
        own = (trial.arm == each) & trial.assessed
        x, n = int((trial.responder & own).sum()), int(own.sum())
        found.append((x, n))
        whole = n == int((trial.arm == each).sum())
        claimed.append(
            ClaimedCount(
                "response",
                arm,
                count(x) if style.counts else None,
                share(x / n, style.decimals),
                None if whole and style.counts else count(n),
            )
        )
    (x0, n0), (x1, n1) = found
    p = _p_of_response(x1, n1, x0, n0, style)
    stated = style.sides if style.sides_stated else None
    claimed.append(ClaimedP("response", p_printed(p, style.p_digits), "proportions", stated))
    if style.difference:
        d, e = x1 / n1 - x0 / n0, np.sqrt(x1 * (n1 - x1) / n1**3 + x0 * (n0 - x0) / n0**3)
        z = normal_quantile(0.95)
        ends = [points(d + side * z * e, style.decimals) for side in (-1, 1)]
        limits = PrintedInterval(ends[0], ends[1])
        printed_difference = points(d, style.decimals)
        claimed.append(
            ClaimedDifference("response", "experimental", "control", printed_difference, limits)
        )
    return claimed


def _p_of_response(x1: int, n1: int, x0: int, n0: int, style: Style) -> float:
    if style.test == "fisher":
        exact = fisher_p(x1, n1, x0, n0)
        return exact.two_sided if style.sides == 2 else exact.more  # noqa: PLR2004 - two sides
    table = (np.array([float(each)]) for each in (x1, n1, x0, n0))
    z = float(pooled_z(*table)[0])
    if style.test == "corrected":
        less = 0.5 * (1 / n1 + 1 / n0)
        off = x1 / n1 - x0 / n0
        z = z * max(0.0, abs(off) - less) / abs(off) if off else 0.0
    return upper_tail(z) if style.sides == 1 else 2 * upper_tail(abs(z))


def _follow_up(trial: HonestTrial, style: Style) -> list[Claimed]:
    if not style.follow_up:
        return []
    alive = trial.survival
    if style.follow_up == "observed":
        median = float(np.median(alive.time))
    elif style.follow_up == "alive":
        if alive.event.all():
            return []
        median = float(np.median(alive.time[~alive.event]))
    else:
        reached = kaplan_meier(alive.time, ~alive.event).quantile(0.5).value
        if not isinstance(reached, float):
            return []
        median = reached
    return [ClaimedFollowUp(printed(f"{median:.1f}", "time"))]
