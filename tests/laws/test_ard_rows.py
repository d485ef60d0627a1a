"""The results as data hold every number of the analysis, each once, and none that is not one."""

import io
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import count
from pathlib import Path

import polars as pl
import pytest

from equipoise.analyze.estimates import Absent, Estimate, Interval, TestResult
from equipoise.analyze.results import Curve, TrialAnalysis
from equipoise.analyze.snapshot import Disposition, Exclusion
from equipoise.report.ard import KEY, ard, to_json, to_parquet
from sample_analysis import sample_analysis, two_arm_analysis


@pytest.fixture(scope="module")
def analysis():
    return sample_analysis()


@pytest.fixture(scope="module")
def rows(analysis):
    return ard(analysis)


OURS = {Estimate, Interval, TestResult, Disposition, Exclusion}
HERE = "equipoise.analyze.results"


def renumbered(value, fresh, used):
    """The same result with every number in it replaced by one that occurs nowhere else."""
    if isinstance(value, bool | str | Absent | Curve) or value is None:
        return value
    if isinstance(value, int | float):
        number = next(fresh)
        used.append(100_000 + number if isinstance(value, int) else 1.0 - 1.0 / (1000 + number))
        return used[-1]
    if isinstance(value, Mapping):
        return {key: renumbered(item, fresh, used) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(renumbered(item, fresh, used) for item in value)
    if is_dataclass(value) and (type(value) in OURS or type(value).__module__.startswith(HERE)):
        skipped = {"grades"}  # the levels of a split; they stand in group_level
        return replace(
            value,
            **{
                f.name: renumbered(getattr(value, f.name), fresh, used)
                for f in fields(value)
                if f.name not in skipped
            },
        )
    return value


class TestNoNumberIsLeftBehind:
    def test_each_number_of_the_analysis_is_a_row_or_a_level(self, analysis):
        fresh, used = count(1), []
        endpoints = renumbered(analysis.endpoints, fresh, used)
        baseline = renumbered(analysis.baseline, fresh, used)
        disposition = renumbered(analysis.snapshot.disposition, fresh, used)
        snapshot = replace(analysis.snapshot, disposition=disposition)
        made = ard(TrialAnalysis(analysis.protocol, snapshot, baseline, endpoints))
        found = {row.stat for row in made} | {row.variable_level for row in made}
        lost = [number for number in used if not {number, f"{number:.12g}"} & found]
        assert not lost, f"{len(lost)} of {len(used)} numbers are not in the rows"
        assert len(used) > 1500


class TestARowIsKnownByItsKey:
    def test_no_key_occurs_twice(self, rows):
        keys = Counter(tuple(getattr(row, name) for name in KEY) for row in rows)
        assert [key for key, times in keys.items() if times > 1] == []

    def test_keys_do_not_depend_on_what_else_was_analyzed(self, rows):
        def keys(some):
            return {tuple(getattr(row, name) for name in KEY) for row in some}

        assert keys(ard(two_arm_analysis())) < keys(rows)


class TestWhatDoesNotExistIsNamed:
    def test_a_missing_number_has_a_state_and_a_sentence(self, rows):
        for row in rows:
            if row.stat is None and row.stat_text is None:
                assert Absent[row.state].value == row.warning
                assert row.stat_fmt == Absent[row.state].mark
            else:
                assert row.state is None
                assert row.warning is None

    def test_the_sample_holds_some(self, rows):
        assert {row.state for row in rows} >= {"NOT_REACHED", "NO_EVENTS_IN_AN_ARM", None}

    def test_no_row_is_not_a_number(self, rows):
        assert all(row.stat is None or math.isfinite(row.stat) for row in rows)


class TestEveryRowSaysWhatItRestsOn:
    def test_endpoints_name_estimand_and_population(self, rows):
        for row in rows:
            named = not row.analysis_id.startswith(("disposition/", "baseline/"))
            assert (row.estimand is not None) == named
            assert (row.population is not None) == named

    def test_estimates_and_tests_name_their_method(self, rows):
        for row in rows:
            if row.stat_name in {"estimate", "conf.low", "conf.high", "statistic", "p.value"} and (
                row.context != "follow-up"
            ):
                assert row.method, row

    def test_a_hazard_ratio_as_the_report_prints_it(self, rows):
        (found,) = (
            row
            for row in rows
            if row.analysis_id == "dfs/hazard-ratio"
            and row.group1_level == "combined"
            and row.stat_name == "estimate"
        )
        assert (found.stat, found.stat_fmt, found.scale) == (0.61, "0.61", "identity")
        assert found.conventions.startswith("ties: Efron")


class TestTheFiles:
    def test_json_reads_back_without_nan(self, rows):
        def refuse(word):
            raise AssertionError(word)

        made = json.loads(to_json(rows), parse_constant=refuse)
        assert len(made["rows"]) == len(rows)
        names = [f.name for f in fields(rows[0])]
        for written, row in zip(made["rows"], rows, strict=True):
            held = made["conventions"].get(written["conventions"])
            assert written | {"conventions": held} == {name: getattr(row, name) for name in names}
        assert isinstance(made["rows"][0]["stat"], int)  # counts stay whole

    def test_each_convention_is_written_once(self, rows):
        text = to_json(rows)
        told = set(json.loads(text)["conventions"].values())
        assert told == {row.conventions for row in rows} - {None}
        for each in told:
            assert text.count(json.dumps(each, ensure_ascii=False)) == 1

    def test_parquet_holds_them_in_a_dictionary(self, rows):
        made = to_parquet(rows)
        longest = max((row.conventions or "" for row in rows), key=len)
        assert len(made) < len(rows) * len(longest) / 10
        assert pl.read_parquet(io.BytesIO(made))["conventions"].to_list() == [
            row.conventions for row in rows
        ]

    def test_parquet_reads_back_to_the_same_numbers(self, rows):
        table = pl.read_parquet(io.BytesIO(to_parquet(rows)))
        assert table.columns == [f.name for f in fields(rows[0])]
        assert table["stat"].dtype == pl.Float64
        assert table["stat"].to_list() == [row.stat for row in rows]
        assert table["stat_fmt"].to_list() == [row.stat_fmt for row in rows]

    def test_the_same_bytes_twice(self, rows):
        assert to_parquet(rows) == to_parquet(ard(sample_analysis()))
        assert to_json(rows) == to_json(ard(sample_analysis()))

    def test_no_rows_at_all(self):
        assert json.loads(to_json(()))["rows"] == []
        assert pl.read_parquet(io.BytesIO(to_parquet(()))).height == 0


class TestThePageAboutTheResults:
    PAGE = Path(__file__).parents[2] / "docs" / "results.md"

    def test_explains_every_column_and_every_statistic(self, rows):
        told = set(re.findall(r"`([\w.]+)`", self.PAGE.read_text(encoding="utf-8")))
        inside = {"group2", "group2_level"}  # "group1 ... group3"
        assert {f.name for f in fields(rows[0])} - inside <= told
        assert {row.stat_name for row in rows} <= told
