"""Answers to come: dates in closed form where nothing is left to chance, and laws elsewhere."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import betabinom, gamma

from closed_reports import ANSWER, CUT, OF_ANSWER, START, look, patients, protocol
from equipoise.errors import DataError
from equipoise.monitor.future.forecast_of_answers import forecast_answers
from open_trials import permute_arms, response

NOW = date(2020, 12, 1)
DAYS = 30.4375


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A binary trial whose every answer takes 30 days."""
    assert NOW < CUT
    folder = tmp_path_factory.mktemp("answers")
    return look(folder, protocol(asked=ANSWER, data=OF_ANSWER), patients(size=80), as_of=NOW)


def asked(result, **changed):
    given = {"as_of": NOW, "opened": result.cut.first_randomized, "to_come": 0}
    targets = changed.pop("targets", [1])
    return forecast_answers(result.cut.snapshot, "cure", targets, **(given | changed))


def test_with_nobody_to_come_dates_are_those_of_the_answers(result):
    days = result.cut.snapshot.subjects.randomized
    due = np.sort(days + 30)
    known = int((due <= NOW.toordinal()).sum())
    found = asked(result, targets=[known + 1, days.size], replicates=50)
    assert found.known == known
    assert found.awaited == days.size - known
    assert found.enrollment_end is None
    expected = date.fromordinal(int(due[known]))
    for each, day in zip(found.targets, (expected, date.fromordinal(int(due[-1]))), strict=True):
        assert each.chance == 1.0
        assert each.when.lower_date == each.when.upper_date
        assert abs(each.when.median_date - day) <= timedelta(days=1)


def test_enrollment_ends_as_the_gamma_law_says(result):
    found = asked(result, to_come=20, replicates=20_000)
    entry = (result.cut.snapshot.subjects.randomized - found.opened.toordinal()) / DAYS
    cut = (NOW - found.opened).days / DAYS
    came = int((entry > cut / 2).sum())
    # 20 gaps of a rate ~ gamma(came + 1/2, half the time): a beta prime, scaled
    draw = np.random.default_rng(7)
    time = draw.gamma(20, size=400_000) / draw.gamma(came + 0.5, 2.0 / cut, size=400_000)
    assert gamma(20).mean() == 20
    for level, told in ((0.05, found.enrollment_end.lower), (0.5, found.enrollment_end.median)):
        assert told - cut == pytest.approx(np.quantile(time, level), rel=0.03)


def test_answers_that_never_come_follow_the_beta_binomial(tmp_path):
    folder, _, as_of = response(tmp_path / "r")
    from equipoise.verbs.monitoring import monitor  # noqa: PLC0415

    held = monitor(folder / "protocol.yaml", folder / "data", as_of, dry_run=True, replicates=50,
                   workers=1)  # fmt: skip
    cut = held.cut
    once = forecast_answers(
        cut.snapshot, "response", [125], as_of=cut.as_of, opened=cut.first_randomized, to_come=0
    )
    missing = round(once.known / once.share) - once.known
    more = [once.known + k for k in (10, 20, 26)]
    found = forecast_answers(
        cut.snapshot, "response", more, as_of=cut.as_of, opened=cut.first_randomized, to_come=0,
        replicates=20_000,
    )  # fmt: skip
    law = betabinom(once.awaited, once.known + 0.5, missing + 0.5)
    for each in found.targets:
        assert each.chance == pytest.approx(float(law.sf(each.target - once.known - 1)), abs=0.012)
    assert held.opened.pooled.information[0].known == once.known
    assert held.opened.answers.targets[0].when.median_date > cut.as_of


def test_arms_are_not_looked_at(tmp_path):
    folder, data, as_of = response(tmp_path / "r")
    from equipoise.verbs.monitoring import monitor  # noqa: PLC0415

    def answers():
        asked = {"dry_run": True, "replicates": 200, "workers": 1, "open_only": True}
        return monitor(folder / "protocol.yaml", data, as_of, **asked).opened.answers

    before = answers()
    permute_arms(data, 5)
    assert answers() == before


def test_answers_without_dates_are_not_foretold(result):
    snapshot = result.cut.snapshot
    bare = replace(
        snapshot, answers={**snapshot.answers, "cure": replace(snapshot.answers["cure"], time=None)}
    )
    with pytest.raises(DataError, match="no dates of answers"):
        forecast_answers(bare, "cure", [1], as_of=NOW, opened=START, to_come=0)
