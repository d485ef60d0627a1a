"""A protocol planned from the evidence library: checked, designed, rehearsed, told on paper.

The assurance is computed a second time with scipy, and the curve of rehearsed patients is held
against that of the figure they are drawn from.
"""

import json

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm
from typer.testing import CliRunner

from equipoise import evidence
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.cli import app
from equipoise.simulation import planned_rehearsal, prepare, snapshot_of_trial
from equipoise.verbs import design

FIGURE = evidence.catalog().figure("ACT1_2A")
PROTOCOL = """
schema: 1
trial: {id: EV, title: A trial planned from evidence, time_unit: month}
arms: [{id: standard, role: control}, {id: new, role: experimental}]
endpoints: [{id: os, type: time-to-event, label: Overall survival, events: [death]}]
hypotheses:
  - {id: OS, endpoint: os, test: {method: log-rank}, effect: {hazard_ratio: 0.7}}
design:
  power: 0.9
  prior: {evidence: {cancer: Lung, endpoint: OS, treatment_class: Immunotherapy}}
  looks: {information: [0.5, 0.75, 1]}
  futility: {spending: hwang-shih-decani, gamma: -4}
planning:
  accrual: {duration: 24}
  follow_up: 18
  dropout: {yearly: 0.03}
  endpoints: {os: {control: {median: 8}}}
scenarios:
  a_real_control_arm: {evidence: {figure: ACT1_2A, endpoint: os}}
  a_published_trial: {evidence: {figure: act1_2a, endpoint: os, arm: each}}
"""


def run(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output + done.stderr
    return done.stdout


def plain(text):
    return " ".join(text.split())


@pytest.fixture(name="trial", scope="module")
def trial_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trial")
    run("init", folder)
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    return folder


class TestThePrior:
    """What the library predicts is averaged over; where it is from is told wherever it counts."""

    def test_check_tells_how_many_figures(self, trial):
        said = plain(run("check", trial))
        assert "derived: 4 figures of the evidence library" in said
        assert "no problems" in said

    def test_the_assurance_is_the_average_power(self, trial):
        """Power by the multivariate normal of the looks' z, averaged by quadrature."""
        made = design(trial)
        (assurance,) = made.assurance
        plan = made.main.plan.sequential
        events = plan.information[-1] * np.array([0.5, 0.75, 1.0])
        walk = np.minimum.outer(events, events) / np.sqrt(np.outer(events, events))
        upper, lower = plan.upper, np.where(np.isfinite(plan.lower), plan.lower, -np.inf)

        def power(log_ratio):
            mean = -log_ratio / np.log(1 / 0.7) * plan.drift * np.sqrt([0.5, 0.75, 1.0])
            won = 0.0
            for look in range(3):
                low, high = lower[: look + 1].copy(), upper[: look + 1].copy()
                low[look], high[look] = upper[look], np.inf
                if look == 0:
                    won += norm.sf(upper[0] - mean[0])
                    continue
                own = multivariate_normal(mean[: look + 1], walk[: look + 1, : look + 1])
                low = np.maximum(low, mean[: look + 1] - 9)
                high = np.minimum(high, np.maximum(mean[: look + 1] + 9, low))
                won += own.cdf(high, lower_limit=low)
            return won

        assert power(np.log(0.7)) == pytest.approx(0.9, abs=2e-5)
        prior = evidence.prior_from_evidence(
            cancer="Lung", endpoint="OS", treatment_class="Immunotherapy"
        ).prior
        belief = norm(np.log(prior.mean), prior.standard_deviation)
        ends = belief.ppf([1e-9, 1 - 1e-9])
        average, _ = quad(lambda x: power(x) * belief.pdf(x), *ends, epsabs=1e-6, limit=60)
        assert assurance.probability == pytest.approx(average, abs=2e-5)
        assert any("4 figures of the evidence library" in line for line in assurance.assumed)

    def test_it_is_told_on_screen_as_data_and_on_paper(self, trial, tmp_path):
        said = plain(run("design", trial, "--out", tmp_path, "--format", "html"))
        page = plain((tmp_path / "report.html").read_text(encoding="utf-8"))
        told = json.loads(run("design", trial, "--json"))
        source = "The prior is what 4 figures of the evidence library (cancer Lung, endpoint OS"
        assert source in said
        assert page.count(source) >= 2  # in the text for the protocol, and below the assurance
        assert "<strong>Warning" not in page
        (assurance,) = told["assurance"]
        assert source in assurance["prior"]["source"]
        assert f"{100 * assurance['probability']:.1f}%" in said
        assert any(source in paragraph for paragraph in told["paragraphs"])
        assert not any(source in note for note in told["notes"])


class TestThePatients:
    """Those of the figure, one arm's for both or each for its own, until its follow-up ends."""

    def test_they_are_told_on_screen_as_data_and_on_paper(self, trial, tmp_path):
        asked = ("simulate", trial, "--trials", "200")
        said = plain(run(*asked, "--out", tmp_path, "--format", "html"))
        page = plain((tmp_path / "report.html").read_text(encoding="utf-8"))
        told = json.loads(run(*asked, "--json"))
        source = "213 patients rebuilt from figure ACT1_2A of the evidence library (its control arm"
        both = "its arms, Topotecan and Amrubicin, for the trial's own"
        for text in (said, page.replace("&#39;", "'"), " ".join(told["assumed"])):
            assert source in text
            assert both in text
            assert "by the planned dropout if sooner" in text
            assert "The prior is" not in text  # a rehearsal does not rest on it

    @pytest.mark.parametrize("arm", ["control", "each"])
    def test_their_curve_is_that_of_the_figure(self, trial, arm):
        """40,000 patients drawn: the curve lies within 4.5 standard errors, up to two years."""
        name = {"control": "a_real_control_arm", "each": "a_published_trial"}[arm]
        text = PROTOCOL.replace("  dropout: {yearly: 0.03}\n", "")
        place = trial / "whole.yaml"
        place.write_text(text, encoding="utf-8")
        made = design(place)
        planned = planned_rehearsal(made.protocol, made, name)
        assert not any("dropout" in line for line in planned.assumed)
        rehearsal = prepare(planned.world, planned.conduct)
        drawn = [
            snapshot_of_trial(rehearsal, seed=5, scenario=0, trial=number, at=1000.0)
            for number in range(100)
        ]
        for side in (0, 1):
            time = np.concatenate([each.time[0, each.arm == side] for each in drawn])
            event = np.concatenate([each.outcome[0, each.arm == side] == 1 for each in drawn])
            own = FIGURE.arm == (side if arm == "each" else 0)
            ours = kaplan_meier(time, event)
            theirs = kaplan_meier(FIGURE.time[own], FIGURE.event[own])
            for month in (3.0, 6.0, 12.0, 18.0, 24.0):
                found, known = ours.survival_at(month), theirs.survival_at(month)
                assert found.value == pytest.approx(known.value, abs=4.5 * found.standard_error)

    def test_an_effect_is_not_asked_of_them(self, trial):
        place = trial / "effects.yaml"
        asked = "{effects: none, evidence: {figure: ACT1_2A, endpoint: os}}"
        text = PROTOCOL.replace("{evidence: {figure: ACT1_2A, endpoint: os}}", asked)
        place.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(app, ["check", str(place)])
        assert done.exit_code == 1
        assert "bring their effect with them" in plain(done.output + done.stderr)


def remarked(tmp_path, text):
    path = tmp_path / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    data = json.loads(run("check", str(path), "--json"))
    assert data["ok"]
    return [each["what"] for each in data["remarks"]]


def test_a_figure_that_ends_before_the_trial_is_remarked_upon(tmp_path):
    of = evidence.catalog().figure("KEYNOTE024_2")
    followed, had = of.time.max(), of.event.mean()
    text = PROTOCOL.replace("figure: act1_2a", "figure: KEYNOTE024_2")
    short = remarked(tmp_path, text)[-1]
    assert f"follows patients up to {followed:.3g} months, the plan up to 42" in short
    assert f"no more than about {had:.0%} of the patients drawn" in short
    long = PROTOCOL.replace("duration: 24", "duration: 6").replace("follow_up: 18", "follow_up: 6")
    assert not remarked(tmp_path, long)


def test_a_figure_for_an_endpoint_that_nothing_tests_is_remarked_upon(tmp_path):
    text = PROTOCOL.replace("[death]}]", "[death]}, {id: pfs, type: time-to-event, events: [any]}]")
    found = remarked(tmp_path, text.replace("act1_2a, endpoint: os", "act1_2a, endpoint: pfs"))
    assert any("no hypothesis tests this endpoint" in each for each in found)
