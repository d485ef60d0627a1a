"""Pictures: the same bytes every time, honest numbers, nothing over the edge or each other."""

import hashlib
import io
import re
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread

from equipoise.analyze.results import Curve
from equipoise.kernel.arrays import vector
from equipoise.protocol.trial import Arm
from equipoise.report.build import build_document
from equipoise.report.document import Figure
from equipoise.report.figures.at_risk import Drawn, key_table, spaced
from equipoise.report.figures.flow import flow_figure
from equipoise.report.figures.style import (
    TEXT_WIDTH,
    arm_styles,
    canvas,
    settings,
    text_size,
    wrap,
)
from equipoise.report.figures.survival import survival_figure
from equipoise.report.format import Clock
from sample_analysis import ARMS, sample_analysis

MARGIN = 3  # pixels at each edge that must stay white: nothing is cut off


def pictures() -> dict[str, Figure]:
    document = build_document(sample_analysis())
    todo, found = list(document.sections), {}
    while todo:
        section = todo.pop()
        todo += section.sections
        found |= {b.id: b for b in section.blocks if isinstance(b, Figure)}
    return found


@pytest.fixture(scope="module")
def drawn() -> dict[str, Figure]:
    return pictures()


def test_a_second_run_draws_the_same_bytes(drawn: dict[str, Figure]) -> None:
    def digest(figure: Figure) -> str:
        return hashlib.sha256(figure.png + figure.svg.encode()).hexdigest()

    again = pictures()
    assert {k: digest(f) for k, f in drawn.items()} == {k: digest(f) for k, f in again.items()}


def test_no_date_and_no_software_is_written(drawn: dict[str, Figure]) -> None:
    for figure in drawn.values():
        assert b"Software" not in figure.png
        assert b"tIME" not in figure.png
        assert not re.search(r"<dc:date>|matplotlib v", figure.svg), figure.id


def test_nothing_is_cut_off_at_the_edge(drawn: dict[str, Figure]) -> None:
    for figure in drawn.values():
        image = imread(io.BytesIO(figure.png))[..., :3]
        inner = np.ones(image.shape[:2], dtype=bool)
        inner[MARGIN:-MARGIN, MARGIN:-MARGIN] = False
        assert image[inner].min() > 0.85, figure.id


def test_every_picture_is_as_wide_as_the_text_and_told_in_words(drawn: dict[str, Figure]) -> None:
    for figure in drawn.values():
        assert figure.width == 1.0
        assert len(figure.alternative_text) > 80, figure.id
        assert re.search(r"\d", figure.alternative_text)


def test_global_settings_are_left_alone() -> None:
    before = dict(mpl.rcParams)
    whole = sample_analysis()
    flow_figure(whole.protocol, whole.snapshot.disposition, "-")
    assert dict(mpl.rcParams) == before


def test_long_names_and_four_arms_stay_on_the_page() -> None:
    whole = sample_analysis()
    dfs = whole.endpoints[0]
    long = "Placebo followed by blinatumomab with dose-reduced consolidation chemotherapy "
    arms = tuple(
        replace(arm, arm=Arm(f"arm{i}", long + str(i), "experimental" if i else "control"))
        for i, arm in enumerate((*dfs.arms, dfs.arms[0]))
    )
    cells = {arm.arm.id: ("166 / 315", "48.0 (38.4 to 62.4)") for arm in arms}
    note = f"{long}1 v {long}0: HR 0.61 (0.48 to 0.77), one-sided P <0.001"
    figure = survival_figure(
        replace(dfs, arms=arms),
        Clock(whole.protocol.trial),
        "Disease-free survival (%)",
        ("Events / patients", "Median, months (95% CI)"),
        cells,
        (note,),
        "-",
    )
    image = imread(io.BytesIO(figure.png))[..., :3]
    assert image[:, :MARGIN].min() > 0.85
    assert image[:, -MARGIN:].min() > 0.85
    protocol = replace(whole.protocol, arms=tuple(a.arm for a in arms))
    flow = flow_figure(protocol, whole.snapshot.disposition, "-")
    assert imread(io.BytesIO(flow.png))[:, -MARGIN:, :3].min() > 0.85


def test_arms_differ_in_color_and_in_line_and_in_marker() -> None:
    arms = (*ARMS, Arm("d", "D", "experimental"), Arm("e", "E", "experimental"))
    styles = arm_styles(arms).values()
    for what in ("color", "line", "marker"):
        assert len({str(getattr(style, what)) for style in styles}) == len(arms), what


@pytest.mark.parametrize("width", [1.0, 3.0, 5.0])
def test_numbers_at_risk_never_touch(width: float) -> None:
    ticks = np.arange(0.0, 121.0, 6.0)
    chosen = spaced(ticks, width, 120.0)
    assert chosen[0] == 0
    gaps = np.diff(ticks[chosen]) / 120.0 * width
    assert (gaps >= 0.43 - 1e-12).all()


def test_wrapped_lines_fit_unless_one_word_does_not() -> None:
    with settings():
        page = canvas(1.0)
        lines = wrap(page, "a few words that must be broken somewhere", 8.0, 0.9).split("\n")
        assert len(lines) > 1
        assert all(text_size(page, line, 8.0)[0] <= 0.9 for line in lines)


def test_labels_are_text_and_not_mathematics_or_gaps() -> None:
    whole = sample_analysis()
    names = ("Cost $5 and $x_{2}$", "治療", "Antibodydrugconjugate" * 6)
    arms = tuple(replace(a, label=n) for a, n in zip(whole.protocol.arms, names, strict=True))
    protocol = replace(whole.protocol, arms=arms)
    flow = flow_figure(protocol, whole.snapshot.disposition, "-")
    assert imread(io.BytesIO(flow.png))[:, -MARGIN:, :3].min() > 0.85


def test_a_curve_of_one_patient_at_time_zero() -> None:
    whole = sample_analysis()
    dfs = whole.endpoints[0]
    zero = vector([0.0])
    point = Curve(zero, vector([1.0]), vector([np.nan]), vector([np.nan]), zero, "log-log")
    arms = tuple(replace(arm, curve=point, at_risk=(1,)) for arm in dfs.arms)
    cells = {arm.arm.id: ("0 / 1", "NR") for arm in arms}
    lone = replace(dfs, arms=arms, at_risk_times=(0.0,))
    figure = survival_figure(
        lone, Clock(whole.protocol.trial), "%", ("Events / patients", "Median"), cells, (), "-"
    )
    assert figure.png.startswith(b"\x89PNG")


@pytest.mark.parametrize("more", range(30))
def test_a_line_of_results_never_touches_the_edge(more: int) -> None:
    whole = sample_analysis()
    dfs = whole.endpoints[0]
    with settings():
        drawn = [
            Drawn(arm.arm, style, arm.curve, arm.at_risk, ("1 / 2", "NR"))
            for arm, style in zip(
                dfs.arms, arm_styles(tuple(a.arm for a in dfs.arms)).values(), strict=True
            )
        ]
        note = "A v B: HR 0.64 (95% CI 0.51 to 0.81), stratified log-rank two-sided P <0.001 "
        key = key_table(drawn, ("Events", "Median"), (note + "i" * more,), 0.8)
        page = canvas(1.0)
        widest = max(text_size(page, line, 8.0)[0] for line in key.notes[0].split("\n"))
    assert 0.8 + widest <= TEXT_WIDTH - 0.05
    assert "P\u00a0<0.001" in key.notes[0]  # a sign stays by its number
