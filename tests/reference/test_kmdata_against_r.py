"""Twenty-five published trials, rebuilt from their figures, against R's survival.

Real-valued times of every precision, arms of all sizes, curves that cross and that end at 0.
Rows: data/kmdata_subset.csv.gz.  Numbers: kmdata_r.json, made by scripts/kmdata.R.
"""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
from equipoise.analyze.follow_up import reverse_kaplan_meier
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.landmark import landmark_difference
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.proportional_hazards import proportional_hazards_test
from equipoise.analyze.restricted_mean import restricted_mean_difference

HERE = Path(__file__).parent
R = json.loads((HERE / "kmdata_r.json").read_text(encoding="utf-8"))["figures"]
EXACT = 1e-10


def read_rows() -> dict[str, list[tuple[float, int, int]]]:
    found: dict[str, list[tuple[float, int, int]]] = {}
    with gzip.open(HERE / "data" / "kmdata_subset.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            values = (float(row["time"]), int(row["event"]), int(row["x"]))
            found.setdefault(row["name"], []).append(values)
    return found


ROWS = read_rows()
figures = pytest.mark.parametrize("name", list(R))


def rows_of(name):
    time, event, x = (np.array(column) for column in zip(*ROWS[name], strict=True))
    return time, event, x


def close(ours, theirs, *, rtol=EXACT, atol=0.0):
    """Say whether numbers agree; an absent one stands against R's NA."""
    have = [np.nan if isinstance(each, Absent) else each for each in np.ravel(ours)]
    want = [np.nan if each is None else each for each in np.ravel(theirs)]
    np.testing.assert_allclose(have, np.array(want, dtype=float), rtol=rtol, atol=atol)


@figures
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_cox_and_proportional_hazards(name, ties):
    time, event, x = rows_of(name)
    fit, theirs = cox(time, event, x, ties=ties), R[name][ties]
    close(fit.coefficients[0], theirs["coefficient"])
    close(fit.standard_errors[0], theirs["se"])
    close([fit.log_likelihood_null, fit.log_likelihood], theirs["log_likelihood"])
    close(fit.score_test.statistic**2, theirs["score"])
    lost = 1e-13 * abs(fit.log_likelihood)  # a difference of two large numbers
    close(fit.likelihood_ratio.statistic**2, theirs["likelihood_ratio"], atol=lost)
    close(proportional_hazards_test(fit).tests[0].statistic, theirs["zph"])


@figures
@pytest.mark.parametrize(("kind", "rho"), [("log_rank", 0.0), ("fleming_harrington", 1.0)])
def test_log_rank(name, kind, rho):
    time, event, x = rows_of(name)
    ours, theirs = log_rank(time, event, x, rho=rho), R[name][kind]
    close(ours.statistic**2, theirs["chi_square"])
    close(ours.observed, theirs["observed"])
    close(ours.expected, theirs["expected"])
    close(ours.variance[1, 1], theirs["variance"])


@figures
@pytest.mark.parametrize("arm", [0, 1])
def test_curves(name, arm):
    time, event, x = rows_of(name)
    time, event, theirs = time[x == arm], event[x == arm], R[name]["arms"][arm]
    curve = kaplan_meier(time, event)
    assert curve.time.size == theirs["moments"]
    close(curve.survival[-1], theirs["last_survival"], atol=1e-15)
    close(curve.at_risk_at(R[name]["counts"]), theirs["at_risk"])
    for scale, expected in theirs["curves"].items():
        quantiles = [curve.quantile(p, scale=scale) for p in (0.25, 0.5, 0.75)]
        close([each.value for each in quantiles], expected["quantile"])
        close([each.interval.lower for each in quantiles], expected["lower"])
        close([each.interval.upper for each in quantiles], expected["upper"])
        rates = [curve.survival_at(mark, scale=scale) for mark in R[name]["marks"]]
        close([each.value for each in rates], expected["survival"])
        close([each.standard_error for each in rates], expected["se"])
        close([each.interval.lower for each in rates], expected["survival_lower"])
        close([each.interval.upper for each in rates], expected["survival_upper"])
    back = reverse_kaplan_meier(time, event).quantile(0.5)
    close([back.value, back.interval.lower, back.interval.upper], theirs["reverse_median"])


@figures
def test_restricted_means_and_landmark_differences(name):
    time, event, x = rows_of(name)
    control, experimental = (kaplan_meier(time[x == arm], event[x == arm]) for arm in (0, 1))
    (m0, e0), (m1, e1) = (each["restricted_mean"] for each in R[name]["arms"])
    ours = restricted_mean_difference(experimental, control, R[name]["until"])
    close(ours.difference.value, m1 - m0, atol=1e-12 * m1)
    close(ours.difference.standard_error, np.hypot(e0, e1))
    close(ours.ratio.value, m1 / m0)
    close(ours.ratio.standard_error, np.hypot(e0 / m0, e1 / m1))
    c, e = (each["curves"]["plain"] for each in R[name]["arms"])
    for place, mark in enumerate(R[name]["marks"]):
        estimate = landmark_difference(experimental, control, mark).estimate
        close(estimate.value, e["survival"][place] - c["survival"][place], atol=1e-14)
        close(estimate.standard_error, np.hypot(e["se"][place], c["se"][place]))
