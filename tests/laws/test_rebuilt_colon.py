"""The published figure of the colon trial, read and rebuilt, against the trial's own patients."""

import csv
from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.verbs import rebuild

ROOT = Path(__file__).parents[2]
YEAR = 365.25  # days, as the figure was drawn
LANDMARKS = (1.0, 3.0, 5.0)


def true_patients(arm):
    """Time to death in years, and whether it was death."""
    with (ROOT / "examples" / "colon" / "data" / "colon.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["etype"] == "2" and r["rx"] == arm]
    time = np.array([float(row["time"]) / YEAR for row in rows])
    return time, np.array([row["status"] == "1" for row in rows])


@pytest.fixture(scope="module", params=["colon.pdf", "colon.svg"])
def trial(request):
    figure = ROOT / "examples" / "figures" / request.param
    return rebuild(figure, control="Obs", times=LANDMARKS, draws=20)


class TestTheFigureGivesTheTrialBack:
    """Hazard ratios of rebuilt patients are those of the true ones, and so are rates."""

    @pytest.mark.parametrize("arm", ["Lev", "Lev+5FU"])
    def test_hazard_ratio(self, trial, arm):
        control, experimental = true_patients("Obs"), true_patients(arm)
        time, event = (np.concatenate(each) for each in zip(control, experimental, strict=True))
        group = np.repeat([0.0, 1.0], [control[0].size, experimental[0].size])
        truth = cox(time, event, group[:, None], names=["arm"]).hazard_ratio("arm").value
        found = trial.comparison(arm).analysis.number("hazard ratio")
        assert found.estimate.value == pytest.approx(truth, rel=0.002)
        assert found.together.lower < truth < found.together.upper

    def test_hazard_ratio_of_r(self, trial):
        """R 4.2, survival 3.5-3: exp(coef(coxph(Surv(time, status) ~ rx == "Lev+5FU"))), deaths."""
        found = trial.comparison("Lev+5FU").analysis.number("hazard ratio")
        assert found.estimate.value == pytest.approx(0.68879654, rel=0.02)

    @pytest.mark.parametrize("arm", ["Obs", "Lev", "Lev+5FU"])
    def test_rates_and_events(self, trial, arm):
        time, event = true_patients(arm)
        truth = kaplan_meier(time, event)
        found = trial.arm(arm)
        assert (found.patients, found.events) == (time.size, int(event.sum()))
        for each in found.rates:
            assert each.estimate.value == pytest.approx(truth.at(each.time)[0], abs=0.005)
