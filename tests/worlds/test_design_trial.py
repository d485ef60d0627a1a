"""Whole designs from protocols: what is solved for comes back, and the parts fit each other."""

import json
from dataclasses import fields, is_dataclass
from math import exp, hypot, isfinite, log, pi, sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

from equipoise.analyze.max_combo import WEIGHTS
from equipoise.design.planned.hypothesis import asked_of, plan_hypothesis
from equipoise.design.planned.multiplicity import levels_of
from equipoise.design.planned.record import design_json, design_record
from equipoise.design.planned.survival import MAX_COMBO
from equipoise.design.planned.world import Numbers
from equipoise.design.sequential.spending_names import TABLE
from equipoise.design.trial import design_trial
from equipoise.errors import DesignError
from equipoise.io.protocol.read import examine_text
from equipoise.io.protocol.templates import KINDS, template_text
from equipoise.protocol.boundary_rules import SPENDING
from equipoise.protocol.planning import Multiplicity

HEAD = """schema: 1
trial: {id: T, title: A trial, time_unit: month}
arms: [{id: a, role: control}, {id: b, role: experimental}]
variables: [{id: x0, type: continuous}]
"""
TIMED = "accrual: {duration: 24}, follow_up: 12, "
COURSE = "endpoints: {os: {control: {median: 12}}}"


def designed(text: str):
    reading = examine_text(text, "p.yaml")
    assert reading.problems == ()
    return design_trial(reading.protocol)


def in_time(design: str, planning: str, effect="{hazard_ratio: 0.7}", test="log-rank", more=""):
    planned = f"planning: {{{planning}}}\n" if planning else ""
    return designed(
        f"{HEAD}endpoints: [{{id: os, type: time-to-event, events: [death]}}]\n"
        f"hypotheses: [{{id: H1, endpoint: os, effect: {effect}, test: {{method: {test}}}}}]\n"
        f"design: {design}\n{planned}{more}"
    )


def of_rates(design: str, planning: str, effect="{experimental_rate: 0.5}", test=None):
    tested = f", test: {{method: {test}}}" if test else ""
    return designed(
        f"{HEAD}endpoints: [{{id: cr, type: binary}}]\n"
        f"hypotheses: [{{id: H1, endpoint: cr, effect: {effect}{tested}}}]\n"
        f"design: {design}\nplanning: {{{planning}}}\n"
    )


def of_means(design: str, planning: str, effect="{mean_difference: 8}", test="welch"):
    return designed(
        f"{HEAD}endpoints: [{{id: y, type: continuous, baseline: x0}}]\n"
        f"hypotheses: [{{id: H1, endpoint: y, effect: {effect}, test: {{method: {test}}}}}]\n"
        f"design: {design}\nplanning: {{{planning}}}\n"
    )


class TestSolvedForComesBack:
    """What one question finds, given to the others, gives back what the first was given."""

    FOUND = in_time("{power: 0.9, looks: {number: 3}}", TIMED + COURSE).main.plan

    def test_patients_then_power(self):
        patients = f"patients: {self.FOUND.patients!r}, "
        plan = in_time("{looks: {number: 3}}", patients + TIMED + COURSE).main.plan
        assert plan.solved_for == "power"
        assert plan.power == pytest.approx(0.9, abs=1e-9)

    def test_patients_then_follow_up(self):
        patients = f"patients: {self.FOUND.patients!r}, accrual: {{duration: 24}}, "
        plan = in_time("{power: 0.9, looks: {number: 3}}", patients + COURSE).main.plan
        assert plan.solved_for == "follow-up"
        assert plan.looks[-1].time == pytest.approx(36, abs=1e-6)

    def test_rate_then_accrual_duration(self):
        rate = f"accrual: {{rate: {self.FOUND.patients / 24!r}}}, follow_up: 12, "
        design = in_time("{power: 0.9, looks: {number: 3}}", rate + COURSE)
        assert design.main.plan.solved_for == "accrual duration"
        assert design.main.world.accrual.duration == pytest.approx(24, abs=1e-6)

    def test_rates_that_change_then_accrual_duration(self):
        rates = "accrual: {rates: {0: 5, 6: 25}}, follow_up: 12, "
        design = in_time("{power: 0.9}", rates + COURSE)
        duration = design.main.world.accrual.duration
        assert design.main.plan.patients == pytest.approx(30 + 25 * (duration - 6))
        again = f"accrual: {{duration: {duration!r}, rates: {{0: 5, 6: 25}}}}, follow_up: 12, "
        plan = in_time("{looks: {number: 1}}", again + COURSE).main.plan
        assert plan.power == pytest.approx(0.9, abs=1e-9)

    def test_events_then_power_with_and_without_times(self):
        events = f"{{events: {self.FOUND.events!r}, looks: {{number: 3}}}}"
        timed = in_time(events, f"patients: 500, accrual: {{duration: 24}}, {COURSE}").main.plan
        alone = in_time(events, "").main.plan
        assert timed.power == pytest.approx(0.9, abs=1e-9)
        assert alone.power == pytest.approx(0.9, abs=1e-9)
        assert alone.looks[0].efficacy.effect == pytest.approx(
            timed.looks[0].efficacy.effect, abs=1e-9
        )

    def test_events_then_effect(self):
        asked = f"{{power: 0.9, solve_for: effect, events: {self.FOUND.events!r}, "
        plan = in_time(asked + "looks: {number: 3}}", "", effect="{margin: 1}").main.plan
        assert plan.effect.value == pytest.approx(0.7, abs=1e-9)

    def test_rates(self):
        course = "endpoints: {cr: {control: {rate: 0.3}}}"
        found = of_rates("{power: 0.9}", course).main.plan
        power = of_rates("{}", f"patients: {found.patients!r}, {course}").main.plan
        assert found.patients == pytest.approx(247.9973, abs=1e-4)  # Farrington & Manning
        assert power.power == pytest.approx(0.9, abs=1e-9)

    def test_means(self):
        course = "endpoints: {y: {standard_deviation: 15}}"
        found = of_means("{power: 0.8}", course).main.plan
        asked = f"patients: {found.patients!r}, {course}"
        assert of_means("{}", asked).main.plan.power == pytest.approx(0.8, abs=1e-8)
        effect = of_means("{power: 0.8, solve_for: effect}", asked, effect="{margin: 0.0}")
        assert effect.main.plan.effect.value == pytest.approx(8, abs=1e-6)


@pytest.mark.parametrize(
    ("method", "events"),
    [
        ("schoenfeld", 330.3779),
        ("freedman", 337.4050),
        ("lachin-foulkes", None),
        ("kim-tsiatis", None),
        ("bernstein-lagakos", None),
        ("rubinstein-gail-santner", None),
        ("direct", None),
        ("average hazard ratio", None),
        ("yung-liu", None),
    ],
)
def test_every_formula_is_reached_by_its_name(method, events):
    plan = in_time(f"{{power: 0.9, method: {method}}}", TIMED + COURSE).main.plan
    assert plan.power == pytest.approx(0.9, abs=1e-6)
    assert 310 < plan.events < 345
    if events:
        assert plan.events == pytest.approx(events, abs=1e-3)


@pytest.mark.parametrize(
    "test", ["log-rank", "fleming-harrington, rho: 0, gamma: 1", "max-combo", "restricted mean"]
)
def test_an_effect_that_comes_late(test):
    more = "analysis: {restricted_mean_until: 24}\n" if test == "restricted mean" else ""
    late = "{hazard_ratio: {0: 1, 4: 0.6}}"
    design = in_time("{power: 0.9}", TIMED + COURSE, effect=late, test=test, more=more)
    plan = design.main.plan
    assert plan.power == pytest.approx(0.9, abs=1e-5)
    assert design.main.effect.pieces == ((0.0, 1.0), (4.0, 0.6))
    assert "0.6 from 4 months" in " ".join(design.paragraphs)
    json.loads(design_json(design))


def test_the_weights_of_max_combo_are_those_of_its_analysis():
    assert MAX_COMBO == WEIGHTS


def test_the_language_knows_every_spending_function():
    assert {name: (needed, optional) for name, (_, needed, optional) in TABLE.items()} == {
        name: (
            (*words.needed, *words.optional) if name == "t" else words.needed,
            () if name == "t" else words.optional,
        )
        for name, words in SPENDING.items()
    }


class TestReadings:
    """At a planned look a reading is that look; elsewhere it lies between its neighbors."""

    DESIGN = in_time(
        "{power: 0.9, looks: {number: 4, read_at: [100, 150]}, "
        "futility: {spending: hwang-shih-decani, gamma: -2}}",
        TIMED + COURSE,
    )

    def test_at_a_look(self):
        plan = self.DESIGN.main.plan
        counts = tuple(look.events for look in plan.looks)
        read = design_trial(self.DESIGN.protocol, read_at=counts).main.readings
        by_count = {each.count: each for each in read}
        for look in plan.looks[:-1]:
            reading = by_count[look.events]
            assert reading.look == look.number
            assert reading.time == pytest.approx(look.time, abs=1e-6)
            for name in ("efficacy", "futility"):
                seen, planned = getattr(reading, name), getattr(look, name)
                assert seen.z == pytest.approx(planned.z, abs=1e-8)
                assert seen.effect == pytest.approx(planned.effect, abs=1e-8)
        assert by_count[plan.looks[-1].events].final

    def test_between_looks(self):
        plan = self.DESIGN.main.plan
        first, second = self.DESIGN.main.readings
        assert [each.count for each in (first, second)] == [100, 150]
        assert first.efficacy.z > second.efficacy.z > plan.looks[-1].efficacy.z
        assert first.time < second.time
        assert plan.looks[0].alpha_spent < first.alpha_spent < second.alpha_spent

    @pytest.mark.parametrize(
        "rule", ["boundary: optimal wang-tsiatis", "z: [3, 2.5, 2]", "boundary: pocock"]
    )
    def test_a_rule_that_cannot_be_read_elsewhere_says_so(self, rule):
        looks = "looks: {number: 3, read_at: [100]}"
        design = in_time(f"{{power: 0.9, {looks}, efficacy: {{{rule}}}}}", TIMED + COURSE)
        (reading,) = design.main.readings
        assert bool(reading.refused) == (reading.efficacy is None)
        assert bool(reading.refused) == ("optimal" in rule)


class TestAlternatives:
    """The table is the product of the lists, and each row the design of its own numbers."""

    DESIGN = in_time(
        "{power: [0.8, 0.9], looks: {number: 2}}",
        "accrual: {duration: [24, 30]}, follow_up: 12, " + COURSE,
        effect="{hazard_ratio: [0.7, 0.6, 0.99]}",
    )

    def test_each_row(self):
        table = self.DESIGN.alternatives
        assert table.varied == ("hazard ratio", "power", "accrual duration")
        assert len(table.rows) == 12
        assert [row.planned for row in table.rows] == [True] + [False] * 11
        protocol = self.DESIGN.protocol
        asked = asked_of(protocol, protocol.design, protocol.hypothesis("H1"))
        for row in table.rows:
            given = {key.replace(" ", "_"): value for key, value in row.settings}
            effect = given.pop("hazard_ratio")
            plan = plan_hypothesis(asked, Numbers(effect=effect, follow_up=12.0, **given)).plan
            assert row.patients == plan.patients
            assert row.power == plan.power
            assert row.duration == plan.looks[-1].time

    def test_the_planned_row_is_the_plan(self):
        row, plan = self.DESIGN.alternatives.rows[0], self.DESIGN.main.plan
        assert (row.patients, row.events) == (plan.patients, plan.events)
        assert row.patients_whole == sum(plan.patients_whole)

    def test_what_cannot_be_is_a_row_that_says_why(self):
        design = in_time(
            "{events: [200, 900]}", f"patients: 500, accrual: {{duration: 24}}, {COURSE}"
        )
        rows = design.alternatives.rows
        assert rows[0].refused == ""
        assert rows[0].power > 0.5
        assert "900" in rows[1].refused
        assert rows[1].power is None

    def test_no_table_without_lists(self):
        assert in_time("{power: 0.9}", TIMED + COURSE).alternatives is None


class TestMultiplicity:
    """Levels by closed forms; bounds at the plan's own level are the plan's."""

    def test_named_procedures(self):
        three = (("A", 1 / 3), ("B", 1 / 3), ("C", 1 / 3))
        edges = tuple((x, y, 0.5) for x, _ in three for y, _ in three if x != y)
        holm = levels_of(Multiplicity("holm", three, edges), 0.03)
        hochberg = levels_of(Multiplicity("hochberg", three), 0.03)
        for levels in (holm, hochberg):
            assert [level for level, _ in levels["B"]] == pytest.approx([0.01, 0.015, 0.03])
            assert [len(after) for _, after in levels["B"]] == [0, 1, 2]
        assert levels_of(Multiplicity("bonferroni", three), 0.03)["A"] == (
            (pytest.approx(0.01), ()),
        )

    def test_bounds(self):
        design = designed(template_text("two-arm-binary"))
        first, second = design.multiplicity.levels
        upper = design.main.plan.sequential.upper
        assert first.z == pytest.approx(upper.tolist(), abs=1e-9)
        assert second.after == ("H1",)
        assert design.hypothesis("H2").alpha == 0
        assert design.hypothesis("H2").planned_alpha == 0.05


def test_a_second_endpoint_is_looked_at_when_the_trial_is():
    design = designed(
        f"{HEAD}endpoints:\n  - {{id: pfs, type: time-to-event, events: [progression]}}\n"
        "  - {id: os, type: time-to-event, events: [death]}\n"
        "  - {id: cr, type: binary}\n"
        "hypotheses:\n  - {id: H1, endpoint: pfs, effect: {hazard_ratio: 0.7}}\n"
        "  - {id: H2, endpoint: os, role: secondary, effect: {hazard_ratio: 0.8}}\n"
        "  - {id: H3, endpoint: cr, role: secondary, effect: {risk_ratio: 1.5}}\n"
        "  - {id: H4, endpoint: os, role: secondary}\n"
        "design: {power: 0.9, looks: {number: 2}, futility: {z: 0}}\n"
        "planning:\n  accrual: {duration: 24}\n  follow_up: 12\n"
        "  endpoints:\n    pfs: {control: {median: 12}}\n    os: {control: {median: 24}}\n"
        "    cr: {control: {rate: 0.3}}\n"
    )
    main, survival, response = (design.hypothesis(name).plan for name in ("H1", "H2", "H3"))
    times = [look.time for look in main.looks]
    assert [look.time for look in survival.looks] == pytest.approx(times)
    assert survival.patients == pytest.approx(main.patients)
    assert survival.events < main.events
    assert survival.sequential.asked.stopping.futility is None
    assert len(response.looks) == 1
    assert response.patients == pytest.approx(main.patients)
    assert design.hypothesis("H4").not_planned == "no effect is planned for it"
    assert [design.hypothesis(name).alpha for name in ("H1", "H2")] == [0.025, 0]


def test_assurance_is_power_under_a_certain_prior_and_less_under_doubt():
    def chance(prior):
        design = in_time(f"{{power: 0.9, prior: {prior}}}", TIMED + COURSE)
        return design.assurance[0].probability

    assert chance("{hazard_ratio: 0.7, standard_deviation: 0.0001}") == pytest.approx(0.9, abs=1e-6)
    doubt = chance("{hazard_ratio: 0.7, standard_deviation: 0.2}")
    critical, drift = 1.959963984540054, 1.959963984540054 + 1.2815515655446004
    spread = 0.2 / abs(log(0.7)) * drift
    assert doubt == pytest.approx(float(ndtr((drift - critical) / hypot(1, spread))), abs=1e-9)


@pytest.mark.parametrize(("mean", "spread"), [(1.6, 0.2), (1.3, 0.5), (1.0, 3.0), (1.6, 0.001)])
def test_a_prior_of_a_risk_ratio_is_on_its_logarithm_also_for_a_score_test(mean, spread):
    """The second computation is one integral of Φ over the logarithm."""
    prior = f"{{risk_ratio: {mean}, standard_deviation: {spread}}}"
    design = of_rates(
        f"{{power: 0.9, prior: {prior}}}",
        "endpoints: {cr: {control: {rate: 0.3}}}",
        effect="{risk_ratio: 1.6}",
    )
    assert design.main.plan.effect.scale == "identity"
    critical, drift = 1.959963984540054, 1.959963984540054 + 1.2815515655446004

    def success(deviation):
        z = drift * (mean * exp(deviation * spread) - 1.0) / 0.6
        return ndtr(z - critical) * exp(-(deviation**2) / 2) / sqrt(2 * pi)

    points = [log((1 + 0.6 * z / drift) / mean) / spread for z in (0.0, critical, 4.0)]
    points = [each for each in points if -9 < each < 9]
    expected = quad(success, -9, 9, points=points or None, epsabs=1e-12, limit=300)[0]
    assert design.assurance[0].probability == pytest.approx(expected, abs=1e-8)
    assert design.assurance[0].assumed[0].startswith("The logarithm of the risk ratio")


def test_a_prior_of_a_risk_ratio_where_lower_is_better():
    prior = "{risk_ratio: 0.6, standard_deviation: 0.4}"
    design = designed(
        f"{HEAD}endpoints: [{{id: cr, type: binary, better: 'no'}}]\n"
        "hypotheses: [{id: H1, endpoint: cr, effect: {risk_ratio: 0.6}}]\n"
        f"design: {{power: 0.9, prior: {prior}}}\n"
        "planning: {endpoints: {cr: {control: {rate: 0.4}}}}\n"
    )
    critical, drift = 1.959963984540054, 1.959963984540054 + 1.2815515655446004
    draws = np.exp(log(0.6) + 0.4 * ndtri((np.arange(200_000) + 0.5) / 200_000))
    expected = ndtr(drift * (1.0 - draws) / 0.4 - critical).mean()
    assert design.assurance[0].probability == pytest.approx(expected, abs=1e-6)


def test_safety_rules_are_drawn():
    design = in_time(
        "{power: 0.9, safety: [{id: tox, acceptable: 0.05, unacceptable: 0.15, level: 0.05, "
        "patients: 30}]}",
        TIMED + COURSE,
    )
    (safety,) = design.safety
    assert safety.stops_if_acceptable <= 0.05 < safety.stops_if_unacceptable
    assert [check.stop_at for check in safety.checks[:3]] == [2, 2, 2]


def test_looks_of_a_binary_endpoint_have_times_where_accrual_is_planned():
    design = of_rates(
        "{looks: {number: 2}}",
        "patients: 250, accrual: {rate: 10}, follow_up: 3, endpoints: {cr: {control: {rate: 0.3}}}",
    )
    assert [look.time for look in design.main.plan.looks] == [15.5, 28.0]
    assert design.main.plan.expected[0].time < 28


def test_a_patients_follow_up_may_end():
    free = in_time("{power: 0.9}", TIMED + COURSE).main.plan
    ended = in_time("{power: 0.9}", TIMED + "longest_follow_up: 12, " + COURSE).main.plan
    assert ended.patients > free.patients
    assert ended.events == pytest.approx(free.events)


def test_without_a_design_there_is_none():
    protocol = examine_text(
        f"{HEAD}endpoints: [{{id: os, type: time-to-event, events: [death]}}]\n", "p.yaml"
    ).protocol
    with pytest.raises(DesignError, match="promises no design; add `design`"):
        design_trial(protocol)


@pytest.mark.parametrize(
    ("design", "planning", "words"),
    [
        (
            "{power: 0.9}",
            "accrual: {rates: {0: 5, 10: 0}}, follow_up: 12, " + COURSE,
            "events",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(design, planning, words):
    with pytest.raises(DesignError, match=words):
        in_time(design, planning)


@pytest.mark.parametrize("kind", KINDS)
def test_json_holds_everything_and_nothing_infinite(kind):
    design = designed(template_text(kind))
    record = json.loads(design_json(design))
    assert record == json.loads(json.dumps(design_record(design)))
    kept = {field.name for field in fields(design)} - {"protocol"}
    assert kept < set(record)
    plan = record["hypotheses"][0]["plan"]
    assert plan["looks"][0]["efficacy"]["z"] == design.main.plan.looks[0].efficacy.z
    assert plan["power"] == design.main.plan.power
    _finite(record)


def _finite(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            _finite(each)
    assert not isinstance(value, float) or isfinite(value)
    assert not is_dataclass(value)
