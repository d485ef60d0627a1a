"""How did what two sources print of one trial move between them: rates, hazard ratios, P values?

Estimates move as events come in, and a P with them: that is told, never held against anybody.  Only
where a later hazard ratio is farther from the earlier than new events move it is more said.  If the
later analysis holds all of the earlier (Jennison & Turnbull 2000, section 3.1),

    Var(later - earlier) = SE² of the earlier - SE² of the later,      on the log scale.
"""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding, Grade, Line
from equipoise.appraise.checks.reading import (
    Ratio,
    arms_of,
    chosen,
    rate_pairs,
    ratios_of,
)
from equipoise.appraise.checks.wording import (
    chance_words,
    duration,
    finding,
    interval_words,
    label_of,
    line,
    name_of,
    name_of_pair,
    p_words,
    percent,
    printed_duration,
    sides_words,
)
from equipoise.appraise.claims.claim import ClaimedMedian, ClaimedP, Claims
from equipoise.appraise.claims.intervals import exactly, range_of
from equipoise.appraise.relations.plan import effect_seen, shrunk
from equipoise.appraise.relations.ratio import error_of
from equipoise.appraise.relations.sources import in_order
from equipoise.kernel.normal import upper_tail

RARE = 0.01  # chance below which a ratio moved farther than new events move it
OTHER_MODEL = 0.05  # of a log hazard ratio: what another model or other strata may add
REASON = "another model, other strata or other patients may be the reason."


def moved_between_sources(first: Claims, second: Claims) -> tuple[Finding, ...]:
    """Tell how rates, medians, hazard ratios and P values moved from one source to the other."""
    earlier, later = in_order(first, second)
    return (
        *_estimates(earlier, later),
        *_medians(earlier, later),
        *_ratios(earlier, later),
        *_p_values(earlier, later),
    )


def _estimates(earlier: Claims, later: Claims) -> Iterator[Finding]:
    after_pairs = {(p.endpoint, p.time, p.arms): p for p in rate_pairs(later)}
    for pair in rate_pairs(earlier):
        other = after_pairs.get((pair.endpoint, pair.time, pair.arms))
        if other is None:
            continue
        rates = [
            f"{percent(p.experimental.rate)} v {percent(p.control.rate)}" for p in (pair, other)
        ]
        before = effect_seen(earlier, pair.endpoint, pair.arms)
        after = effect_seen(later, pair.endpoint, pair.arms)
        about = name_of_pair(later, pair.endpoint, pair.arms)
        told = (
            f"{about} at {duration(later, pair.time)}: {rates[0]} in {earlier.source} became "
            f"{rates[1]} in {later.source}"
        )
        lines = []
        if before is not None and after is not None:
            told += (
                f"; the hazard ratio went from {before[0]:.2f} ({before[2]}) to {after[0]:.2f} "
                f"({after[2]})"
            )
            lines = [
                line(f"hazard ratio, {each.source}", seen[2], exactly(seen[0]))
                for each, seen in ((earlier, before), (later, after))
            ]
        yield finding(
            "estimates-between-sources",
            pair.endpoint,
            "consistent",
            f"{told}.{_believed(earlier, pair.endpoint, pair.arms)}",
            arithmetic=lines,
            numbers=[*pair.numbers, *other.numbers],
        )


def _believed(earlier: Claims, endpoint: str, arms: tuple[str, str]) -> str:
    """Say what one would have believed of an effect from an early stop alone."""
    result = shrunk(earlier, endpoint, arms)
    if result is None:
        return ""
    low, high = result.believed_interval
    return (
        f" From the earlier source alone one would have believed about {result.believed:.2f} "
        f"({low:.2f} to {high:.2f})."
    )


def _medians(earlier: Claims, later: Claims) -> Iterator[Finding]:
    after = {(each.endpoint, each.arm): each for each in chosen(later, ClaimedMedian)}
    for each in chosen(earlier, ClaimedMedian):
        other = after.get((each.endpoint, each.arm))
        if other is None:
            continue
        shown = [printed_duration(later, one.median) for one in (each, other)]
        yield finding(
            "medians-between-sources",
            each.endpoint,
            "consistent",
            f"{name_of(each.endpoint)}, {label_of(later, each.arm)}: the median was {shown[0]} in "
            f"{earlier.source} and is {shown[1]} in {later.source}.",
            arithmetic=[
                line(earlier.source, "median", range_of(each.median)),
                line(later.source, "median", range_of(other.median)),
            ],
            numbers=[each.median, other.median],
        )


def _ratios(earlier: Claims, later: Claims) -> Iterator[Finding]:
    for before in ratios_of(earlier):
        own, after = (
            [r for r in ratios_of(each, before.claimed.endpoint) if r.arms == before.arms]
            for each in (earlier, later)
        )
        if len(after) == len(own) == 1:  # of several it is not told which became which
            yield _ratio_moved(earlier, later, before, after[0])


def _ratio_moved(earlier: Claims, later: Claims, before: Ratio, after: Ratio) -> Finding:
    grade, told, chance = _graded_ratio(before, after)
    return finding(
        "ratios-between-sources",
        before.claimed.endpoint,
        grade,
        f"{name_of_pair(later, before.claimed.endpoint, before.arms)}: the hazard ratio was "
        f"{_shown(before)} in {earlier.source} and is {_shown(after)} in {later.source}.{told}",
        arithmetic=[
            line(f"log hazard ratio, {claims.source}", each.claimed.ratio.text, each.log)
            for claims, each in ((earlier, before), (later, after))
        ],
        numbers=[*before.numbers, *after.numbers],
        settles="" if grade == "consistent" else "The model, strata and patients of each analysis.",
        chance=chance,
    )


def _graded_ratio(before: Ratio, after: Ratio) -> tuple[Grade, str, float | None]:
    """Say whether new events alone move a ratio so far, and its interval so."""
    errors = error_of(before), error_of(after)
    if errors[0] is None or errors[1] is None:
        return "consistent", "", None
    new = max(0.0, errors[0].upper ** 2 - errors[1].lower ** 2)
    spread = math.hypot(math.sqrt(new), OTHER_MODEL)
    chance = min(1.0, 2 * upper_tail(before.log.gap(after.log) / spread))
    if errors[1].lower > errors[0].upper:
        return "possible", f" Its interval became wider, while events only grow: {REASON}", chance
    if chance < RARE:
        often = chance_words(chance)
        text = f" Where the later analysis holds the earlier it moves so far in {often}: {REASON}"
        return "possible", text, chance
    return "consistent", "", chance


def _shown(ratio: Ratio) -> str:
    limits = ratio.claimed.interval
    over = ", control over experimental" if ratio.claimed.inverted else ""
    if limits is None:
        return f"{ratio.claimed.ratio.text}{over}"
    return f"{ratio.claimed.ratio.text} ({interval_words(limits)}{over})"


def _p_values(earlier: Claims, later: Claims) -> Iterator[Finding]:
    for before in chosen(earlier, ClaimedP):
        asked = _comparable(earlier, before)
        own, same = (
            [p for p in chosen(each, ClaimedP) if _comparable(each, p) == asked]
            for each in (earlier, later)
        )
        if len(same) == len(own) == 1:  # of several it is not told which became which
            yield _p_moved(earlier, later, before, same[0])


def _comparable(claims: Claims, p: ClaimedP) -> tuple[object, ...]:
    """Give what two P values must share to be of the same question."""
    return p.about, p.time, arms_of(claims, p)


def _p_moved(earlier: Claims, later: Claims, before: ClaimedP, after: ClaimedP) -> Finding:
    both = [f"{p_words(p)}{_stated(p)}" for p in (before, after)]
    when = "" if after.time is None else f" at {duration(later, after.time)}"
    about = f"{name_of_pair(later, before.about, arms_of(later, after))}{when}"
    if before.p.text == after.p.text and before.sides == after.sides:
        told = f"{both[0]} in {earlier.source} and in {later.source}."
    elif range_of(before.p).meets(range_of(after.p)):
        told = f"{both[0]} in {earlier.source} and {both[1]} in {later.source} can be one P."
    else:
        told = (
            f"P moved from {both[0].removeprefix('P ').removeprefix('= ')} in {earlier.source} to "
            f"{both[1].removeprefix('P ').removeprefix('= ')} in {later.source}."
        )
    return finding(
        "p-between-sources",
        before.about,
        "consistent",
        f"{about}: {told}",
        arithmetic=[_line(earlier, before), _line(later, after)],
        numbers=[before.p, after.p],
    )


def _stated(p: ClaimedP) -> str:
    return "" if p.sides is None else f" ({sides_words([p.sides])})"


def _line(claims: Claims, p: ClaimedP) -> Line:
    return line(f"P, {claims.source}", p.p.text, range_of(p.p))
