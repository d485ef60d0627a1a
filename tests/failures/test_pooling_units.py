"""Risk differences of one pool in two units: once, 0.4 points among 1.8 were read as 40."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.appraise.pooling.answers import answered
from equipoise.appraise.pooling.asked import pooled_as_asked
from equipoise.appraise.pooling.printed import study_from_printed
from equipoise.appraise.pooling.units import unit_of
from equipoise.errors import ClaimError
from equipoise.io.pooling.file import read_pooling

SMALL, LARGE = "0.4 (-0.1 to 0.9)", "1.8 (0.9 to 2.7)"


def asked(*estimates, more=""):
    studies = "\n".join(
        f"      - {{id: s{k}, estimate: '{each}'}}" for k, each in enumerate(estimates)
    )
    text = f"pools:\n  - id: a\n    effect: risk difference\n{more}    studies:\n{studies}\n"
    return read_pooling(text, "x.yaml").pools[0]


def values(*estimates, more=""):
    return [round(study.estimate, 6) for study in asked(*estimates, more=more).studies]


@pytest.mark.parametrize(
    ("estimates", "read"),
    [
        ((LARGE, "1.2 (0.4 to 2.0)", SMALL), [0.018, 0.012, 0.004]),
        (("0.5 (0.3-0.9)", "5 (-3-9)"), [0.005, 0.05]),
        (("0.5 (-0.3 to 1.3)",), [0.005]),  # once refused as a percentage over 100
        ((SMALL,), [0.4]),
        (("0 (-0.1 to 0.1)",), [0.0]),
        (("0.4% (-0.1 to 0.9)", "0.2 (-0.1 to 0.6%)"), [0.004, 0.002]),
        (("0.4 (95% CI, -0.1 to 0.9)",), [0.4]),  # that sign is of the level
        (("15.4% (2-28)", "12.1 (3.0 to 20.9)"), [0.154, 0.121]),
        (("0 (-1 to 1)",), [0.0]),
    ],
)
def test_one_unit_holds_for_the_whole_pool(estimates, read):
    assert values(*estimates) == read


def test_limits_have_the_unit_of_the_pool():
    first, second = asked("0 (-0.1 to 0.1)", "2 (-1 to 5)").studies
    assert first.shown() == pytest.approx((-0.001, 0.001))
    assert second.shown() == pytest.approx((-0.01, 0.05))
    assert asked("0 (-0.1 to 0.1)").studies[0].shown() == (-0.1, 0.1)


def test_a_mix_that_cannot_be_told_is_refused_with_both_studies():
    with pytest.raises(
        ClaimError, match=r"x.yaml:2.*'s1' prints a % sign and study 's0' none"
    ) as it:
        asked(SMALL, "0.4% (-0.1 to 0.9)")
    assert "unit: percent" in str(it.value)
    assert values(SMALL, "0.4% (-0.1 to 0.9)", more="    unit: percent\n") == [0.004, 0.004]


def test_the_unit_that_is_told_holds():
    assert values(SMALL, more="    unit: percent\n") == [0.004]
    assert values("0.4 (-0.1 to 0.9)", more="    unit: proportion\n") == [0.4]
    with pytest.raises(ClaimError, match="`unit` says proportion"):
        asked("4% (1 to 7)", more="    unit: proportion\n")
    with pytest.raises(ClaimError, match="over 100"):
        asked(LARGE, more="    unit: proportion\n")
    with pytest.raises(ClaimError, match="`unit` is not known"):
        asked(SMALL, more="    unit: points\n")


@pytest.mark.parametrize(
    "text",
    [
        "effect: hazard ratio, unit: percent, studies: [{id: x, estimate: 0.7 (0.5-0.98)}]",
        "effect: risk difference, unit: percent, studies: [{id: x, events: 1/9 v 3/8}]",
    ],
)
def test_a_unit_that_nothing_would_come_of_is_refused(text):
    with pytest.raises(ClaimError, match="`unit` is of"):
        read_pooling(f"pools: [{{id: a, {text}}}]", "x.yaml")


def test_which_unit_was_read_is_said():
    points = asked("0.5 (0.1-0.9)", "5 (1-9)")
    assert any("as percentage points: study 's1'" in each for each in points.assumed)
    assert points.assumed[0] in pooled_as_asked(points).assumed
    assert points.remarks[0].startswith("Study 's0' prints no number beyond 1")
    whole = answered(read_pooling(NETWORK, "x.yaml")).networks[0]
    assert any("as percentage points" in each for each in whole.network.assumed)
    assert whole.network.comparison("A", "C").value == pytest.approx(0.018)
    assert any("as proportions" in each for each in asked(SMALL).assumed)


NETWORK = """
networks:
  - id: n
    effect: risk difference
    studies:
      - {id: one, experimental: A, control: C, estimate: 1.8 (0.9 to 2.7)}
      - {id: two, experimental: B, control: C, estimate: 0.4 (-0.1 to 0.9)}
"""


def test_a_unit_is_of_a_risk_difference_alone():
    with pytest.raises(ClaimError, match="has a unit"):
        study_from_printed("a", "0.7 (0.5-0.98)", unit="percent")
    assert study_from_printed("a", SMALL, kind="risk difference", unit="percent").estimate == 0.004


class TestOneUnit:
    """The same studies in percent and as proportions give the same pooled effect."""

    @given(st.lists(st.tuples(st.integers(-300, 300), st.integers(2, 200)), min_size=1, max_size=5))
    @settings(max_examples=40, deadline=None)
    def test_units_change_no_effect(self, known):
        def printed(places, scale):
            return [
                " ".join(
                    (f"{m / scale:.{places}f}",
                     f"({(m - h) / scale:.{places}f} to {(m + h) / scale:.{places}f})")
                )
                for m, h in known
            ]  # fmt: skip

        percent = values(*printed(1, 10), more="    unit: percent\n")
        assert percent == pytest.approx(values(*printed(3, 1000), more="    unit: proportion\n"))

    @given(st.permutations([SMALL, LARGE, "0.2 (0.1 to 0.3)"]))
    def test_the_order_of_studies_does_not_matter(self, texts):
        assert unit_of(dict(enumerate(texts))).unit == "percent"
