"""Could the trial that printed the rates have printed this P?

The chance that is told is of a P as printed or farther out, in trials that print the rest.  Of the
nominal rate of false alarms, `NOMINAL`, four fifths are spent on a P larger than the rest gives,
since the common slips (a zero lost) make it so, and one fifth on a smaller one:

    chance = min(P(P ≥ printed) / 0.8, P(P ≤ printed) / 0.2)       (weighted Bonferroni).

With a P ≥ that is printed two-sided are counted all effects for the other arm: a P near 1 is rare,
and yet no surprise where rates are alike.
Where the sidedness is not stated, P(...) is the mean of both readings; a reading fits that has a
chance of 1% or more.  Where no trials print about the same, nothing is told of P.
"""

from collections.abc import Iterator
from dataclasses import replace

from equipoise.appraise.checks.finding import Finding, Grade, Line
from equipoise.appraise.checks.likeness import Unmatched
from equipoise.appraise.checks.matching import Matching, matching_trials
from equipoise.appraise.checks.reading import arms_of, chosen, ratios_of
from equipoise.appraise.checks.slips import Slip, slips_of_p
from equipoise.appraise.checks.to_match import Printed, what_is_printed
from equipoise.appraise.checks.wording import (
    chance_words,
    duration,
    finding,
    label_of,
    line,
    name_of_pair,
    p_between,
    percent,
    sides_words,
)
from equipoise.appraise.claims.claim import ClaimedP, Claims, PrintedNumber
from equipoise.appraise.claims.intervals import Range, exactly, range_of
from equipoise.appraise.relations.ratio import error_of, of_curves

NOMINAL = 0.05  # of honest claims: false alarms of this check
LARGER, SMALLER = 0.8, 0.2  # parts of it
DRAWN = 40_000_000  # patients, at most, in simulated trials
FEWEST = 10_000  # trials nevertheless
FITS = 0.01  # chance from which a reading of the sidedness fits
SEEN = 0.005  # chance of an effect for the other arm that is worth a word
SINGLE = {"rates": "rate", "standard errors": "standard error", "events": "events"}
WOULD_FIT = 0.10  # chance from which a slip would explain what is printed


def chance_of_p(matching: Matching, p: Range, readings: tuple[int, ...]) -> tuple[float, bool]:
    """Give the chance of a P as printed or farther out, and whether it is too large or too small.

    Args:
        matching: trials that print the rest.
        p: as printed.
        readings: sidednesses that are possible, equally likely.

    Witness: over trials with either sidedness it is below c in at most c of them.
    """
    larger = sum(matching.as_weak(p, each) for each in readings) / len(readings)
    smaller = sum(matching.at_most(p, each) for each in readings) / len(readings)
    weighted = min(1.0, larger / LARGER), min(1.0, smaller / SMALLER)
    return min(weighted), weighted[0] <= weighted[1]


def p_of_matching_trials(claims: Claims, *, trials: int, seed: int) -> tuple[Finding, ...]:
    """Find how often trials that print the rest would print each P that rests on rates alone.

    Args:
        claims: with rates of two arms.
        trials: to simulate for each endpoint.
        seed: of all random numbers.

    Witness: the news of AALL1331: OS .05 unlikely, .005 fits; DFS .05 possible, sidedness open.
    """
    return tuple(_findings(claims, trials, seed))


def _findings(claims: Claims, trials: int, seed: int) -> Iterator[Finding]:
    for p in chosen(claims, ClaimedP):
        arms = arms_of(claims, p)
        if not of_curves(p) or arms is None:
            continue
        ratios = [each for each in ratios_of(claims, p.about) if each.arms == arms]
        if any(error_of(each) is not None for each in ratios):
            continue  # the ratio and its interval say more
        printed = what_is_printed(claims, p.about, arms)
        if printed is None:
            continue
        size = sum(each.upper for each in printed.patients)
        some = min(trials, max(FEWEST, int(DRAWN / size)))
        matching = matching_trials(printed, trials=some, seed=seed)
        if matching is None:
            yield _cannot_tell(claims, p, printed)
        elif matching.unmatched:
            yield _too_far(claims, p, matching, seed)
        else:
            yield _told(claims, p, matching, seed)


def _cannot_tell(claims: Claims, p: ClaimedP, printed: Printed) -> Finding:
    return finding(
        "p-of-matching-trials",
        p.about,
        "cannot tell",
        f"{name_of_pair(claims, p.about, printed.pairs[0].arms)}: too few simulated trials print "
        f"what is printed to say how often P is {p.p.text}.",
        arithmetic=[line("simulated trials kept", "too few", None)],
        numbers=[p.p, *_rates(printed)],
        settles="Hazard ratio, interval, and events.",
        p=p,
    )


def _too_far(claims: Claims, p: ClaimedP, matching: Matching, seed: int) -> Finding:
    pairs, far = matching.printed.pairs, matching.unmatched
    kinds = " and ".join(dict.fromkeys(each.aim.kind for each in far))
    about = name_of_pair(claims, p.about, pairs[0].arms)
    return finding(
        "p-of-matching-trials",
        p.about,
        "cannot tell",
        f"{about}: simulated trials do not print all of this at once, so that how often P is "
        f"{p.p.text} cannot be said. What the nearest do not match is the {kinds}.",
        arithmetic=[
            *(_unmatched_line(claims, matching, each) for each in far),
            *_other_follow_up(p, matching, _readings(p), "cannot tell", seed),
        ],
        numbers=[p.p, *_rates(matching.printed)],
        settles="How follow-up was measured, events by arm, and hazard ratio with interval.",
        p=p,
    )


def _unmatched_line(claims: Claims, matching: Matching, each: Unmatched) -> Line:
    kind, arm, time, printed, _ = each.aim
    pair = matching.printed.pairs[0]
    of = "" if arm is None else f", {label_of(claims, (pair.control, pair.experimental)[arm].arm)}"
    at = "" if time is None else f", {duration(claims, time)}"
    how = f"printed: {printed:.4g}; mean of the {matching.z.size:,} nearest trials"
    return line(f"{SINGLE[kind]}{of}{at}", how, exactly(each.kept))


def _readings(p: ClaimedP) -> tuple[int, ...]:
    return (1, 2) if p.sides is None else (p.sides,)


def _rates(printed: Printed) -> list[PrintedNumber]:
    return [n.rate for pair in printed.pairs for n in (pair.experimental, pair.control)]


def _told(claims: Claims, p: ClaimedP, matching: Matching, seed: int) -> Finding:
    value = range_of(p.p)
    readings = _readings(p)
    chance, larger = chance_of_p(matching, value, readings)
    fits = [s for s in (1, 2) if chance_of_p(matching, value, (s,))[0] >= FITS]
    under_way: Grade = "possible" if p.sides is None else "consistent"
    grade: Grade = "unlikely" if chance < NOMINAL else under_way
    slips = _slips(p, matching, readings) if grade == "unlikely" else []
    return finding(
        "p-of-matching-trials",
        p.about,
        grade,
        _sentence(claims, p, matching, (grade, chance, larger), slips),
        arithmetic=[
            *_lines(p, matching, slips),
            *_other_follow_up(p, matching, readings, grade, seed),
        ],
        numbers=[p.p, *_rates(matching.printed)],
        settles="Hazard ratio with interval, events by arm, and the sidedness of P."
        if grade != "consistent"
        else "",
        chance=chance,
        sides=fits or None,
        p=p,
    )


def _slips(p: ClaimedP, matching: Matching, readings: tuple[int, ...]) -> list[Slip]:
    return [
        slip
        for slip in slips_of_p(p.p.text)
        if max(chance_of_p(matching, slip.values, (each,))[0] for each in readings) >= WOULD_FIT
    ]


def _sentence(
    claims: Claims,
    p: ClaimedP,
    matching: Matching,
    graded: tuple[Grade, float, bool],
    slips: list[Slip],
) -> str:
    grade, _, larger = graded
    last, kept = matching.printed.pairs[-1], matching.z.size
    rates = f"{percent(last.experimental.rate)} v {percent(last.control.rate)}"
    value = range_of(p.p)
    far = {s: (matching.as_weak if larger else matching.at_most)(value, s) for s in (1, 2)}
    asked = (1, 2) if p.sides is None else (p.sides,)
    turned = larger and far[2] > matching.at_least(value, 2) + SEEN and 2 in asked  # noqa: PLR2004
    other = ", or an effect for the other arm," if turned else ""
    chances = " and ".join(f"{chance_words(far[s], kept)} if {sides_words([s])}" for s in asked)
    text = (
        f"{name_of_pair(claims, p.about, last.arms)}: trials with {rates} at "
        f"{duration(claims, last.time)}, as many patients and as long a follow-up "
        f"have a P of {p.p.text} or {'larger' if larger else 'smaller'}{other} in {chances}."
    )
    if grade == "unlikely":
        fit = " or ".join(f"{slip.text} ({slip.how})" for slip in slips)
        return f"{text} That is unlikely." + (f" What would fit is {fit}." if fit else "")
    if p.sides is None:
        return f"{text} It is possible; its sidedness is open."
    return f"{text} That agrees."


def _lines(p: ClaimedP, matching: Matching, slips: list[Slip]) -> list[Line]:
    value = range_of(p.p)
    result = [
        line(
            "simulated trials",
            f"{matching.trials:,} made, {matching.z.size:,} kept: rates within "
            f"{100 * matching.tolerance:.1f} points, z then set to the printed rates by regression",
        ),
        line("events in them", "mean", exactly(matching.events)),
    ]
    for s in (1, 2):
        words = sides_words([s])
        result += [
            line(f"{words} P, median", p_between(exactly(matching.middle(s)))),
            line(f"{words} P", "in 95 of 100 of these trials", matching.spread(s)),
            line(
                f"{words}: prints as {p.p.text}", "chance", exactly(matching.printed_so(value, s))
            ),
            line(f"{words}: so large", "chance", exactly(matching.at_least(value, s))),
            line(f"{words}: so small", "chance", exactly(matching.at_most(value, s))),
        ]
    result += [
        line(
            f"{slip.text}, {sides_words([s])}",
            "chance",
            exactly(matching.printed_so(slip.values, s)),
        )
        for slip in slips
        for s in (1, 2)
    ]
    return result


def _other_follow_up(
    p: ClaimedP, matching: Matching, readings: tuple[int, ...], grade: Grade, seed: int
) -> list[Line]:
    """Tell the chance under the other usual reading of a median follow-up."""
    printed = matching.printed
    if (
        grade not in {"unlikely", "cannot tell"}
        or printed.follow_up is None
        or printed.longest is not None
    ):
        return []
    other = matching_trials(
        replace(printed, alive_then=1.0), trials=matching.trials // 2, seed=seed
    )
    if other is None or other.unmatched:
        return []
    chance, _ = chance_of_p(other, range_of(p.p), readings)
    how = "chance if the median follow-up is that of patients still alive (reverse Kaplan-Meier)"
    return [line("the same", how, exactly(chance))]
