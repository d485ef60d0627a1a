"""The curves as data are the curves of the figures, step by step."""

import io

import numpy as np
import polars as pl

from equipoise.report.curves import curves_to_parquet
from sample_analysis import sample_analysis, two_arm_analysis


def read(analysis):
    return pl.read_parquet(io.BytesIO(curves_to_parquet(analysis)))


class TestEveryStepIsThere:
    def test_of_each_arm_and_cause(self):
        analysis = sample_analysis()
        table = read(analysis)
        for endpoint in analysis.endpoints[:2]:
            for arm in endpoint.arms:
                steps = table.filter(estimand=endpoint.estimand.id, arm=arm.arm.id)
                np.testing.assert_array_equal(steps["time"], arm.curve.time)
                np.testing.assert_array_equal(steps["value"], arm.curve.value)
                assert steps["cause"].null_count() == steps.height
        competing = analysis.endpoints[2]
        for arm in competing.arms:
            for cause in arm.causes:
                steps = table.filter(estimand="recurrence", arm=arm.arm.id, cause=cause.cause)
                np.testing.assert_array_equal(steps["value"], cause.curve.value)

    def test_nothing_else_is(self):
        assert set(read(two_arm_analysis())["estimand"]) == {"dfs"}


class TestALimitThatDoesNotExistIsNull:
    def test_at_time_zero(self):
        table = read(sample_analysis())
        assert table["lower"].is_nan().sum() == 0
        assert table.filter(time=0)["lower"].null_count() == table.filter(time=0).height


class TestTheSameBytesTwice:
    def test_bytes(self):
        assert curves_to_parquet(sample_analysis()) == curves_to_parquet(sample_analysis())
