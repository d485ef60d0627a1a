"""The courses of AALL1331, simulated, against what their makers calculated from them.

They worked in short steps of time, we without: the same hazards give probabilities that differ
from theirs by up to 0.0012.  Simulation is held to that and its own Monte Carlo error.
"""

import importlib.util
import json
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.simulate.arrays import Patients
from equipoise.simulate.course.arrays import course_arrays
from equipoise.simulate.course.paths import follow_course
from equipoise.simulate.course.probabilities import ImpliedTime, implied
from equipoise.simulate.worlds.adverse_events import (
    adverse_event_arrays,
    adverse_events,
    mark_severe,
)
from simulated_courses import ARMS, EXAMPLE, patients_of, published_course, with_cycle_2, world_of

REFERENCE = json.loads(
    (Path(__file__).parent / "simulated_aall1331_course.json").read_text(encoding="utf-8")
)
CASES = REFERENCE["cases"]
TRIAL = REFERENCE["trial"]
TABLE = REFERENCE["adverse_events"]
EXACT = REFERENCE["tolerance"]["probability"]
MANY = 100_000  # patients an arm
DFS, OS, MRD, HSCT, MRD_2 = range(5)
FIRST_EVENTS = {"treatment failure": "late_treatment_failure", "relapse": "relapse"}
FIRST_EVENTS |= {"death": "death_in_CR"}


def years(start: str, end: str) -> float:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days / 365.25


@pytest.fixture(scope="module", params=CASES, ids=[case["id"] for case in CASES])
def played(request: pytest.FixtureRequest) -> tuple[dict[str, object], Patients]:
    """Follow many patients of each arm."""
    case = request.param
    course = with_cycle_2(published_course(case["file"])[0])
    patients = patients_of(course, np.repeat([0, 1], MANY))
    arrays = course_arrays(world_of(course, ARMS))
    follow_course(arrays, 1331, 0, 0, 2 * MANY, np.arange(2 * MANY), patients)
    return case, patients


def test_probabilities_of_the_course(played):
    case, patients = played
    for arm, name in enumerate(ARMS):
        told = case["expected"]["by_arm"][name]
        mine = patients.arm == arm
        found = {
            "mrd_neg_C1": np.mean(patients.outcome[MRD, mine] == 1),
            "mrd_neg_C2": np.mean(patients.outcome[MRD_2, mine] == 1),
            "hsct_in_CR": np.mean(patients.outcome[HSCT, mine] == 1),
            "dfs_2y": np.mean(patients.time[DFS, mine] > 24),
            "os_2y": np.mean(patients.time[OS, mine] > 24),
        }
        pairs = [(value, told[key]) for key, value in found.items()]
        for endpoint, key in ((DFS, "dfs"), (OS, "os")):
            pairs += [
                (np.mean(patients.time[endpoint, mine] > 12 * float(year)), value)
                for year, value in told[key].items()
            ]
        for value, expected in pairs:
            error = np.sqrt(expected * (1 - expected) / MANY)
            assert abs(value - expected) < EXACT + 3 * error


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_first_events_and_survival_as_the_course_implies_them(case):
    course = with_cycle_2(published_course(case["file"])[0])
    for name in ARMS:
        told = case["expected"]["by_arm"][name]
        moments = [12 * float(year) for year in told["dfs"]]
        read = implied(course, name, moments)
        dfs, survival = read[DFS], read[OS]
        assert isinstance(dfs, ImpliedTime)
        assert isinstance(survival, ImpliedTime)
        assert np.allclose(dfs.free, list(told["dfs"].values()), atol=EXACT, rtol=0)
        assert np.allclose(survival.free, list(told["os"].values()), atol=EXACT, rtol=0)
        at_two_years = moments.index(24.0)
        for word, incidence in zip(dfs.happened, dfs.incidence[:, at_two_years], strict=True):
            expected = told["first_event_CIF_2y"][FIRST_EVENTS[word]]
            assert incidence == pytest.approx(expected, abs=EXACT)
        assert read[MRD].probability == pytest.approx(told["mrd_neg_C1"], abs=EXACT)
        assert read[MRD_2].probability == pytest.approx(told["mrd_neg_C2"], abs=EXACT)
        assert read[HSCT].event[-1] == pytest.approx(told["hsct_in_CR"], abs=EXACT)


def test_events_and_hazard_ratios_out_of_sample(played):
    case, patients = played
    lasted = years(TRIAL["first"], TRIAL["last"])
    entry = np.tile((np.arange(MANY) + 0.5) / MANY * lasted, 2)
    until = (years(TRIAL["first"], TRIAL["cut"]) - entry) * 12
    for endpoint, key in ((DFS, "dfs"), (OS, "os")):
        happened = patients.time[endpoint] <= until
        for arm, name in enumerate(ARMS):
            share = happened[patients.arm == arm].mean()
            size = TRIAL["patients"][name]
            expected = case["expected"]["expected_events"][key][name]
            error = size * np.sqrt(share * (1 - share) / MANY)
            assert abs(size * share - expected) < 0.2 + 3 * error
        time = np.minimum(patients.time[endpoint], until)
        fit = cox(time, happened.astype(np.int64), patients.arm[:, None].astype(np.float64))
        found = float(np.exp(fit.coefficients[0]))
        error = found * 2 / np.sqrt(happened.sum())
        assert abs(found - case["expected"]["hazard_ratio"][key]) < 0.004 + 3 * error


def test_events_known_at_the_interim_look(played):
    case, patients = played
    lasted = years(TRIAL["first"], TRIAL["last"])
    entry = np.tile((np.arange(MANY) + 0.5) / MANY * lasted, 2)
    for look in case["expected"]["interim_2019_06_30"]:
        until = (years(TRIAL["first"], "2019-06-30") - entry) * 12 - look["lag_months"]
        for endpoint, key in ((DFS, "dfs"), (OS, "os")):
            known = patients.time[endpoint] <= until
            count = sum(
                TRIAL["patients"][name] * known[patients.arm == arm].mean()
                for arm, name in enumerate(ARMS)
            )
            assert abs(count - look[key]) < 0.2 + 3 * np.sqrt(208 * count / 4 / MANY)


SHORT = {"GGT increased": "Gamma-glutamyltransferase increased"}


@pytest.mark.parametrize("cycle", [0, 1])
@pytest.mark.parametrize("arm", [0, 1])
def test_adverse_events_of_the_paper(arm, cycle):
    kinds = published_course(CASES[0]["file"])[1]
    end = 0.09582 * 12
    here = tuple(each for each in kinds if (each.until < 1.01 * end) == (cycle == 0))
    arrays = adverse_event_arrays(here, ARMS)
    size = 40_000
    arms, exposed = np.full(size, arm), np.full(size, 12.0)
    found = adverse_events(arrays, arms, exposed, seed=3, scenario=0, trial=cycle)
    column = TABLE["columns"].index(f"{ARMS[arm]} cycle {cycle + 1}")
    treated = TABLE["treated"][ARMS[arm]][cycle]
    names = np.array([each.term for each in here])[found.kind]
    for row, told in TABLE["rows"].items():
        mine = np.isin(names, [row, SHORT.get(row, row)]) | (row.startswith("Patients with"))
        for key, lowest in (("any_grade", 1), ("severe", 3)):
            with_it = np.unique(found.patient[mine & (found.grade >= lowest)]).size / size
            expected = told[key][column] / treated
            assert abs(with_it - expected) < 4 * np.sqrt(expected * (1 - expected) / size) + 1e-5
    severe = np.zeros(size, dtype=np.bool_)
    marked = mark_severe(arrays, 3, 0, cycle, np.arange(size), arms, exposed, severe)
    assert marked == severe.sum()
    assert set(np.flatnonzero(severe)) == set(found.patient[found.grade >= 3].tolist())


def test_the_files_are_what_their_tool_writes():
    path = Path(__file__).parents[2] / "tools" / "make_aall1331_course.py"
    spec = importlib.util.spec_from_file_location("make_aall1331_course", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool  # dataclasses look their module up
    spec.loader.exec_module(tool)
    for fit in tool.FITS:
        assert (EXAMPLE / fit.file).read_text(encoding="utf-8") == tool.course_text(fit)
