"""What the terminal, the report and its pictures say of pools: methods by name, nothing hidden."""

import itertools

import numpy as np
import pytest

from document_walk import blocks, texts
from equipoise.appraise.pooling.answers import answered
from equipoise.cli.pool_summary import print_pooled
from equipoise.io.pooling.file import read_pooling
from equipoise.report.document import Figure, Table
from equipoise.report.figures.forest_pool import PoolRow, span
from equipoise.report.figures.free_labels import set_labels
from equipoise.report.figures.ratio_ticks import ratio_ticks
from equipoise.report.figures.style import canvas, settings
from equipoise.report.pooling.build import pooling_document

FIVE = """
pools:
  - id: os
    label: Overall survival
    interval_method: hartung-knapp
    studies:
      - {id: CheckMate 017, year: 2015, group: nivolumab, estimate: 0.59 (0.44-0.79)}
      - {id: CheckMate 057, year: 2015, group: nivolumab, estimate: 0.73 (0.59-0.89)}
      - {id: KEYNOTE-010, year: 2016, group: pembrolizumab, estimate: 0.71 (0.58-0.88)}
      - {id: OAK, year: 2017, group: atezolizumab, estimate: 0.73 (0.62-0.87)}
      - {id: JAVELIN 200, year: 2018, group: avelumab, estimate: 0.90 (0.73-1.12)}
networks:
  - id: net
    label: three treatments
    reference: docetaxel
    studies:
      - {id: one, experimental: nivolumab, control: docetaxel, estimate: 0.73 (0.59-0.89)}
      - {id: two, experimental: pembrolizumab, control: docetaxel, estimate: 0.71 (0.58-0.88)}
      - {id: three, experimental: pembrolizumab, control: nivolumab, estimate: 1.30 (0.95-1.78)}
  - id: tree
    method: fixed
    studies:
      - {id: one, experimental: nivolumab, control: docetaxel, estimate: 0.73 (0.59-0.89)}
"""


@pytest.fixture(scope="module")
def five():
    return answered(read_pooling(FIVE, "five.yaml"))


@pytest.fixture(scope="module")
def document(five):
    return pooling_document(five)


def test_no_name_of_a_method_has_two_intervals(five, document, capsys):
    print_pooled(five, None)
    said = " ".join(capsys.readouterr().out.split())
    assert "maximum likelihood; Hartung-Knapp interval, t with 4 degrees of freedom)" in said
    assert "REML, normal interval 0.74 (0.67 to 0.82)" in said
    methods = next(each for each in blocks(document, Table) if each.id == "os-methods")
    names = [row.cells[0] for row in methods.rows]
    assert len(set(names)) == len(names)
    assert "Hartung-Knapp interval" in names[0]
    assert all("interval" in name or name.startswith("One effect") for name in names)


def test_a_network_names_its_method_and_its_inconsistency(five, document, capsys):
    print_pooled(five, None)
    said = " ".join(capsys.readouterr().out.split())
    told = (
        "Method: random effects; τ² by DerSimonian and Laird, generalized; normal intervals. "
        "τ² = 0.0121, I² 43%. Inconsistency between designs: Q = 1.75 on 1, P = 0.19."
    )
    assert told in said
    assert any(told in text for text in texts(document))
    assert "no degree of freedom to test it" in said
    overview = next(each for each in blocks(document, Table) if each.id == "all-questions")
    rows = {row.cells[0]: row.cells[3] for row in overview.rows}
    assert rows["Three treatments: nivolumab v docetaxel"] == "0.67 (0.52 to 0.87)"


def test_limits_of_another_level_are_shown_at_the_level_of_the_pool(capsys):
    text = """
pools:
  - id: a
    studies:
      - {id: x, estimate: 0.42 (0.31-0.57), level: 0.995}
      - {id: y, estimate: 0.50 (0.31-0.81)}
"""
    print_pooled(answered(read_pooling(text, "x.yaml")), None)
    said = capsys.readouterr().out
    assert "0.42 (0.34 to 0.52)" in said
    assert "0.50 (0.31 to 0.81)" in said


def test_a_group_of_one_study_is_not_told_twice(document):
    forest = next(each for each in blocks(document, Figure) if each.id == "os-forest")
    assert "Nivolumab, together" in forest.svg
    assert "Avelumab, together" not in forest.svg
    assert "(NE)" not in forest.svg
    assert any("arrow" in note.lower() for note in forest.footnotes)


def test_a_wide_pooled_interval_is_cut_and_studies_are_not():
    study = PoolRow("a", "study", 0.7, (0.5, 0.98))
    wide = PoolRow("b", "pooled", 0.67, (0.01, 45.0))
    low, high = span([study, wide], ratio=True)
    assert 0.1 < low < 0.5
    assert 1.4 < high < 6.0
    far = PoolRow("c", "study", 0.1, (0.02, 5.0))
    low, high = span([study, far, wide], ratio=True)
    assert low < 0.02
    assert high > 5.0
    low, high = span(
        [PoolRow("d", "study", 1.0, (-1.0, 3.0)), PoolRow("e", "pooled", 1.0, (-99.0, 101.0))],
        ratio=False,
    )
    assert -7.0 < low < -1.0
    assert 3.0 < high < 9.0


@pytest.mark.parametrize(("low", "high", "least"), [(0.52, 1.05, 4), (0.8, 1.2, 3), (0.01, 30, 4)])
def test_an_axis_of_ratios_has_ticks_enough(low, high, least):
    with settings():
        axes = canvas(3.0).add_axes((0.1, 0.1, 0.8, 0.8))
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        ratio_ticks(axes, 3.3)
        ticks = axes.get_xticks()
    assert 1.0 in ticks
    assert len(ticks) >= least
    assert all(low <= each <= high for each in ticks)


def test_names_in_a_funnel_do_not_touch():
    names = [(0.59, 0.15), (0.73, 0.105), (0.71, 0.106), (0.73, 0.086), (0.90, 0.109)]
    with settings():
        axes = canvas(3.5, 5.4).add_axes((0.12, 0.13, 0.62, 0.84))
        axes.set_xlim(0.5, 1.05)
        axes.set_ylim(0.16, 0.0)
        labels = [(x, y, f"CheckMate {k}") for k, (x, y) in enumerate(names)]
        boxes = set_labels(axes, labels, np.array(names), beside=True)
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart
