"""What people hand over in Python: durations, dates, labels, columns of data frames."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.gray import gray_test
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.max_combo import max_combo
from equipoise.errors import DataError

DAYS = [dt.timedelta(days=each) for each in (1, 2, 3, 4)]
DURATIONS = {
    "timedelta": DAYS,
    "numpy": np.array([1, 2, 3, 4], "m8[D]"),
    "pandas": pd.Series(pd.to_timedelta([1, 2, 3, 4], unit="D")),
    "polars": pl.Series(DAYS),
}
DATES = {
    "date": [dt.date(2024, 1, day) for day in (1, 2, 3, 4)],
    "numpy": np.array(["2024-01-01"] * 4, "M8[D]"),
    "pandas": pd.Series(pd.to_datetime(["2024-01-01"] * 4)),
}
EVENT, GROUP = [1, 1, 1, 0], [0, 1, 0, 1]
METHODS = {
    "kaplan_meier": lambda time: kaplan_meier(time, EVENT),
    "entry": lambda entry: kaplan_meier([5, 6, 7, 8], EVENT, entry=entry),
    "log_rank": lambda time: log_rank(time, EVENT, GROUP),
    "cox": lambda time: cox(time, EVENT, GROUP),
    "cumulative_incidence": lambda time: cumulative_incidence(time, EVENT),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", DURATIONS)
def test_durations_are_no_numbers(method: str, kind: str):
    with pytest.raises(DataError, match=r"holds durations.*use \.dt\.days"):
        METHODS[method](DURATIONS[kind])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", DATES)
def test_dates_are_no_times(method: str, kind: str):
    with pytest.raises(DataError, match=r"holds dates.*subtract"):
        METHODS[method](DATES[kind])


TIME = [5, 8, 3, 9, 4, 7]
DIED = [1, 1, 1, 0, 1, 1]
ARM = ["new", "old", "new", "old", "old", "new"]
CODED = [1, 0, 1, 0, 0, 1]
LABELS = {
    "list": ARM,
    "numpy": np.array(ARM),
    "object": np.array(ARM, dtype=object),
    "pandas": pd.Series(ARM),
    "category": pd.Series(ARM, dtype="category"),
    "polars": pl.Series(ARM),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_need_a_control_named(kind: str):
    with pytest.raises(DataError, match=r"labels 'new', 'old'.*control='new'"):
        log_rank(TIME, DIED, LABELS[kind])
    named = log_rank(TIME, DIED, LABELS[kind], control="old", stratum=LABELS[kind][::-1])
    coded = log_rank(TIME, DIED, CODED, stratum=CODED[::-1])
    assert named.test.statistic == pytest.approx(coded.test.statistic, rel=1e-12)
    assert named.uninformative_strata == coded.uninformative_strata


def test_the_control_decides_the_direction():
    towards = [log_rank(TIME, DIED, ARM, control=label).test.statistic for label in ("old", "new")]
    assert towards[0] == pytest.approx(-towards[1], rel=1e-12)


def test_labels_in_every_comparison():
    outcome = [1, 2, 1, 0, 1, 1]
    assert max_combo(TIME, DIED, ARM, control="old").test == max_combo(TIME, DIED, CODED).test
    assert gray_test(TIME, outcome, ARM, control="old") == gray_test(TIME, outcome, CODED)
    strata = ["a", "b", "a", "b", "a", "b"]
    numbers = [0, 1, 0, 1, 0, 1]
    assert gray_test(TIME, outcome, CODED, stratum=strata) == gray_test(
        TIME, outcome, CODED, stratum=numbers
    )
    assert (
        cox(TIME, DIED, CODED, stratum=strata).coefficients
        == cox(TIME, DIED, CODED, stratum=numbers).coefficients
    )


def test_numbers_may_name_a_control_too():
    swapped = log_rank(TIME, DIED, [2 - each for each in CODED], control=2)
    assert swapped.test == log_rank(TIME, DIED, CODED).test


def test_a_control_that_does_not_occur():
    with pytest.raises(DataError, match=r"no group 'placebo'.*'new', 'old'"):
        log_rank(TIME, DIED, ARM, control="placebo")


@pytest.mark.parametrize("gone", [None, np.nan, pd.NA])
def test_a_missing_label_is_named_by_its_row(gone: object):
    labels = pd.Series([*ARM[:2], gone, *ARM[3:]], dtype=object)
    with pytest.raises(DataError, match=r"1 row\(s\) have no group: 3"):
        log_rank(TIME, DIED, labels, control="old")


def test_groups_of_another_length():
    with pytest.raises(DataError, match="6 times but 2 values of group"):
        gray_test(TIME, DIED, ["a", "b"], control="a")


def test_text_is_no_covariate():
    with pytest.raises(DataError, match=r"covariates must hold numbers.*1 where it holds"):
        cox(TIME, DIED, ARM)
    with pytest.raises(DataError, match="arm must hold numbers"):
        cox(TIME, DIED, pd.DataFrame({"arm": ARM}))


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_columns_name_the_coefficients(make):
    covariates = make({"new": CODED, "age": [50, 61, 72, 48, 55, 67]})
    fit = cox(TIME, DIED, covariates)
    assert fit.names == ("new", "age")
    assert fit.hazard_ratio("new") == fit.hazard_ratio(0)
    plain = cox(TIME, DIED, np.column_stack([CODED, [50, 61, 72, 48, 55, 67]]))
    assert fit.coefficients == plain.coefficients
    assert cox(TIME, DIED, covariates["new"]).names == ("new",)
    assert cox(TIME, DIED, covariates, names=["a", "b"]).names == ("a", "b")
