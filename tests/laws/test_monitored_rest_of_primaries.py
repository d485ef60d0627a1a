"""Two primaries that share alpha: both are simulated as designed, and what one passes on counts."""

import pytest

from closed_reports import ARMS, DATA, OF_SURVIVAL, look, patients

BOTH = """endpoints:
  - {id: os, type: time-to-event, label: Overall survival, events: [death]}
  - {id: dfs, type: time-to-event, label: Disease-free survival, events: [relapse, death]}
hypotheses:
  - {id: D, label: Longer free of disease, endpoint: dfs, comparison: novel_vs_usual,
     test: {method: log-rank}, effect: {hazard_ratio: 0.55}}
  - {id: S, label: Longer life, endpoint: os, comparison: novel_vs_usual,
     test: {method: log-rank}, effect: {hazard_ratio: 0.6}}
design:
  power: 0.8
  looks: {information: [0.3, 0.6, 1]}
  efficacy: {spending: "lan-demets o'brien-fleming"}
  multiplicity: {procedure: holm}
planning:
  accrual: {duration: 24 months}
  follow_up: 12 months
  endpoints:
    os: {control: {survival: {12 months: 0.5}}}
    dfs: {control: {survival: {12 months: 0.4}}}
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    rows = [
        each | {"dfs_time": each["os_time"], "dfs_event": each["os_event"]}
        for each in patients(size=80, seed=3)
    ]
    text = "schema: 1\ntrial: {id: W, title: Two primaries, time_unit: month}\n"
    dfs = '    dfs: {time: dfs_time, event: dfs_event == "death"}\n'
    folder = tmp_path_factory.mktemp("primaries")
    return look(folder, f"{text}{ARMS}{BOTH}{DATA}{OF_SURVIVAL}{dfs}", rows, replicates=2000)


@pytest.mark.parametrize("model", ["design", "null"])
def test_both_are_simulated(result, model):
    rest = result.rest(model)
    assert {each.hypothesis for each in rest.hypotheses} == {"D", "S"}
    assert rest.left_out == ()


def test_alpha_passed_on_adds_to_what_a_level_gives_alone(result):
    for each in result.rest("design").hypotheses:
        room = 3.0 * (each.power.error**2 + each.alone.error**2) ** 0.5
        assert each.power.value >= each.alone.value - room
    design, null = (result.rest(name).hypotheses for name in ("design", "null"))
    for one, none in zip(design, null, strict=True):
        assert one.power.value > none.power.value
