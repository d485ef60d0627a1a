"""Networks and matched comparisons against R metafor and R survival."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from equipoise.appraise.indirect.matched import anchored_comparison, unanchored_comparison
from equipoise.appraise.indirect.weights import TargetCovariate
from equipoise.appraise.network.consistency import decompose
from equipoise.appraise.network.network import network
from equipoise.appraise.network.studies import ArmContrast, NetworkStudy, several_arm_study
from equipoise.appraise.pooling.studies import StudyEffect

HERE = Path(__file__).parent
DIABETES = json.loads((HERE / "pooling_network.json").read_text(encoding="utf-8"))
VETERANS = json.loads((HERE / "pooling_matched.json").read_text(encoding="utf-8"))
CLOSE = {"rel": 1e-9, "abs": 1e-11}


def diabetes():
    for known in DIABETES["studies"]:
        names, means, variances = known["treatments"], known["means"], known["variances"]
        contrasts = [
            ArmContrast(
                names[i], names[j], means[i] - means[j], (variances[i] + variances[j]) ** 0.5
            )
            for i, j in combinations(range(len(names)), 2)
        ]
        if len(names) > 2:
            yield several_arm_study(known["id"], contrasts, scale="identity")
        else:
            (pair,) = contrasts
            yield NetworkStudy(
                known["id"], known["id"], (pair.control, pair.experimental), (pair.estimate,),
                ((pair.standard_error**2,),), "identity",
            )  # fmt: skip


@pytest.mark.parametrize(("method", "key"), [("fixed", "fixed"), ("DL", "random")])
def test_diabetes_treatments(method, key):
    told, names = (
        network(list(diabetes()), method=method, reference="placebo"),
        DIABETES["treatments"],
    )
    against = [told.mean(name, "placebo") for name in names[1:]]
    assert [mean for mean, _ in against] == pytest.approx(DIABETES[key]["beta"], **CLOSE)
    assert [error for _, error in against] == pytest.approx(DIABETES[key]["se"], **CLOSE)
    known = np.array(DIABETES[key]["vb"])
    for (i, one), (j, other) in combinations(enumerate(names[1:]), 2):
        error = (known[i, i] + known[j, j] - 2 * known[i, j]) ** 0.5
        assert told.mean(one, other)[1] == pytest.approx(error, **CLOSE)
    assert told.heterogeneity.q == pytest.approx(DIABETES["Q"], **CLOSE)
    if method == "DL":
        assert told.heterogeneity.tau_squared == pytest.approx(DIABETES["tau2"], **CLOSE)


def test_diabetes_within_and_between_designs():
    parts = decompose(network(list(diabetes()), reference="placebo"))
    found = {" : ".join(sorted(each.what.split(" : "))): each for each in parts.designs}
    for known in DIABETES["within"]:
        assert found[known["design"]].q == pytest.approx(known["Q"], **CLOSE)
        assert found[known["design"]].degrees_of_freedom == known["df"]
    inside = sum(known["Q"] for known in DIABETES["within"])
    assert parts.within.q == pytest.approx(inside, **CLOSE)
    assert parts.between.q == pytest.approx(DIABETES["Q"] - inside, **CLOSE)
    degrees = [part.degrees_of_freedom for part in (parts.total, parts.within, parts.between)]
    assert degrees == [18, 11, 7]


def veterans():
    patients = {name: np.array(values) for name, values in VETERANS["patients"].items()}
    return patients, np.column_stack([patients[name] for name in ("age", "karno", "prior")])


def test_anchored_veterans():
    patients, covariates = veterans()
    target = [TargetCovariate("age", 55, 9.5), TargetCovariate("karno", 65), TargetCovariate("prior", 0.2)]  # fmt: skip  # noqa: E501
    published = StudyEffect("b", "B", -0.2, 0.15)
    told = anchored_comparison(
        patients["time"], patients["event"], patients["trt"], covariates, target, published
    )
    known = VETERANS["anchored"]
    assert told.matching.weights == pytest.approx(np.array(known["weights"]), rel=1e-9)
    assert told.matching.effective_size == pytest.approx(known["ess"], rel=1e-9)
    for found, expected in ((told.matched, known["matched"]), (told.unmatched, known["plain"])):
        assert np.log(found.value) == pytest.approx(expected["coef"], rel=1e-9)
        assert found.standard_error == pytest.approx(expected["se"], rel=1e-9)
    assert told.log_hazard_ratio == pytest.approx(known["matched"]["coef"] + 0.2, rel=1e-9)
    assert told.standard_error == pytest.approx(np.hypot(known["matched"]["se"], 0.15), rel=1e-9)


def test_unanchored_veterans():
    patients, covariates = veterans()
    ours, other = patients["trt"] == 1, VETERANS["other"]
    target = [TargetCovariate("age", 62.4), TargetCovariate("karno", 70), TargetCovariate("prior", 0.3)]  # fmt: skip  # noqa: E501
    told = unanchored_comparison(
        patients["time"][ours], patients["event"][ours], covariates[ours], target,
        other["time"], other["event"],
    )  # fmt: skip
    known = VETERANS["unanchored"]
    assert told.matching.weights == pytest.approx(np.array(known["weights"]), rel=1e-9)
    assert told.matching.effective_size == pytest.approx(known["ess"], rel=1e-9)
    assert told.log_hazard_ratio == pytest.approx(known["matched"]["coef"], rel=1e-9)
    assert told.standard_error == pytest.approx(known["matched"]["se"], rel=1e-9)
