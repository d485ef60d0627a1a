"""Why a rebuilt hazard ratio may differ from the published one, as far as the data tell.

    direction    the inverse ratio is the one published
    digitising   the index scores the digitised curve below 100%
    few events   so many events, put on the other side, would make the whole difference (≤ 5):
                 δ ≈ |log difference| / (1/d₀ + 1/d₁)
    visits       a tenth of the events or more sit at one time: events are found at visits
    patients     the arms hold 70 to 95% of the patients that the publication reports
    not proportional   P < 0.05: one ratio depends on strata, covariates and length of follow-up
    doubt        the index contradicts itself
    not told     none of these: stratified or adjusted in the paper, or drawn wrongly; unknown

These are what the data show beside the difference; that they cause it is not proven.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import Literal, TypeAlias

import numpy as np

from equipoise.analyze.estimates import Absent
from equipoise.appraise.library.analysis import FigureAnalysis

Kind: TypeAlias = Literal[
    "direction",
    "digitising",
    "few events",
    "visits",
    "patients",
    "not proportional",
    "doubt",
    "not told",
]
FEW = 5.0  # events
HEAP = 0.10  # of the events at one time
PRESENT = (0.70, 0.95)  # of the patients reported; fewer: it reports other arms besides
ALPHA = 0.05  # of the proportional-hazards test
TWO_ARMS = ("1:1", "2:1")
PERFECT = 100


@dataclass(frozen=True, slots=True)
class Reason:
    """What the data show that can make the difference, with its numbers."""

    kind: Kind
    sentence: str


def reasons_for(
    analysis: FigureAnalysis, published: float, found: float, *, inverted: bool
) -> tuple[Reason, ...]:
    """Say what the data show beside a difference between two hazard ratios.

    Args:
        analysis: of the figure.
        published: the ratio as printed.
        found: the ratio of the rebuilt patients.
        inverted: whether 1 / found agrees with the published.

    Witness: the formulas above; each reason is planted in the tests.
    """
    found_reasons = tuple(_shown(analysis, published, found, inverted=inverted))
    if found_reasons:
        return found_reasons
    told = "The data do not tell why: a stratified or adjusted ratio, or an error in the drawing."
    return (Reason("not told", told),)


def _shown(
    analysis: FigureAnalysis, published: float, found: float, *, inverted: bool
) -> Iterator[Reason]:
    figure = analysis.asked
    if inverted:
        yield Reason("direction", _direction(analysis, published, found))
    if figure.quality is not None and figure.quality < PERFECT:
        yield Reason("digitising", f"The index scores the digitised curve {figure.quality}%.")
    events = [arm.events for arm in analysis.arms]
    if not inverted and min(events) > 0:
        moved = abs(log(found / published)) / sum(1 / each for each in events)
        if moved <= FEW:
            whole = f"{events[0]} and {events[1]} events"
            yield Reason(
                "few events", f"Of {whole}, {_few(moved)} misplaced would make the difference."
            )
    share, time = _heap(analysis)
    if share >= HEAP:
        yield Reason(
            "visits",
            f"{100 * share:.0f}% of the events are drawn at {time:.3g} {figure.time_unit}s.",
        )
    yield from _about_patients(analysis)
    p = analysis.proportional_hazards.p_two_sided
    if not isinstance(p, Absent) and p < ALPHA:
        yield Reason("not proportional", f"Hazards are not proportional ({_p(p)}).")
    for doubt in figure.doubts:
        yield Reason("doubt", doubt)


def _direction(analysis: FigureAnalysis, published: float, found: float) -> str:
    order = analysis.asked.order
    why = (
        "the publication prints it the other way, or the arms of the figure are confused"
        if order.resolved
        else "neither labels nor title say which arm comes first"
    )
    return f"The inverse, {1 / found:.2f}, agrees with the published {published:g}: {why}."


def _p(p: float) -> str:
    return f"P = {p:.2g}" if p >= 1e-4 else "P < 0.0001"  # noqa: PLR2004 - as tables print it


def _few(moved: float) -> str:
    whole = max(1, round(moved))
    return f"about {whole} {'event' if whole == 1 else 'events'}"


def _heap(analysis: FigureAnalysis) -> tuple[float, float]:
    """Give the largest share of the events at one time, and that time."""
    figure = analysis.asked
    times, counts = np.unique(figure.time[figure.event], return_counts=True)
    if not counts.size:
        return 0.0, 0.0
    most = int(counts.argmax())
    return float(counts[most] / counts.sum()), float(times[most])


def _about_patients(analysis: FigureAnalysis) -> Iterator[Reason]:
    figure = analysis.asked
    reported = figure.sample_size
    if not reported or figure.randomized not in TWO_ARMS:
        return
    if PRESENT[0] <= figure.patients / reported < PRESENT[1]:
        yield Reason(
            "patients",
            f"The figure holds {figure.patients} of the {reported} patients reported.",
        )
