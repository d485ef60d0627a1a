"""The tables of one plan: its looks and bounds, errors and chances, averages and readings."""

from collections.abc import Iterator, Sequence

from equipoise.cli.table_layout import NONE, Cells
from equipoise.design.plan import Bound, LookPlan, Plan
from equipoise.design.trial_design import HypothesisDesign, Reading
from equipoise.design.wording.margin import claimed, margin_name, null_words, truth_words
from equipoise.design.wording.numbers import (
    Clock,
    count,
    decimal,
    effect_words,
    p_value,
    percent,
    significant,
)


def tables_of_plan(
    main: HypothesisDesign, plan: Plan, clock: Clock, *, whole: bool
) -> Iterator[Cells]:
    """Give the tables of the hypothesis the trial is sized for."""
    yield _looks(main, plan, clock, whole=whole)
    if main.whole is not None:
        yield _in_whole_numbers(main.whole)
    if len(plan.looks) > 1:
        yield _chances(plan)
    yield _expected(plan, clock, whole=whole)
    if main.readings:
        yield _readings(main.readings, plan, clock)


def _looks(main: HypothesisDesign, plan: Plan, clock: Clock, *, whole: bool) -> Cells:
    lower = any(look.lower_efficacy for look in plan.looks)
    header = [
        "Look",
        "Information",
        "Events",
        "Patients",
        clock.unit.capitalize(),
        "Efficacy z",
        "one-sided p",
        plan.effect.name,
        *(["Lower z", plan.effect.name] if lower else []),
        "Futility z",
        plan.effect.name,
        "Harm z",
        plan.effect.name,
    ]
    rows = [
        [
            str(look.number),
            percent(look.information_fraction),
            one_place(look.events),
            one_place(look.patients if plan.patients_known else None),
            when(look.time, clock),
            *_bound(look.efficacy, plan, p=True),
            *(_bound(look.lower_efficacy, plan) if lower else []),
            *_futility(look, plan),
            *_bound(look.harm, plan),
        ]
        for look in plan.looks
    ]
    what = "Looks and boundaries" if len(plan.looks) > 1 else "The analysis"
    title = f"{what} of {main.hypothesis}, {main.label}"
    margin = claimed(plan) != "superiority"
    against = f"; z is against the {margin_name(plan)} {significant(plan.effect.null)}" * margin
    title += ("" if whole else "; patients of its two arms") + against
    return Cells(title, header, rows, apart=_places(header, "z"))


def _places(header: Sequence[str], ending: str) -> tuple[int, ...]:
    """Give the columns whose headings end so."""
    return tuple(place for place, name in enumerate(header) if name.endswith(ending))


def _in_whole_numbers(plan: Plan) -> Cells:
    """Tell the bounds at whole events or patients, which the trial can be read at."""
    header = ["Look", "Events", "Patients", "Efficacy z", "one-sided p", plan.effect.name]
    header += ["Futility z", "Alpha spent"]
    counted = plan.looks[-1].events is not None
    rows = [
        [
            str(look.number),
            _whole(look.events),
            NONE if counted else _whole(look.patients),
            *_bound(look.efficacy, plan, p=True),
            _futility(look, plan)[0],
            decimal(look.alpha_spent, 5),
        ]
        for look in plan.looks
    ]
    control, experimental = plan.patients_whole
    among = f", {count(control + experimental)} patients" * (counted and plan.patients_known)
    return Cells(f"In whole numbers{among}: power {percent(plan.power, 2)}", header, rows)


def _whole(value: float | None) -> str:
    return NONE if value is None else count(value)


def _futility(look: LookPlan, plan: Plan) -> list[str]:
    """Give the futility bound; at the last look what is not efficacy is futility."""
    return _bound(None if look.number == len(plan.looks) else look.futility, plan)


def _bound(bound: Bound | None, plan: Plan, *, p: bool = False) -> list[str]:
    if bound is None:
        return [NONE] * (3 if p else 2)
    told = [decimal(bound.z, 4), effect_words(bound.effect, plan.effect.name)]
    return [told[0], p_value(bound.p), told[1]] if p else told


def one_place(value: float | None) -> str:
    """Write a number with one place, or that there is none."""
    return NONE if value is None else decimal(value, 1)


def when(value: float | None, clock: Clock) -> str:
    """Write a time without its unit, or that there is none."""
    return NONE if value is None else clock.shown(value)


def _chances(plan: Plan) -> Cells:
    null, futile = null_words(plan), any(look.futility for look in plan.looks[:-1])
    harm = any(look.harm for look in plan.looks)
    header = [
        "Look",
        "Alpha spent",
        "Beta spent",
        f"Efficacy, {null}",
        f"Futility, {null}",
        f"Harm, {null}",
        "Efficacy, as planned",
        "Futility, as planned",
        "Harm, as planned",
    ]
    rows = [
        [
            str(look.number),
            decimal(look.alpha_spent, 5),
            decimal(look.beta_spent, 5) if futile else NONE,
            percent(look.efficacy_null, 2),
            percent(look.futility_null, 2) if futile else NONE,
            percent(look.harm_null, 2) if harm else NONE,
            percent(look.efficacy_alternative, 2),
            percent(look.futility_alternative, 2) if futile else NONE,
            percent(look.harm_alternative, 2) if harm else NONE,
        ]
        for look in plan.looks
    ]
    return Cells("Errors spent, and the chance of stopping first at each look", header, rows)


def _expected(plan: Plan, clock: Clock, *, whole: bool) -> Cells:
    rows = [
        [
            truth_words(plan, each.truth),
            decimal(each.effect, 3),
            percent(each.power, 2),
            one_place(each.events),
            one_place(each.patients if plan.patients_known else None),
            when(each.time, clock),
        ]
        for each in plan.expected
    ]
    units = clock.units.capitalize()
    header = ["If true", plan.effect.name, "Success", "Events", "Patients", units]
    what = "trial takes" if whole else "comparison of two arms takes"
    return Cells(f"What the {what} on average", header, rows)


def _readings(readings: Sequence[Reading], plan: Plan, clock: Clock) -> Cells:
    header = [
        "Read at",
        "Information",
        clock.unit.capitalize(),
        "Bound",
        "z",
        "one-sided p",
        plan.effect.name,
        "Conditional power, as planned",
        "by the trend",
    ]
    rows = []
    whole = plan.events if plan.events is not None else plan.patients
    for reading in readings:
        where = f"{significant(reading.count)} of {significant(whole)} {reading.counted_in}"
        start = [where, percent(reading.information_fraction), when(reading.time, clock)]
        if reading.refused:
            rows.append([*start, "see below", *[NONE] * 5])
        bounds = {
            "efficacy": reading.efficacy,
            "other side": reading.lower_efficacy,
            "futility": None if reading.final else reading.futility,
        }
        for name, bound in bounds.items():
            if bound is not None:
                power = [NONE, NONE] if reading.final else _conditional(bound)
                rows.append([*start, name, *_bound(bound, plan, p=True), *power])
                start = [""] * 3
    apart = (header.index("Bound"), len(header) - 2)
    return Cells("The design read between its looks", header, rows, (0, 3), apart)


def _conditional(bound: Bound) -> list[str]:
    return [percent(bound.conditional_power_design), percent(bound.conditional_power_trend)]
