"""Every number a design's tables print is the design's own, rounded and nothing else."""

import re

import numpy as np
import pytest

from document_walk import blocks
from equipoise.design.trial_design import TrialDesign
from equipoise.kernel.arrays import vector
from equipoise.report.design.endings import endings
from equipoise.report.design.over_time import corners
from equipoise.report.design.power import harmful
from equipoise.report.design.survival_words import arm_median, arm_survival
from equipoise.report.document import Table
from sample_design import KINDS, sample_design, sample_report

PLANNED = [kind for kind in KINDS if kind != "safety"]
NUMBER = re.compile(r"−?\d[\d\u202f]*(?:\.\d+)?")


def tables(kind: str) -> dict[str, Table]:
    return {each.id: each for each in blocks(sample_report(kind), Table)}


def design(kind: str) -> TrialDesign:
    return sample_design(kind)


def of_main(kind: str, name: str) -> Table | None:
    """Find a table of the hypothesis that decides the size."""
    return tables(kind).get(f"{design(kind).main.hypothesis.lower()}-{name}")


def agrees(cell: str, value: float, scale: float = 1.0) -> bool:
    """Say whether a cell is a value rounded to the places it prints, or less than its least."""
    found = NUMBER.search(cell)
    assert found, cell
    told = found[0].replace("−", "-").replace("\u202f", "")
    places = len(told.partition(".")[2])
    limit = float(told)
    if cell.startswith("<"):
        return value * scale < limit
    if cell.startswith(">"):
        return value * scale > limit
    return abs(limit - value * scale) <= 0.5000001 * 10.0**-places


def column(table: Table, name: str) -> list[str]:
    place = table.header.index(name)
    return [row.cells[place] for row in table.rows]


@pytest.mark.parametrize("kind", PLANNED)
class TestTables:
    def test_looks(self, kind):
        looks, found = design(kind).main.plan.looks, of_main(kind, "looks")
        for name, values, scale in (
            ("Information", [each.information_fraction for each in looks], 100),
            ("1 / variance", [each.information for each in looks], 1),
            ("Alpha spent", [each.alpha_spent for each in looks], 1),
        ):
            cells = column(found, name)
            assert all(agrees(c, v, scale) for c, v in zip(cells, values, strict=True)), name
        if design(kind).main.plan.patients_known:
            patients = column(found, "Patients")
            assert all(agrees(c, each.patients) for c, each in zip(patients, looks, strict=True))
        else:
            assert "Patients" not in found.header
        if looks[0].events is not None:
            events = column(found, "Events")
            assert all(agrees(c, each.events) for c, each in zip(events, looks, strict=True))

    @pytest.mark.parametrize(
        ("name", "field"),
        [("efficacy", "efficacy"), ("futility", "futility"), ("other-side", "lower_efficacy")],
    )
    def test_bounds(self, kind, name, field):
        found = of_main(kind, f"{name}-bounds")
        looks = design(kind).main.plan.looks
        for row, look in zip(found.rows if found else (), looks, strict=False):
            bound = getattr(look, field)
            if bound is None:
                assert row.cells[1] == "not tested"
                continue
            values = [bound.z, bound.p, bound.effect]
            assert all(map(agrees, row.cells[1:4], values)), row
            if look is not looks[-1]:
                assert agrees(row.cells[4], bound.b_value)
                assert agrees(row.cells[5], bound.conditional_power_design, 100)
                assert agrees(row.cells[6], bound.conditional_power_trend, 100)

    def test_endings_add_up_and_are_the_plans(self, kind):
        plan = design(kind).main.plan
        for truth in ("null", "alternative"):
            found = endings(plan.looks, truth)
            parts = [each.efficacy + each.without + each.harm for each in found]
            assert abs(sum(parts) - 1) < 1e-12
            assert abs(found[-1].by_now - 1) < 1e-9
        if (table := of_main(kind, "endings")) is not None:
            for row, look in zip(table.rows, plan.looks, strict=False):
                assert agrees(row.cells[1], look.efficacy_null, 100)
                planned = table.header.index("As planned:\nefficacy")
                assert agrees(row.cells[planned], look.efficacy_alternative, 100)

    def test_every_table_says_the_same_of_success(self, kind):
        """Endings, averages and curve are computed apart: of one truth they tell one chance."""
        plan = design(kind).main.plan
        expected = {each.truth: each.power for each in plan.expected}
        if plan.exact is None:  # else looks have no bounds to sum over
            for truth in ("null", "alternative"):
                found = sum(each.efficacy for each in endings(plan.looks, truth))
                assert abs(found - expected[truth]) < 2e-4, truth
        assert abs(plan.power_curve[0][1] - expected["null"]) < 2e-4
        assert abs(plan.power - expected["alternative"]) < 2e-4

    def test_beta_spent_in_the_end_is_what_power_leaves(self, kind):
        plan = design(kind).main.plan
        if plan.exact is None:
            assert abs(plan.looks[-1].beta_spent + plan.power - 1) < 2e-4

    def test_averages(self, kind):
        plan, table = design(kind).main.plan, of_main(kind, "expected")
        for row, each in zip(table.rows, plan.expected, strict=True):
            assert agrees(row.cells[1], each.effect)
            assert agrees(row.cells[2], each.power, 100)
            if plan.patients_known:
                assert agrees(row.cells[table.header.index("Patients")], each.patients)

    def test_the_courses_pass_through_the_looks(self, kind):
        """The table over time is computed on its own: at the looks it must meet the plan."""
        plan, table = design(kind).main.plan, of_main(kind, "over-time-table")
        if table is None:
            return
        rows = [row.cells for row in table.rows if row.strong]
        for cells, look in zip(rows, plan.looks, strict=True):
            patients, events = (sum(float(cell) for cell in cells[i : i + 2]) for i in (1, 3))
            assert abs(patients - look.patients) <= 0.11
            assert abs(events - look.events) <= 0.11
            assert agrees(cells[5], look.events)

    def test_the_whole_numbers(self, kind):
        plan, main = design(kind).main.plan, of_main(kind, "facts")
        facts = {row.cells[0]: row.cells[1] for row in main.rows}
        if plan.patients_known:
            assert facts["Patients"].split(" ")[0] == str(sum(plan.patients_whole))
        else:
            assert not any("patients" in name.lower() for name in facts)
        assert agrees(facts["Power"], plan.power, 100)
        if plan.events_whole is not None:
            assert facts["Events"].split(" ")[0] == str(plan.events_whole)
            assert agrees(facts["Events"].split("(")[1], plan.events)


@pytest.mark.parametrize("kind", PLANNED)
class TestBeyondThePlan:
    """What the report computes itself meets the plan where both say something."""

    def test_the_curve_goes_on_beyond_the_null(self, kind):
        plan = design(kind).main.plan
        beyond = harmful(plan)
        if not beyond:
            return
        (first, lowest), (last, highest) = beyond[0], beyond[-1]
        planned = plan.effect.value - plan.effect.null
        assert all((effect - plan.effect.null) * planned < 0 for effect in (first, last))
        if plan.sequential.sides == 1:
            assert lowest < highest < plan.power_curve[0][1]

    def test_survival_told_is_that_of_the_world(self, kind):
        """By hand: exp of minus the area under the hazard, and half at the median."""
        main = design(kind).main
        if main.world is None:
            return
        (stratum,) = main.world.strata
        for experimental, hazard in enumerate(
            (stratum.control_hazard, stratum.experimental_hazard)
        ):
            fine = np.linspace(0.0, 10.0, 200_001)[:-1] + 2.5e-5
            area = float(hazard.at(fine).mean() * 10.0)
            (told,) = arm_survival(main.world, vector([10.0]), experimental=bool(experimental))
            assert abs(told - np.exp(-area)) < 1e-5
            median = arm_median(main.world, 1e5, experimental=bool(experimental))
            (half,) = arm_survival(main.world, vector([median]), experimental=bool(experimental))
            assert abs(half - 0.5) < 1e-9

    def test_courses_bend_where_enrollment_ends(self, kind):
        main = design(kind).main
        if main.world is None or not main.courses:
            return
        times = corners(main, main.plan, main.world)
        assert main.world.accrual.duration in times
        assert all(look.time in times for look in main.plan.looks)


@pytest.mark.parametrize("kind", ["holm", "graph", "co-primary", "dunnett"])
def test_levels(kind):
    levels = design(kind).multiplicity.levels
    for row, level in zip(tables(kind)["levels-table"].rows, levels, strict=True):
        assert abs(float(row.cells[1]) - level.alpha) <= 5.1e-4 * level.alpha
        for cell, z in zip(row.cells[2:], level.z, strict=False):
            assert cell == "–" if z is None else agrees(cell, z)


@pytest.mark.parametrize("kind", ["alternatives", "alternatives-power", "rate"])
def test_alternatives(kind):
    rows = design(kind).alternatives.rows
    found, average = (tables(kind).get(f"alternatives{end}-table") for end in ("", "-average"))
    for row, printed in zip(rows, found.rows, strict=True):
        if not row.refused and "Power" not in design(kind).alternatives.varied:
            assert agrees(printed.cells[found.header.index("Power")], row.power, 100)
    for row, printed in zip(rows, (average or found).rows, strict=True):
        what = "Events" if kind == "alternatives-power" else "Patients"
        cell = printed.cells[(average or found).header.index(f"{what},\non average")]
        value = row.expected_events if what == "Events" else row.expected_patients
        assert cell == "–" if row.refused else agrees(cell, value)


def test_safety_steps_are_the_checks():
    for each in design("safety").safety:
        for row in tables("safety")[f"safety-{each.rule.id}-bound"].rows:
            first, _, last = row.cells[0].partition(" to ")
            span = range(int(first), int(last or first) + 1)
            stops = {check.stop_at for check in each.checks if check.patients in span}
            assert stops == {int(row.cells[1])}


@pytest.mark.parametrize("kind", ["holm", "co-primary", "dunnett"])
def test_success_and_size_of_several(kind):
    success, sizing = design(kind).multiplicity.success, design(kind).sizing
    told = {row.cells[0]: row.cells for row in tables(kind)["success-table"].rows}
    for name, found, error in success.each:
        assert agrees(told[name][1], found, 100)
        assert told[name][2] == "–" if error == 0 else agrees(told[name][2], error, 100)
    for row, each in zip(tables(kind)["sizing-table"].rows, sizing.alone, strict=True):
        assert row.strong == (each.hypothesis == sizing.driven_by)
        place = tables(kind)["sizing-table"].header.index("Patients")
        assert agrees(row.cells[place], each.patients)
