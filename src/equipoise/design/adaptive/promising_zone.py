"""Take more patients when an interim result is promising, and keep the type I error.

At the last interim look (information t of a planned 1) conditional power CP(z) sorts the trial:
favorable (target reached), promising (worth more patients), unfavorable.  In the promising zone
the rest grows from 1 - t to the J that restores the target,

    J(z) = ((c(z) + z_β) / δ)²,   c(z) = (b - z √t) / √(1 - t),   δ = z / √t  (or the design's),

but not beyond a cap (Mehta & Pocock 2011, Stat Med 30: 3267).  The final test is one of

    weighted        reject at c(z) on the new data alone: planned weights, exact for any J (Cui,
                    Hung & Wang 1999); on all data, Gao, Ware & Mehta's (2008) critical value;
    conventional    reject at b on all data: alpha holds if only CP high enough is promising
                    (50% is always enough: Chen, DeMets & Lan 2004, Stat Med 23: 1023);
    fisher          reject where the product of both stages' p-values is small (Bauer & Köhne 1994).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import ndtr

from equipoise.design.adaptive.increase import Arrival, FinalTest, Increase
from equipoise.design.printing import Printed
from equipoise.design.sequential.design import GroupSequential
from equipoise.errors import DesignError
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.root import root_between

Zone: TypeAlias = Literal["futility", "unfavorable", "promising", "favorable", "efficacy"]


SAID: dict[FinalTest, str] = {
    "weighted": "the final test keeps the planned weights: alpha holds for any change",
    "conventional": "the final test weighs all data alike; its type I error is the one computed",
    "fisher": "the final test multiplies both stages' p-values, at the level of the last bound; "
    "its type I error is the one computed",
}


@dataclass(frozen=True, slots=True)
class PromisingQuestion:
    """What was asked of `promising_zone`."""

    sequential: GroupSequential
    most_information: float
    power: float
    lowest: float | None
    test: FinalTest
    assume: Literal["trend", "design"]
    sized_by: FinalTest = "weighted"


@dataclass(frozen=True, slots=True)
class PromisingInterim:
    """What one interim result leads to."""

    z: float
    zone: Zone
    conditional_power: float  # without growth, by the test that sizes the rest
    information: float  # at the end, in units of the planned maximum
    critical_new: float  # z of the new data alone that rejects
    critical_all: float  # z of all data that rejects
    conditional_power_after: float  # with the information at the end


@dataclass(frozen=True, slots=True, repr=False)
class PromisingZone(Printed):
    """A design that grows when the interim result is promising."""

    asked: PromisingQuestion
    rule: Increase
    lowest: float  # conditional power from which a result is promising
    promising: tuple[float, float]  # z from, z to
    type_one_error: float
    power: float  # under the design's drift, futility obeyed
    planned_power: float  # of the design that never grows
    expected_information: float  # under the design's drift, in units of the planned maximum
    assumed: tuple[str, ...]


def promising_zone(
    sequential: GroupSequential,
    *,
    most_information: float = 1.5,
    power: float | None = None,
    lowest: float | None = None,
    test: FinalTest = "weighted",
    assume: Literal["trend", "design"] = "trend",
    sized_by: FinalTest | None = None,
) -> PromisingZone:
    """Let information grow after the last interim look of a sequential design.

    Args:
        sequential: the planned design, one-sided, of two looks or more.
        most_information: the cap, in units of the planned maximum.
        power: conditional power to restore; by default the design's.
        lowest: conditional power from which a result is promising; by default the least from
            which the conventional test keeps alpha.
        test: the final one.
        assume: effect for conditional power: the trend seen, or the design's.
        sized_by: the test whose conditional power sorts results and is restored; by default
            Fisher's if that is the final one, else the weighted.

    Raises:
        DesignError: for a two-sided design or one look, a cap below the plan, an empty zone.

    Accuracy: 1e-10 in probabilities: integrals over z, not simulations.

    Witness: gsDesign 3.11 `ssrCP` (z2NC, z2Z, z2Fisher); law: with the weighted test the type I
        error is alpha, exactly; Chen, DeMets & Lan's 50% rule; plain double integration.

    >>> from equipoise.design.sequential.group_sequential import group_sequential
    >>> from equipoise.design.sequential.rules import StoppingPlan
    >>> grown = promising_zone(group_sequential(StoppingPlan((0.5, 1.0)), power=0.8))
    >>> round(grown.type_one_error, 9), grown.power > 0.8
    (0.025, True)
    """
    target = sequential.power if power is None else power
    sizing: FinalTest = sized_by or ("fisher" if test == "fisher" else "weighted")
    asked = PromisingQuestion(sequential, most_information, target, lowest, test, assume, sizing)
    check(asked)
    bare = _rule(asked, (np.inf, np.inf))
    least = _least(bare) if lowest is None else lowest
    if not least < target:
        raise DesignError(
            f"Results are promising from conditional power {least:.4g}, which is not below the "
            f"target {target:.4g}; lower `lowest`, or raise `power`."
        )
    edges = (bare.z_of(least), bare.z_of(target))
    rule = _rule(asked, edges)
    return PromisingZone(
        asked=asked,
        rule=rule,
        lowest=least,
        promising=edges,
        type_one_error=_success(asked, rule, 0.0, obey=sequential.binding),
        power=_success(asked, rule, sequential.drift, obey=True),
        planned_power=sequential.power,
        expected_information=_expected(asked, rule, sequential.drift),
        assumed=(
            SAID[test],
            *sequential.assumed,
        ),
    )


def promising_power(design: PromisingZone, drift: float) -> float:
    """Give the chance of success under any drift, E[Z] at the planned maximum; futility obeyed.

    Witness: plain double integration; law: alpha under none.
    """
    return _success(design.asked, design.rule, drift, obey=True)


def promising_information(design: PromisingZone, drift: float) -> float:
    """Give the mean information at the end under any drift, in units of the planned maximum.

    Witness: law: without a promising zone that of the planned design.
    """
    return _expected(design.asked, design.rule, drift)


def promising_at_interim(design: PromisingZone, z: float) -> PromisingInterim:
    """Give what a result at the last interim look leads to.

    Witness: law: the weighted test then rejects under the null with the conditional error.
    """
    rule, sequential = design.rule, design.asked.sequential
    lower, upper = float(sequential.lower[-2]), float(sequential.upper[-2])
    if z >= upper or z <= lower:
        zone: Zone = "efficacy" if z >= upper else "futility"
    elif z < design.promising[0]:
        zone = "unfavorable"
    else:
        zone = "promising" if z < design.promising[1] else "favorable"
    rest = rule.rest(z)
    critical = float(rule.critical(z, rest))
    whole = rule.at + float(rest)
    seen, new = z * float(np.sqrt(rule.at)), float(np.sqrt(rest))
    return PromisingInterim(
        z=z,
        zone=zone,
        conditional_power=float(rule.planned_power(z)),
        information=rule.at if zone in {"efficacy", "futility"} else whole,
        critical_new=critical,
        critical_all=float((seen + critical * new) / np.sqrt(whole)),
        conditional_power_after=float(ndtr(float(rule.drift(z)) * new - critical)),
    )


def rest_for_power(
    sequential: GroupSequential, z: float, power: float, *, drift: float | None = None
) -> float:
    """Give the information after the last interim look that restores conditional power.

    In units of the planned maximum, by the weighted test, with no cap.

    Args:
        sequential: the planned design.
        z: seen at its last interim look.
        power: conditional power wanted.
        drift: assumed, E[Z] at the planned maximum; by default the trend seen.

    Raises:
        DesignError: where the assumed drift is not positive: no information is enough.

    Witness: Mehta & Pocock (2011), eq. 5; law: conditional power with it is the power.
    """
    asked = PromisingQuestion(sequential, np.inf, power, None, "weighted", "trend")
    check(asked)
    rule = _rule(asked, (np.inf, np.inf))
    assumed = float(rule.drift(z)) if drift is None else drift
    if assumed <= 0:
        raise DesignError(
            f"The drift assumed for the rest is {assumed:g}; no information gives power against "
            "it. Assume the design's effect, or stop for futility."
        )
    wanted = float(rule.own_bound(z)) + rule.z_power
    return max(0.0, wanted / assumed) ** 2


def check(asked: PromisingQuestion) -> None:
    """Refuse what cannot grow."""
    sequential = asked.sequential
    if sequential.sides != 1 or sequential.looks < 2:  # noqa: PLR2004 - an interim and an end
        raise DesignError(
            f"The design has {sequential.sides} side(s) and {sequential.looks} look(s); give a "
            "one-sided one with an interim look."
        )
    if abs(float(sequential.information[-1]) - 1) > 1e-9:  # noqa: PLR2004 - of rounding
        raise DesignError("The last look must come at information fraction 1.")
    for chosen in (asked.test, asked.sized_by):
        if chosen not in SAID:
            raise DesignError(f"{chosen!r} is not a final test; choose one of {', '.join(SAID)}.")
    if asked.sized_by == "fisher" and asked.lowest is None:
        raise DesignError(
            "From which conditional power results are promising does not follow from Fisher's "
            "test; give `lowest`, such as 0.3."
        )
    if not asked.most_information >= 1:
        raise DesignError(
            f"The cap is {asked.most_information:g} times the planned information; give 1 or more."
        )
    for name, value in (("power to restore", asked.power), ("lowest", asked.lowest)):
        if value is not None and not 0 < value < 1:
            raise DesignError(f"The conditional {name} is {value:g}; give one between 0 and 1.")


def _rule(asked: PromisingQuestion, promising: tuple[float, float]) -> Increase:
    at = float(asked.sequential.information[-2])
    return Increase(
        at=at,
        bound=float(asked.sequential.upper[-1]),
        most=asked.most_information - at,
        z_power=-upper_quantile(asked.power),
        design_drift=asked.sequential.drift if asked.assume == "design" else None,
        promising=promising,
        test=asked.test,
        sized_by=asked.sized_by,
    )


def _least(rule: Increase) -> float:
    """Give the conditional power from which growth to any size never favors the plain test.

    At a given rest J it is the z where the plain test's bound on the new data equals c(z); the
    rest that a z leads to decides, so we look for the last z where the plain test is the laxer.
    """

    def stricter(z: float) -> float:
        rest = float(np.clip(rule.wanted(z), 1 - rule.at, rule.most))
        plain = (rule.bound * np.sqrt(rule.at + rest) - z * np.sqrt(rule.at)) / np.sqrt(rest)
        return float(plain - rule.own_bound(z))

    half = rule.z_of(0.5) if rule.design_drift is None else float(rule.bound * np.sqrt(rule.at))
    grid = np.linspace(half - 4.0, half, 400)
    lax = np.array([stricter(float(z)) for z in grid]) < 0
    if not lax.any():
        return float(rule.planned_power(grid[0]))
    last = int(np.flatnonzero(lax)[-1])
    if last == grid.size - 1:
        return float(rule.planned_power(half))
    z = root_between(stricter, grid[last], grid[last + 1])
    return float(rule.planned_power(z))


def _success(asked: PromisingQuestion, rule: Increase, drift: float, *, obey: bool) -> float:
    arrival = Arrival.of(asked.sequential, drift, obey=obey)
    later = arrival.average(lambda z: rule.rejects(z, drift), rule.kinks())
    return arrival.early_success() + later


def _expected(asked: PromisingQuestion, rule: Increase, drift: float) -> float:
    arrival = Arrival.of(asked.sequential, drift, obey=True)
    before = sum(at * (up + down) for at, up, down in arrival.stopped)
    here = arrival.arriving.above(arrival.upper) + arrival.arriving.below(arrival.lower)
    later = arrival.average(lambda z: rule.at + rule.rest(z), rule.kinks())
    return before + rule.at * here + later
