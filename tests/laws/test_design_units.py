"""A design says the same in any unit of time."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text
from equipoise.io.protocol.templates import KINDS, template_text
from equipoise.protocol.trial import DAYS_PER

HERE, EXAMPLES = Path(__file__).parent, Path(__file__).parents[2] / "examples"
FILES = {
    path.stem: path.read_text(encoding="utf-8") for path in HERE.glob("protocol-design-*.yaml")
}
FILES |= {kind: template_text(kind) for kind in KINDS}
FILES |= {path.parent.name: path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*/*.yaml")}
DESIGNED = [name for name, text in FILES.items() if "\ndesign:" in text]


@pytest.mark.parametrize("name", DESIGNED)
@pytest.mark.parametrize("unit", ["day", "week", "year"])
def test_the_unit_of_time_changes_nothing_but_times(name, unit):
    """The same promises in another unit: each length converted, each rate by the inverse."""
    reading = examine_text(FILES[name], "p.yaml")
    here = reading.protocol
    factor = DAYS_PER[here.trial.time_unit] / DAYS_PER[unit]
    there = converted(here, factor, unit)
    one, two = design_trial(here), design_trial(there)
    for first, second in zip(one.hypotheses, two.hypotheses, strict=True):
        assert (first.plan is None) == (second.plan is None)
        if first.plan is None:
            continue
        assert second.plan.power == pytest.approx(first.plan.power, abs=1e-9)
        assert second.plan.patients == pytest.approx(first.plan.patients, rel=1e-7)
        assert second.plan.sequential.upper == pytest.approx(first.plan.sequential.upper, abs=1e-6)
        for before, after in zip(first.plan.looks, second.plan.looks, strict=True):
            assert (after.events is None) == (before.events is None)
            assert after.events is None or after.events == pytest.approx(before.events, rel=1e-7)
            assert (after.time is None) == (before.time is None)
            if before.time is not None:
                assert after.time == pytest.approx(before.time * factor, rel=1e-7)
    assert spoken(two.paragraphs) == pytest.approx(spoken(one.paragraphs), rel=0.02, abs=0.11)


def spoken(texts) -> list[float]:
    """Give the numbers of the paragraphs: shown in the display unit, they are the same."""
    return [
        float(found) for found in re.findall(r"\d+(?:\.\d+)?", " ".join(texts).replace(",", ""))
    ]


def converted(protocol, factor, unit):
    """Put a protocol into another unit of time, value by value."""

    def pieces(held, *, rate):
        return tuple((start * factor, value / factor if rate else value) for start, value in held)

    def lengths(held):
        return tuple(value * factor for value in held)

    promise = protocol.design
    planning = promise.planning
    endpoints = tuple(
        replace(
            each,
            hazard=pieces(each.hazard, rate=True),
            stratum_hazards=tuple((n, pieces(h, rate=True)) for n, h in each.stratum_hazards),
        )
        for each in planning.endpoints
    )
    longest = planning.longest_follow_up
    until = protocol.analysis.restricted_mean_until
    planning = replace(
        planning,
        accrual_pieces=pieces(planning.accrual_pieces, rate=not planning.accrual_relative),
        accrual_duration=lengths(planning.accrual_duration),
        follow_up=lengths(planning.follow_up),
        longest_follow_up=None if longest is None else longest * factor,
        control_dropout=pieces(planning.control_dropout, rate=True),
        experimental_dropout=pieces(planning.experimental_dropout, rate=True),
        endpoints=endpoints,
    )
    promise = replace(
        promise,
        planning=planning,
        looks=replace(promise.looks, calendar=lengths(promise.looks.calendar)),
        effects=tuple(replace(e, pieces=pieces(e.pieces, rate=False)) for e in promise.effects),
    )
    return replace(
        protocol,
        trial=replace(protocol.trial, time_unit=unit),
        design=promise,
        analysis=replace(
            protocol.analysis, restricted_mean_until=None if until is None else until * factor
        ),
    )


@pytest.mark.parametrize("unit", ["week", "month", "year"])
def test_lengths_written_with_their_unit_mean_the_same(unit):
    text = template_text("two-arm-time-to-event")
    one, two = (
        design_trial(examine_text(each, "p.yaml").protocol)
        for each in (text, text.replace("time_unit: day", f"time_unit: {unit}"))
    )
    assert two.patients == pytest.approx(one.patients, rel=1e-9)
    assert two.paragraphs == one.paragraphs
