"""Whether the parameters of boundary rules are in their ranges, and bounds fit the looks.

The same ranges hold in `design`, which computes; here they are told before, at their line.
"""

from collections.abc import Iterator
from itertools import pairwise

from equipoise.protocol.boundary_rules import CONFINING, FIXED, SPENDING
from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.derive_design import RATIOS
from equipoise.protocol.planning import DesignPromise, Parameter, SpendingChoice

Path = tuple[str | int, ...]
LIMITS: dict[tuple[str, str], tuple[float, float, str]] = {  # (rule, parameter): closed range
    ("lan-demets o'brien-fleming", "rho"): (0.005, 20.0, "from 0.005 to 20"),
    ("hwang-shih-decani", "gamma"): (-40.0, 40.0, "from -40 to 40"),
    ("power", "exponent"): (1e-9, 50.0, "above 0, up to 50"),
    ("exponential", "nu"): (1e-9, 10.0, "above 0, up to 10"),
    ("xi-gallo", "method"): (1.0, 3.0, "1, 2 or 3"),
    ("xi-gallo", "gamma"): (0.0, 1.0 - 1e-9, "from 0 to below 1"),
    ("t", "degrees_of_freedom"): (1.0, 1e9, "1 or more"),
    ("haybittle-peto", "z"): (1e-9, 40.0, "above 0"),
    ("wang-tsiatis", "delta"): (-10.0, 1.0, "from -10 to 1"),
}
POSITIVE = ("b",)
CHANCES = ("conditional_power", "predictive_power")
GIVEN = ("design", "trend")


def boundary_contradictions(promise: DesignPromise) -> Iterator[Contradiction]:
    """Find parameters outside their range, and bounds that do not fit the looks."""
    looks = len(promise.looks.calendar or promise.looks.information)
    efficacy, futility = promise.efficacy, promise.futility
    here: Path = ("design", "efficacy")
    yield from _spending(here, efficacy)
    own = dict(efficacy.parameters)
    if efficacy.rule == FIXED:
        yield from _fits((*here, "z"), own.get("z"), efficacy.looks, looks, "efficacy")
    elif efficacy.rule not in SPENDING and efficacy.looks is not None:
        what = f"{efficacy.rule!r} holds at every look"
        yield Contradiction((*here, "looks"), what, "", "delete it, or spend alpha")
    if efficacy.rule == "haybittle-peto" and isinstance(own.get("z"), tuple):
        what, remedy = "its interim bound is one number", "write 3, or `z` without `boundary`"
        yield Contradiction((*here, "z"), what, "a list", remedy)
    if efficacy.lower is not None:
        yield from _spending((*here, "lower"), efficacy.lower)
        yield from _lower(promise)
    if futility is not None:
        yield from _futility(("design", "futility"), futility, promise, looks)
    if promise.harm is not None:
        yield from _spending(("design", "harm"), promise.harm)
        yield from _harm(("design", "harm"), promise)


def _spending(here: Path, choice: SpendingChoice) -> Iterator[Contradiction]:
    for key, value in choice.parameters:
        limits = LIMITS.get((choice.rule, key))
        if limits and isinstance(value, float) and not limits[0] <= value <= limits[1]:
            what, remedy = f"`{key}` of {choice.rule!r} is {limits[2]}", "write one in its range"
            yield Contradiction((*here, key), what, f"{value:g}", remedy)
        if key in POSITIVE and isinstance(value, float) and not value > 0:
            yield Contradiction((*here, key), "a slope is above 0", f"{value:g}", "write 1")
        if isinstance(value, tuple):
            yield from _numbers((*here, key), key, value)


def _numbers(path: Path, key: str, value: tuple[float, ...]) -> Iterator[Contradiction]:
    """Find lists of numbers that do not rise within 0 and 1."""
    found = ", ".join(f"{number:g}" for number in value)
    inside = all(0 <= number <= 1 for number in value)
    if key in {*CONFINING, "fractions", "shares"}:
        falls = any(later < earlier for earlier, later in pairwise(value))
        level = key != "shares" and any(later == earlier for earlier, later in pairwise(value))
        if falls or level or not inside:
            remedy = "write them in order, like 0.2, 0.8"
            yield Contradiction(path, "these rise within 0 and 1", found, remedy)
    if key == "through":
        points = list(zip(value[::2], value[1::2], strict=False))
        rises = all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(points))
        if len(value) % 2 or not rises or not all(0 < number < 1 for number in value):
            what = "points are fraction, share, fraction, share, and rise within 0 and 1"
            yield Contradiction(path, what, found, "write [0.25, 0.1, 0.75, 0.6], or others")


def _lower(promise: DesignPromise) -> Iterator[Contradiction]:
    path, alpha = ("design", "efficacy", "lower"), promise.efficacy.lower_alpha or 0.0
    if promise.sides == 1:
        what, remedy = "a one-sided test has no lower side", "write `alternative: two-sided`"
        yield Contradiction(path, what, "", remedy)
    elif not 0 < alpha < promise.alpha:
        what = f"the lower side spends a part of alpha, {promise.alpha:g}"
        yield Contradiction((*path, "alpha"), what, f"{alpha:g}", "write a part of it")


def _futility(
    here: Path, choice: SpendingChoice, promise: DesignPromise, looks: int
) -> Iterator[Contradiction]:
    yield from _spending(here, choice)
    interim, own = max(looks - 1, 1), dict(choice.parameters)
    if looks == 1:
        what, remedy = "futility is for looks before the last, and there are none", "add `looks`"
        yield Contradiction(here, what, "one look", remedy, lacking=True)
        return
    yield from _room(here, choice, promise.efficacy, interim)
    if choice.rule == "z":
        yield from _fits((*here, "z"), own["z"], choice.looks, interim, "futility")
    if choice.rule == "effect":
        (key, value), *_ = choice.parameters
        yield from _fits((*here, key), value, choice.looks, interim, "futility")
        yield from _estimate((*here, key), key, value, promise)
    for key in CHANCES:
        chance = own.get(key)
        if isinstance(chance, float) and not 0 < chance < 1:
            what, remedy = "a chance lies between 0 and 1", "write 0.1 for 10%"
            yield Contradiction((*here, key), what, f"{chance:g}", remedy)
    given = own.get("given")
    if isinstance(given, str) and given not in GIVEN:
        what, remedy = "the effect of the rest of the trial", "write design, trend or a number"
        yield Contradiction((*here, "given"), what, repr(given), remedy)


def _room(
    here: Path, futility: SpendingChoice, efficacy: SpendingChoice, interim: int
) -> Iterator[Contradiction]:
    """Find bounds of z for futility at or above those of efficacy, where both are written."""
    if futility.rule != "z" or futility.looks is not None or efficacy.looks is not None:
        return
    if efficacy.rule not in {FIXED, "haybittle-peto"}:
        return
    below, above = dict(futility.parameters).get("z"), dict(efficacy.parameters).get("z", 3.0)
    lower, upper = (_each(value, interim) for value in (below, above))
    for look, (low, high) in enumerate(zip(lower, upper, strict=False), start=1):
        if not low < high:
            what = f"at look {look} efficacy is claimed from {high:g}, so none could go on"
            yield Contradiction((*here, "z"), what, f"{low:g}", "write a smaller z")


def _each(value: Parameter | None, looks: int) -> tuple[float, ...]:
    """Give a bound for every look of one number or several."""
    if isinstance(value, tuple):
        return value
    return (value,) * looks if isinstance(value, float) else ()


def _harm(here: Path, promise: DesignPromise) -> Iterator[Contradiction]:
    """Find what a bound for harm cannot stand beside."""
    if promise.sides != 1:
        what = "a two-sided test has an efficacy bound on its lower side already"
        yield Contradiction(here, what, "", "delete it, or write `alternative: one-sided`")
    elif promise.futility is None or promise.efficacy.rule == "pampallona-tsiatis":
        what, remedy = "a bound for harm stands below a rule of futility", "add `futility`"
        yield Contradiction(here, what, "no rule of its own for futility", remedy)


def _estimate(
    path: Path, key: str, value: Parameter, promise: DesignPromise
) -> Iterator[Contradiction]:
    measure = promise.measure
    if measure and key.replace("_", " ") != measure:
        what, remedy = f"the effect planned for is a {measure}", f"write `{measure}` as its key"
        yield Contradiction(
            path, what, repr(key), remedy.replace(measure, measure.replace(" ", "_"))
        )
    effect = promise.effect(promise.sized_for or "")
    if effect is not None and effect.pieces:
        what = "the planned effect changes over time, so no one estimate goes with it"
        yield Contradiction(path, what, "", "write `z`, or `conditional_power`")
    values = value if isinstance(value, tuple) else (value,)
    for number in values:
        if key.replace("_", " ") in RATIOS and isinstance(number, float) and not number > 0:
            yield Contradiction(path, "a ratio is above 0", f"{number:g}", "write one like 0.95")


def _fits(
    path: Path, value: Parameter | None, at: tuple[int, ...] | None, looks: int, what: str
) -> Iterator[Contradiction]:
    """Find bounds that are not one for all looks, nor one for each."""
    count = len(value) if isinstance(value, tuple) else 1
    places = looks if at is None else len(at)
    if count not in {1, places}:
        fact = f"{count} {what} bounds for {places} look{'s' * (places > 1)}"
        yield Contradiction(path, fact, "", "write one for each, or one for all")
