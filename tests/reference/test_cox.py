"""Cox models against the numbers of other software (tests/reference/cox.json)."""

import csv
import dataclasses
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze import cox_diagnostics as diagnostics
from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
from equipoise.analyze.proportional_hazards import proportional_hazards_test
from equipoise.errors import DidNotConverge

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cox.json").read_text(encoding="utf-8"))["cases"]
GENERATED = json.loads((HERE / "cox_generated.json").read_text(encoding="utf-8"))


def of_kind(kind):
    chosen = [case for case in CASES if case["kind"] == kind]
    assert chosen
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


def columns(case):
    if "rows" in case:
        raw = case["rows"]
    else:
        with (HERE / "data" / case["data"]).open(encoding="utf-8", newline="") as lines:
            table = list(csv.DictReader(lines))
        raw = {name: [line[name] for line in table] for name in table[0]}
    result = {name.replace(".", "_"): numbers(values) for name, values in raw.items()}
    if case.get("data") == "pbcseq.csv":  # one row a visit: until the next, or the end
        last = np.append(result["id"][1:] != result["id"][:-1], True)
        result["last"] = last
        result["next_day"] = np.where(last, result["futime"], np.append(result["day"][1:], 0))
    return result


def numbers(values):
    try:
        return np.array([math.nan if v in {"", "NA"} else float(v) for v in values])
    except ValueError:
        return np.array(values)


def model(case):
    """Evaluate the expressions of the reference file over the columns of its data."""
    known = columns(case)

    def value(expression):
        return eval(expression, {"np": np}, known)  # noqa: S307 - our own file

    keep = np.ones(len(next(iter(known.values()))), dtype=bool)
    if case.get("where"):
        keep = np.asarray(value(case["where"]), dtype=bool)
    spec = dict(case["model"])
    design = {name: value(text).astype(float) for name, text in spec.pop("covariates").items()}
    covariates = np.column_stack(list(design.values()))
    keep &= np.isfinite(covariates).all(axis=1)
    options = {"ties": spec.pop("ties", "efron"), "robust": spec.pop("robust", False)}
    rows = {}
    for what, text in spec.items():
        if isinstance(text, list):
            parts = np.column_stack([value(part) for part in text])
            rows[what] = np.unique(parts, axis=0, return_inverse=True)[1].ravel()[keep]
        else:
            rows[what] = np.asarray(value(text))[keep]
    time, event = rows.pop("time"), rows.pop("event")
    return cox(time, event, covariates[keep], names=tuple(design), **rows, **options)


def close(ours, theirs, relative=1e-8, absolute=0.0):
    assert np.asarray(ours, dtype=float) == pytest.approx(
        np.asarray(theirs, dtype=float), rel=relative, abs=absolute
    )


def chi_square(test):
    return test.statistic**2 if test.degrees_of_freedom == 1 else test.statistic


@of_kind("fit")
def test_fit_equals_coxph(case):
    fit, expected = model(case), case["expected"]
    relative = case["tolerance"]["relative"]
    named = isinstance(expected["coef"], dict)
    coefficients = list(expected["coef"].values()) if named else expected["coef"]
    if named:
        assert list(expected["coef"]) == list(fit.names)
    close(fit.coefficients, coefficients, relative)
    close(fit.standard_errors, np.atleast_1d(expected["se"]), relative)
    close([fit.log_likelihood_null, fit.log_likelihood], expected["loglik"], relative)
    if "nevent" not in expected:
        return
    assert (fit.rows, fit.events) == (expected["n"], expected["nevent"])
    variance = fit.covariance if fit.robust_covariance is None else fit.robust_covariance
    size = np.abs(variance).max()
    close(variance, expected["var"], relative, 1e-12 * size)
    if "naive_se" in expected:
        close(np.sqrt(np.diag(fit.covariance)), np.atleast_1d(expected["naive_se"]), relative)
        close(chi_square(fit.robust_score_test), expected["robscore"][0], relative)
    for ours, theirs in (
        (fit.likelihood_ratio, expected["lr"]),
        (fit.wald, expected["wald"]),
        (fit.score_test, expected["score"]),
    ):
        close([chi_square(ours), ours.degrees_of_freedom], theirs[:2], relative)
        close(ours.p_two_sided, theirs[2], 1e-7)  # a p-value magnifies its statistic's error
    lower, upper = np.atleast_1d(expected["ci_low"]), np.atleast_1d(expected["ci_high"])
    for j, name in enumerate(fit.names):
        limits = fit.hazard_ratio(name).interval
        close([limits.lower, limits.upper], np.exp([lower[j], upper[j]]), relative)


@of_kind("open")
def test_fit_equals_published(case):
    expected = case["expected"]
    fit = model(case)
    if "coefficients" in expected:
        close(fit.coefficients, list(expected["coefficients"].values()))
    simple = {
        "log_likelihood_null": fit.log_likelihood_null,
        "log_likelihood": fit.log_likelihood,
        "score_test": chi_square(fit.score_test),
        "likelihood_ratio_test": chi_square(fit.likelihood_ratio),
        "wald_test": chi_square(fit.wald),
        "events": fit.events,
        "subjects_or_rows": fit.rows,
    }
    for name, ours in simple.items():
        if name in expected:
            close(ours, expected[name])
    if "standard_errors" in expected:
        close(np.sqrt(np.diag(fit.covariance)), list(expected["standard_errors"].values()))
    if "robust_standard_errors" in expected:
        close(fit.standard_errors, list(expected["robust_standard_errors"].values()))


@of_kind("closed form")
def test_closed_forms_at_zero(case):
    """Therneau and Grambsch's first data set, by hand."""
    expected, spec = case["expected"], case["model"]
    fit = model(case)
    at_zero = dataclasses.replace(fit, last_iterate=np.zeros(1))
    if "score_residuals_in_row_order" in expected:
        residual = diagnostics.score_residuals(at_zero)[:, 0]
        close(residual, expected["score_residuals_in_row_order"], 1e-13)
    elif "martingale_residuals_in_row_order" in expected:
        residual = diagnostics.martingale_residuals(at_zero)
        close(residual, expected["martingale_residuals_in_row_order"], 1e-13)
    else:  # the first Newton steps
        assert spec["ties"] == "breslow"
        for steps, theirs in enumerate(expected["coefficient_after_iteration"], start=1):
            with pytest.raises(DidNotConverge) as stopped:
                cox(
                    fit.data.time,
                    fit.data.event,
                    fit.data.covariates,
                    ties="breslow",
                    max_iterations=steps,
                )
            iterate = float(re.search(r"stood at \[(.*?)\]", str(stopped.value))[1])
            assert iterate == pytest.approx(theirs, abs=5.1e-7)


def test_closed_form_breslow():
    fit = cox([9, 1, 1, 6, 6, 8], [1, 1, 0, 1, 1, 0], [0, 1, 1, 1, 0, 0], ties="breslow")
    close(fit.coefficients, [math.log(1.5 + math.sqrt(33) / 2)], 1e-13)


@of_kind("proportional hazards")
def test_proportional_hazards_equals_cox_zph(case):
    fit, expected = model(case), case["expected"]
    ours = proportional_hazards_test(fit, case["transform"], terms=case["terms"])
    if "table" not in expected:  # one covariate; survival's number beside another convention
        theirs = expected["chi_square_in_survival_3.5-3_exact_score_test"]
        close([ours.tests[0].statistic, ours.together.statistic], [theirs, theirs])
        return
    assert [*ours.terms, "GLOBAL"] == expected["rows"]
    for test, (statistic, degrees, p) in zip(
        (*ours.tests, ours.together), expected["table"], strict=True
    ):
        close([test.statistic, test.degrees_of_freedom, test.p_two_sided], [statistic, degrees, p])


@of_kind("residuals")
def test_residuals_equal_coxph(case):
    fit, expected = model(case), case["expected"]
    kind = case["residual"]
    residual = {
        "martingale": diagnostics.martingale_residuals,
        "deviance": diagnostics.deviance_residuals,
        "score": diagnostics.score_residuals,
        "dfbeta": diagnostics.dfbeta,
        "dfbetas": lambda model: diagnostics.dfbeta(model, standardized=True),
        "schoenfeld": lambda model: diagnostics.schoenfeld_residuals(model).residual,
        "scaledsch": lambda model: diagnostics.schoenfeld_residuals(model, scaled=True).residual,
    }[kind](fit)
    residual = residual.reshape(len(residual), -1)
    assert len(residual) == expected["nrow"]
    size = np.abs(residual).max()
    close(residual[:5], np.reshape(expected["first5"], (5, -1)), absolute=1e-11 * size)
    close(
        residual.sum(axis=0),
        np.atleast_1d(expected["colsum"]),
        absolute=1e-11 * size * len(residual),
    )
    close((residual**2).sum(axis=0), np.atleast_1d(expected["sumsq"]))


def cumulative_hazard(fit, times, at=None):
    (hazard,) = diagnostics.cumulative_hazards(fit, at)
    seen = np.searchsorted(hazard.time, times, side="right")
    return np.concatenate([[0.0], hazard.cumulative_hazard])[seen]


@of_kind("baseline hazard")
def test_baseline_hazard_equals_basehaz(case):
    fit, expected, times = model(case), case["expected"], case["expected"]["times"]
    close(cumulative_hazard(fit, times), expected["baseline_cumulative_hazard"])
    survival = np.exp(-cumulative_hazard(fit, times, expected["at"]))
    close(survival, expected["survival_at"])


def test_baseline_hazard_of_a_weighted_model():
    """R gives it where fin is 0; lifelines prints it at the weighted mean of fin."""
    case = next(case for case in CASES if case["id"] == "surv-0040")
    known, fit = columns(case), model(case)
    printed = case["published"]["baseline_cumulative_hazard"]
    ours = cumulative_hazard(fit, printed["times"])
    close(ours, case["expected"]["baseline_cumulative_hazard"])
    mean = np.average(known["fin"], weights=known["age"])
    ours = cumulative_hazard(fit, printed["times"], [mean])
    tolerance = case["published_tolerance"]["baseline_cumulative_hazard"]
    close(ours, printed["value"], 0, tolerance)


@of_kind("degenerate")
def test_degenerate_worlds_equal_coxph(case):
    expected = case["expected"]
    if case["id"] == "deg_tied_km":
        for ties in ("efron", "breslow"):
            fit = model({**case, "model": {**case["model"], "ties": ties}})
            theirs = expected[ties]
            close([*fit.coefficients, *fit.standard_errors], [theirs["coef"], theirs["se"]])
            close([fit.log_likelihood_null, fit.log_likelihood], theirs["loglik"])
        return
    fit = model(case)
    if case["id"] == "deg_lt":
        close(fit.coefficients, [expected["coef"]])
        close(chi_square(fit.score_test), expected["score"])
        return
    assert fit.coefficients == (Absent.MONOTONE_LIKELIHOOD,)
    # survival stops on the way to infinity: its limit is 1e-9 short
    close([fit.log_likelihood_null, fit.log_likelihood], expected["loglik"], 1e-8)
    if "lr" in expected:
        close(chi_square(fit.likelihood_ratio), expected["lr"][0], 1e-8)
        close(chi_square(fit.score_test), expected["score"][0])


def test_whas500():
    """SAS and R print the hazard ratio of atrial fibrillation, stratified by sex, alike."""
    case = next(case for case in CASES if case["id"] == "surv-0164")
    known = columns(case)
    for ties in ("efron", "breslow"):
        fit = cox(
            known["lenfol"], known["fstat"], 1 - known["afb"], stratum=known["gender"], ties=ties
        )
        ratio = fit.hazard_ratio(0)
        ours = [ratio.value, ratio.interval.lower, ratio.interval.upper]
        theirs = [case["published"][f"hazard_ratio{end}"] for end in ("", "_lower", "_upper")]
        assert ours == pytest.approx(theirs, abs=1.4e-3)  # printed from the discrete likelihood
    close(fit.coefficients, [case["expected"]["breslow_log_hazard_ratio_0_vs_1"]])


def generated(case):
    rows, options = case["rows"], case["options"]
    part = {
        name: np.array([row[name] for row in rows], dtype=float) for row in rows for name in row
    }
    used = {
        "stratum": part["stratum"] if options["strata"] else None,
        "entry": part["start"] if options["entry"] else None,
        "weight": part["weight"] if options["weight"] else None,
        "offset": part["offset"] if options["offset"] else None,
        "ties": options["ties"],
    }
    covariates = np.column_stack([part["x"], part["y"], part["z"]])
    model = cox(part["time"], part["event"], covariates, **used)
    robust = cox(part["time"], part["event"], covariates, cluster=part["cluster"], **used)
    return model, robust


@pytest.mark.parametrize("case", GENERATED["cases"], ids=lambda case: case["id"])
class TestGenerated:
    """Every combination of ties, strata, late entry, weights, offsets and clusters equals R."""

    def test_fit(self, case):
        fit, robust = generated(case)
        expected = case["expected"]
        close(fit.coefficients, expected["coefficients"])
        close([fit.log_likelihood_null, fit.log_likelihood], expected["log_likelihood"])
        close([fit.wald.statistic, fit.score_test.statistic], [expected["wald"], expected["score"]])
        for ours, theirs in (
            (fit.covariance, expected["covariance"]),
            (robust.robust_covariance, expected["robust_covariance"]),
        ):
            close(ours, theirs, absolute=1e-12 * np.abs(ours).max())
        close(robust.wald.statistic, expected["robust_wald"])
        if not case["options"]["offset"]:  # R leaves the offset out of this one: differences.md
            close(robust.robust_score_test.statistic, expected["robust_score"])

    def test_residuals(self, case):
        fit, _ = generated(case)
        expected = case["expected"]
        for ours, name in (
            (diagnostics.martingale_residuals(fit), "martingale"),
            (diagnostics.deviance_residuals(fit), "deviance"),
            (diagnostics.score_residuals(fit), "score_residuals"),
            (diagnostics.dfbeta(fit), "dfbeta"),
            (diagnostics.schoenfeld_residuals(fit).residual, "schoenfeld"),
        ):
            close(ours, expected[name], absolute=1e-11 * np.abs(ours).max())

    def test_proportional_hazards(self, case):
        fit, _ = generated(case)
        for transform, table in case["expected"]["zph"].items():
            ours = proportional_hazards_test(fit, transform)
            for test, (statistic, degrees, p) in zip(
                (*ours.tests, ours.together), table, strict=True
            ):
                close(
                    [test.statistic, test.degrees_of_freedom, test.p_two_sided],
                    [statistic, degrees, p],
                    1e-8,
                )
