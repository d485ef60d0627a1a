"""A manifest tells two runs apart exactly where they differ."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.report.manifest import (
    Difference,
    Run,
    compare_manifests,
    manifest,
    read_manifest,
    to_json,
    versions,
)
from sample_analysis import two_arm_analysis

RUN = Run("equipoise analyze", datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC))


def made(**options):
    return manifest(two_arm_analysis(), {"b": b"2", "a": b"1"}, RUN, **options)


class TestItHoldsWhatAnotherWouldNeed:
    def test_inputs_outputs_protocol_software(self):
        record = made(protocol_file=("protocol.yaml", b"schema: 1"), seed=7)
        assert record["inputs"]["colon.csv"]["sha256"] == "ab" * 32
        assert list(record["outputs"]) == ["a", "b"]
        assert record["protocol"]["file"] == "protocol.yaml"
        assert record["protocol"]["bytes"] == 9
        assert record["seed"] == 7
        assert {"equipoise", "python", "numpy", "scipy", "numba", "polars"} <= set(versions())

    def test_no_seed_is_null(self):
        assert made()["seed"] is None

    def test_the_clock_stands_in_run_alone(self):
        record = made()
        assert record["run"]["started"] == "2026-01-02T00:00:00+00:00"
        assert record["run"]["seconds"] == 86_400
        assert "2026" not in json.dumps({k: v for k, v in record.items() if k != "run"})

    def test_it_reads_back(self):
        assert read_manifest(to_json(made())) == made()

    @pytest.mark.parametrize("text", ["", "[]", "{}", '"x"', "{"])
    def test_what_is_no_manifest_is_refused(self, text):
        with pytest.raises(DataError):
            read_manifest(text)


class TestComparison:
    def test_a_run_agrees_with_itself_at_another_time(self):
        later = made() | {"run": {"command": "other"}}
        assert compare_manifests(made(), later) == ()

    def test_a_changed_protocol_is_seen_even_where_its_file_is_not(self):
        analysis = two_arm_analysis()
        plan = replace(analysis.protocol.analysis, alpha=0.05)
        changed = replace(analysis, protocol=replace(analysis.protocol, analysis=plan))
        (found,) = compare_manifests(made(), manifest(changed, {"b": b"2", "a": b"1"}, RUN))
        assert found.where == "protocol/meaning_sha256"

    def test_a_changed_output_is_named(self):
        other = manifest(two_arm_analysis(), {"b": b"2", "a": b"one"}, RUN)
        assert [d.where for d in compare_manifests(made(), other)] == [
            "outputs/a/sha256",
            "outputs/a/bytes",
        ]

    def test_a_file_only_one_of_them_wrote(self):
        other = manifest(two_arm_analysis(), {"b": b"2"}, RUN)
        (found,) = compare_manifests(made(), other)
        assert found == Difference("outputs/a", made()["outputs"]["a"], None)


names = st.text("abc/", min_size=1, max_size=3)  # never "run", which is not compared
trees = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
records = st.dictionaries(names, trees, max_size=4)


class TestTheLawOfComparison:
    """No difference if and only if equal; and the order of the two only swaps the sides."""

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(records, records)
    def test_both(self, first, second):
        found = compare_manifests(first, second)
        assert (found == ()) == (first == second)
        mirrored = {Difference(d.where, d.second, d.first) for d in found if hashed(d)}
        assert mirrored == {d for d in compare_manifests(second, first) if hashed(d)}


def hashed(difference):
    return not isinstance(difference.first, dict) and not isinstance(difference.second, dict)
