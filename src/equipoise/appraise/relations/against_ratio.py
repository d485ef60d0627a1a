"""What is told where rates, medians or events are held against a hazard ratio."""

import math

from equipoise.appraise.checks.finding import Line
from equipoise.appraise.checks.reading import Ratio
from equipoise.appraise.checks.wording import between, chance_words, line
from equipoise.appraise.claims.intervals import Range, exactly
from equipoise.appraise.relations.changing import (
    AFTER,
    WITHIN,
    Apart,
    change_within,
    ratio_after,
)

BY_CHANCE = 0.05  # chance from which on chance alone is explanation enough
CLEAR = 0.5  # of the distance: how near the inverse must be to be named
SMALLEST, LARGEST = 0.02, 50.0  # hazard ratios that are told by number


def as_printed(ratio: Ratio) -> str:
    """Write a ratio as printed, experimental over control."""
    text = ratio.claimed.ratio.text
    return f"{text} inverted ({between(ratio_itself(ratio))})" if ratio.claimed.inverted else text


def ratio_itself(ratio: Ratio) -> Range:
    """Give a ratio, experimental over control, not its logarithm."""
    return Range(math.exp(ratio.log.lower), math.exp(ratio.log.upper))


def inverse_fits(implied: Range, ratio: Ratio) -> bool:
    """Tell whether the inverse of a ratio is much nearer to what other numbers imply."""
    log = implied.image(math.log)
    return (-log).gap(ratio.log) < CLEAR * log.gap(ratio.log)


def change_needed(apart: Apart, implied: Range, ratio: Ratio, time: str) -> tuple[str, list[Line]]:
    """Tell how the hazard ratio must have changed to set both apart: the likelier of two ways.

    Args:
        apart: how far either way may lead.
        implied: hazard ratio at the time.
        ratio: as printed.
        time: in words.

    Witness: `ratio_after`, `change_within`.
    """
    early, printed = math.log(implied.middle), ratio.log.middle
    share = f"{100 * apart.before:.0f}% of events until {time}"
    if apart.after >= apart.within:
        late = ratio_after(apart, early, printed)
        needed = f"a ratio of about {_about(early)} until {time} and about {_about(late)} after it"
        return needed, [line(f"ratio after {time}", f"{share}, constant", exactly(_exp(late)))]
    start, end = change_within(apart, early, printed)
    ends = f"about {_about(start)} at the start to about {_about(end)} at {time}"
    lines = [
        line("ratio at the start", f"{share}, changing evenly", exactly(_exp(start))),
        line(f"ratio at {time}", f"{share}, changing evenly", exactly(_exp(end))),
    ]
    return f"a ratio that went from {ends}", lines


def _exp(log: float) -> float:
    return math.exp(min(max(log, -300.0), 300.0))


def _about(log: float) -> str:
    value = _exp(log)
    if value < SMALLEST:
        return f"{SMALLEST:g} or less"
    return f"{LARGEST:g} or more" if value > LARGEST else f"{value:.2f}"


def spread_lines(apart: Apart, time: str) -> list[Line]:
    """Write how far chance, and hazards that change, may set both apart."""
    how = f"log ratio changed until {time} by {WITHIN:g} (standard deviation)"
    after = f"log ratio after {time} other by {AFTER:g} (standard deviation)"
    return [
        line(
            "standard deviation by chance",
            "√(Var - SE²), hazards proportional",
            exactly(apart.chance),
        ),
        line("standard deviation by an even change", how, exactly(apart.within)),
        line("standard deviation by a change afterwards", after, exactly(apart.after)),
    ]


def told_against(ratio: Ratio, chances: tuple[float, float], needed: str, rest: str) -> str:
    """Tell how a printed ratio stands to what is implied, where their rounding does not overlap.

    Args:
        ratio: as printed.
        chances: that chance alone sets both so far apart; that it does so with changing hazards.
        needed: how the ratio must have changed; empty where the grade is "consistent".
        rest: what is added where honest trials hardly differ so; empty elsewhere.

    Witness: sentences of tests/reference.
    """
    written, alone = as_printed(ratio), chances[0]
    if alone >= BY_CHANCE:
        return f"{written} is printed, which chance allows."
    if rest:
        return (
            f"{written} is printed, and honest trials differ so in {chance_words(chances[1])}. "
            f"That would need {needed}. {rest}"
        ).rstrip()
    return (
        f"{written} is printed. Chance alone sets them so far apart in {chance_words(alone)}; "
        f"otherwise hazards or censoring changed, with {needed}."
    )
