"""The closed report of a look: every number in its tables stands in the result it is made of."""

import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import sample_design
from document_walk import UNUSABLE, blocks, sections, texts
from equipoise.monitor.bounds.rules import EFFICACY
from equipoise.monitor.inference.inference import Overrun
from equipoise.report.dates import day_in_words
from equipoise.report.document import Callout, Figure, Table
from equipoise.report.monitoring.closed_boundary import fan_of
from equipoise.report.monitoring.closed_build import build_closed_document
from equipoise.report.monitoring.closed_context import ClosedContext
from equipoise.report.monitoring.closed_courses import course_of
from equipoise.report.numbering import captions
from equipoise.simulate.monitored.look import rules_of
from equipoise.verbs.monitoring import monitor, monitor_statistics

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331"
DAY = "2018-09-17"
KINDS = ["survival-futility", "two-sided", "harm", "mean", "rate", "graph", "margin-looks"]


@cache
def look():
    """The example as of the day its committee stopped it, with few replicates."""
    return monitor(EXAMPLE / "protocol.yaml", EXAMPLE / "data", DAY, dry_run=True, replicates=200)


@cache
def document():
    return build_closed_document(look())


@cache
def of_numbers(kind, z, fraction):
    """A look at numbers alone, of all hypotheses alike."""
    design = sample_design.sample_design(kind)
    planned = {
        each.hypothesis: each.bounds.planned for each in rules_of(design).stopping.hypotheses
    }
    information = {name: fraction * count for name, count in planned.items()}
    return monitor_statistics(design.protocol, dict.fromkeys(information, z), information)


@cache
def told_of(kind, z, fraction):
    """The closed report of such a look."""
    return build_closed_document(of_numbers(kind, z, fraction))


def tables(found):
    return {each.id: each for each in blocks(found, Table)}


def numbers(cell):
    """All numbers of a cell."""
    told = cell.replace("−", "-").replace("\u202f", "")
    return [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", told)]


def near(cell, *values, places=3):
    """Whether a cell's numbers are these, rounded as they are printed."""
    return numbers(cell)[: len(values)] == pytest.approx(values, abs=0.51 * 10.0**-places)


class TestItsNumbers:
    """What the document tells is what the look holds, rounded."""

    def test_key_numbers(self):
        result, table = look(), tables(document())["key-numbers"]
        held, out = result.look.hypotheses[0], result.outlooks[0]
        told = {row.cells[0]: row.cells[1] for row in table.rows}
        assert near(told["z"], held.seen.z)
        assert near(told["Efficacy bound"], held.bound)
        assert near(told["Futility bound"], held.futility)
        assert near(told["P at the efficacy bound"], held.p_bound, places=5)
        assert near(told["Information"], held.seen.information, held.planned)
        for name, assumed in (("as designed", "design"), ("trend so far", "trend")):
            power = 100 * out.likely.under(assumed).futility_ignored
            assert near(told[f"Conditional power, {name}"], power, places=1)
        best = out.after.by("stage-wise")
        adjusted = [each.effect for each in (best.estimate, best.lower, best.upper)]
        assert near(told["Adjusted for the looks"], *adjusted)

    def test_conditional_power_in_every_way(self):
        likely = look().outlooks[0].likely
        rows = tables(document())["h1-conditional"].rows
        for row, each in zip(rows, likely.conditional, strict=True):
            ways = (each.futility_ignored, each.futility_obeyed, each.at_last, each.fixed)
            for cell, way in zip(row.cells[2:], ways, strict=True):
                assert near(cell, 100 * way, places=1)

    def test_endings_by_look_add_up(self):
        likely = look().outlooks[0].likely
        rows = iter(tables(document())["h1-later-looks"].rows)
        for each in (likely.under(name) for name in ("design", "null", "trend")):
            for place in range(likely.looks.size):
                cells = next(rows).cells
                assert near(cells[1], 100 * each.efficacy[place], places=1)
                assert near(cells[2], 100 * each.futility[place], places=1)
                assert near(cells[-1], 100 * each.efficacy_ignoring[place], places=1)
            assert sum(each.efficacy) + sum(each.futility) == pytest.approx(1.0, abs=1e-9)

    def test_predictive_power_and_where_it_ends(self):
        likely = look().outlooks[0].likely
        rows = tables(document())["h1-predictive"].rows
        for row, each in zip(rows, likely.predictive, strict=True):
            assert near(row.cells[1], 100 * each.futility_ignored, places=1)
            assert near(row.cells[5], each.end.z, *each.end.z_interval)
            assert near(row.cells[6], *each.end.effect_interval)

    def test_beliefs(self):
        beliefs = look().outlooks[0].beliefs
        rows = tables(document())["h1-beliefs-table"].rows
        better = tables(document())["h1-better-table"].rows
        for row, chances, each in zip(rows, better, beliefs.posteriors, strict=True):
            assert near(row.cells[-1], each.effect, *each.interval)
            assert near(chances.cells[1], 100 * each.better[0].after, places=1)

    def test_inference_by_every_method(self):
        after = look().outlooks[0].after
        told = tables(document())["h1-inference-table"].rows
        assert told[0].strong
        assert told[0].cells[0] == "Stage-wise ordering"
        order = sorted(after.inferences, key=lambda each: each.method != after.recommended)
        for row, each in zip(told, order, strict=False):
            assert near(row.cells[1], each.estimate.effect)
            assert near(row.cells[2], each.lower.effect, each.upper.effect)
            assert near(row.cells[3], each.p_value, places=5)

    def test_looks_and_bounds(self):
        held = look().look.hypotheses[0]
        rows = tables(document())["h1-looks"].rows
        bounds = tables(document())["h1-bounds"].rows
        assert len(rows) == held.drawn.looks
        for row, beside, place in zip(rows, bounds, range(held.drawn.looks), strict=True):
            assert near(row.cells[5], held.drawn.upper[place])
            spent = beside.cells[-3] if len(beside.cells) > 6 else beside.cells[-2]
            assert near(spent, held.drawn.alpha_spent[place], places=5)

    def test_dates_to_come(self):
        forecast = look().forecast
        rows = tables(document())["projected-dates"].rows
        for row, each in zip(rows, forecast.targets, strict=False):
            assert numbers(row.cells[0])[0] == each.target
            assert row.cells[1] == day_in_words(each.when.median_date)

    def test_deaths_by_arm(self):
        rows = tables(document())["deaths-now"].rows
        told = [(int(row.cells[1]), int(row.cells[2])) for row in rows]
        assert told == [(each.patients, each.deaths) for each in look().safety.deaths]


class TestItsPictures:
    """Figures tell in words what they show."""

    def test_band_ends_where_the_prediction_does(self):
        result = look()
        fan = fan_of(result.outlooks[0], result.look.hypotheses[0])
        end = result.outlooks[0].likely.believing("flat").end
        assert fan.outer[-1] == pytest.approx(end.z_interval, abs=1e-9)
        assert fan.outer[0] == pytest.approx((result.look.hypotheses[0].seen.z,) * 2)

    def test_looks_to_come_have_their_dates(self):
        context = ClosedContext(look())
        rows = course_of(context, look().look.hypotheses[0], look().outlooks[0].scale)
        later = [each for each in rows if each.when == "to come"]
        assert later
        assert all(each.day > date.fromisoformat(DAY) for each in later)

    def test_every_figure_is_told(self):
        found = blocks(document(), Figure)
        assert {"h1-boundary-plot", "h1-conditional-plot", "h1-endings-plot"} <= {
            each.id for each in found
        }
        assert all(len(each.alternative_text) > 40 for each in found)


class TestMasking:
    """Arms have letters; the committee is told how far that goes."""

    def test_no_arm_is_named_but_in_the_hypotheses(self):
        names = {arm.label for arm in look().protocol.arms}
        own = {"overview", "decision", "likely", "beliefs", "inference", "projection"}
        for section in sections(document()):
            if section.id not in own:
                continue
            for block in section.blocks:
                cells = [c for row in getattr(block, "rows", ()) for c in row.cells]
                assert not names & set(cells)

    def test_it_says_so(self):
        told = " ".join(texts(document()))
        assert "Letters hide names, not numbers" in told
        assert "for the monitoring committee alone" in told


class TestEveryKindOfTrial:
    """Looks at numbers alone, of designs of every kind: nothing missing is printed as a number."""

    @pytest.mark.parametrize(
        ("kind", "z", "fraction"),
        [
            *((kind, 1.0, 0.6) for kind in KINDS),
            ("survival-futility", 4.5, 0.6),
            ("survival-futility", 0.5, 1.0),
            ("two-sided", -3.5, 0.6),
            ("rate", 2.5, 1.0),
        ],
    )
    def test_texts_and_captions(self, kind, z, fraction):
        found = told_of(kind, z, fraction)
        captions(found)
        assert [told for told in texts(found) if UNUSABLE.search(told)] == []
        assert all(each.alternative_text for each in blocks(found, Figure))

    def test_texts_of_a_look_at_patients(self):
        captions(document())
        own = re.compile(r"^(h\d-|key-|alpha-|deaths-now|projected-|conventions)")
        for table in blocks(document(), Table):
            if own.match(table.id):
                cells = [cell for row in table.rows for cell in row.cells]
                assert [cell for cell in cells if UNUSABLE.search(cell)] == []

    def test_a_claim_is_told(self):
        result = of_numbers("survival-futility", 4.5, 0.6)
        assert result.look.hypotheses[0].decision == EFFICACY
        found = told_of("survival-futility", 4.5, 0.6)
        verdicts = [each.text for each in blocks(found, Callout) if each.kind == "verdict"]
        assert result.look.sentence in verdicts
        assert "The efficacy bound is crossed" in " ".join(texts(found))

    def test_the_last_look_has_nothing_to_come(self):
        found = told_of("survival-futility", 0.5, 1.0)
        assert "h1-conditional" not in tables(found)
        assert "nothing is to come" in " ".join(texts(found))
        assert tables(found)["h1-looks"].rows[-1].cells[-1] == "no claim"

    def test_looks_taken_as_held_have_no_z(self):
        rows = tables(told_of("survival-futility", 0.5, 1.0))["h1-looks"].rows
        assert [row.cells[-1] for row in rows[:-1]] == ["taken as held"] * (len(rows) - 1)
        assert all(row.cells[4] == "–" for row in rows[:-1])


class TestOverrunning:
    """Data that came in after a trial was stopped stand in a table of their own."""

    def test_all_three_ways(self):
        result = of_numbers("survival-futility", 4.5, 0.6)
        (outlook,) = result.outlooks
        naive, best = (outlook.after.by(name) for name in ("naive", "stage-wise"))
        overrun = Overrun(4.5, 52.0, 4.3, 60.0, best, best, naive)
        with_more = replace(outlook, after=replace(outlook.after, overrun=overrun))
        found = build_closed_document(replace(result, outlooks=(with_more,)))
        table = tables(found)["h1-overrun-table"]
        for row, each in zip(table.rows, (best, best, naive), strict=True):
            assert near(row.cells[1], each.estimate.effect)
            assert near(row.cells[2], each.lower.effect, each.upper.effect)
        assert "4.500" in table.footnotes[0]
        assert "4.300" in table.footnotes[0]
