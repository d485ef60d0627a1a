"""Every number a design's tables print is the design's own, rounded and nothing else."""

import re

import pytest

from document_walk import blocks
from equipoise.design.trial_design import TrialDesign
from equipoise.report.design.endings import endings
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
            ("Information\n(1 / variance)", [each.information for each in looks], 1),
            ("Patients", [each.patients for each in looks], 1),
            ("Alpha spent", [each.alpha_spent for each in looks], 1),
        ):
            cells = column(found, name)
            assert all(agrees(c, v, scale) for c, v in zip(cells, values, strict=True)), name
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
            assert abs(sum(each.efficacy + each.without for each in found) - 1) < 1e-12
            assert abs(found[-1].by_now - 1) < 1e-9
        if (table := of_main(kind, "endings")) is not None:
            for row, look in zip(table.rows, plan.looks, strict=False):
                assert agrees(row.cells[1], look.efficacy_null, 100)
                assert agrees(row.cells[4], look.efficacy_alternative, 100)

    def test_averages(self, kind):
        plan, table = design(kind).main.plan, of_main(kind, "expected")
        for row, each in zip(table.rows, plan.expected, strict=True):
            assert agrees(row.cells[1], each.effect)
            assert agrees(row.cells[2], each.power, 100)
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
        assert facts["Patients"].split(" ")[0] == str(sum(plan.patients_whole))
        assert agrees(facts["Power"], plan.power, 100)
        if plan.events_whole is not None:
            assert facts["Events"].split(" ")[0] == str(plan.events_whole)
            assert agrees(facts["Events"].split("(")[1], plan.events)


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
        cell = printed.cells[(average or found).header.index("Patients,\non average")]
        assert cell == "–" if row.refused else agrees(cell, row.expected_patients)


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
