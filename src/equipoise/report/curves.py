"""The curves as data: every step of every estimate that a figure draws, to draw it again.

Kaplan-Meier curves are survival, Aalen-Johansen curves cumulative incidence of the cause named.
A step holds from `time` on; times are in the protocol's unit; a limit that does not exist is
null.
"""

import io
from collections.abc import Iterator

import numpy as np

from equipoise.analyze.results import (
    CompetingRisksAnalysis,
    Curve,
    TimeToEventAnalysis,
    TrialAnalysis,
)
from equipoise.kernel.arrays import Vector

WORDS = ("estimand", "arm", "cause", "quantity", "interval_method")
NUMBERS = ("time", "value", "lower", "upper")


def curves_to_parquet(analysis: TrialAnalysis) -> bytes:
    """Write all curves as one table; the same curves give the same bytes."""
    import polars as pl  # noqa: PLC0415 - heavy, and needed only to write a file

    words = [(name, pl.String) for name in WORDS]
    parts = [pl.DataFrame(schema=[*words, *((name, pl.Float64) for name in NUMBERS)])]
    for labels, curve in _curves(analysis):
        steps = pl.DataFrame(
            {
                "time": curve.time,
                "value": curve.value,
                "lower": pl.Series(_known(curve.lower), dtype=pl.Float64),
                "upper": pl.Series(_known(curve.upper), dtype=pl.Float64),
            },
        )
        named = [
            pl.lit(label, pl.String).alias(name) for name, label in zip(WORDS, labels, strict=True)
        ]
        parts.append(steps.select(*named, *NUMBERS))
    buffer = io.BytesIO()
    pl.concat(parts, rechunk=True).write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _curves(analysis: TrialAnalysis) -> Iterator[tuple[tuple[str | None, ...], Curve]]:
    for endpoint in analysis.endpoints:
        name = endpoint.estimand.id
        if isinstance(endpoint, TimeToEventAnalysis):
            for arm in endpoint.arms:
                method = arm.curve.interval_method
                yield (name, arm.arm.id, None, "survival", method), arm.curve
        if isinstance(endpoint, CompetingRisksAnalysis):
            for group in endpoint.arms:
                for cause in group.causes:
                    method = cause.curve.interval_method
                    labels = (name, group.arm.id, cause.cause, "cumulative incidence", method)
                    yield labels, cause.curve


def _known(limits: Vector) -> list[float | None]:
    return [float(limit) if np.isfinite(limit) else None for limit in limits]
