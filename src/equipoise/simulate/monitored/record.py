"""A look as plain values, for JSON: the whole of it, or the part that is open to everyone.

What does not exist is null.  Replicates and patients are not in it, nor what the protocol says.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from equipoise.monitor.future.forecast_results import Forecast
from equipoise.monitor.plain_values import plain
from equipoise.monitor.safety.bounds import SafetyLook
from equipoise.simulate.monitored.monitored import MonitoredTrial, OpenLook

LEFT_OUT = frozenset({"every", "drawn", "fan", "curve", "snapshot", "density", "densities"})
UNBOUNDED = frozenset({"inf", "-inf", "nan"})


def monitored_record(result: MonitoredTrial) -> dict[str, Any]:
    """Give a look as plain values; it holds results by arm, unless the open part alone was asked.

    Witness: the values of the look itself.
    """
    told: dict[str, Any] = {
        "trial": result.protocol.trial.id,
        "time_unit": result.protocol.trial.time_unit,
        "as_of": result.as_of or None,
    }
    if result.opened is not None:
        told["open"] = open_record(result.opened)
    if result.look is None:
        return told
    closed: dict[str, Any] = {
        "look": result.look,
        "rules": result.rules
        and {
            "leading": result.rules.leading,
            "looks": result.rules.looks,
            "left_out": result.rules.left_out,
        },
        "outlook": {each.hypothesis: each for each in result.outlooks},
        "forecast_by_arm": _under_letters(result),
        "why_no_forecast": result.why_no_forecast or None,
        "rest": {each.id: each for each in result.rests},
        "safety_boundaries": tuple(_held_under_letters(result)),
        "late": result.late,
        "record": result.kept,
        "assumed": result.assumed,
    }
    if result.cut is not None:
        closed["data_cut"] = {
            "as_of": result.cut.as_of,
            "late": result.cut.late,
            "after": result.cut.after,
            "first_randomized": result.cut.first_randomized,
            "latest_seen": result.cut.latest_seen,
            "remarks": result.cut.remarks,
        }
    return {**told, "closed": _shown(closed)}


def _under_letters(result: MonitoredTrial) -> Forecast | None:
    """Give the forecast by arm with its groups under the names of the masking."""
    if result.forecast is None:
        return None
    groups = tuple(sorted(_named(each, result) for each in result.forecast.groups))
    return replace(result.forecast, groups=groups)


def _held_under_letters(result: MonitoredTrial) -> Iterator[SafetyLook]:
    for each in result.safety_looks:
        yield replace(each, arms=tuple(_named(arm, result) for arm in each.arms))


def _named(group: str, result: MonitoredTrial) -> str:
    """Give a group, an arm or an arm in a stratum, with the arm under its name."""
    arm, comma, stratum = group.partition(", ")
    if result.masking is None:
        return group
    names = {each.id: result.masking.key(each) for each in result.protocol.arms}
    return f"{names.get(arm, arm)}{comma}{stratum}"


def open_record(opened: OpenLook) -> dict[str, Any]:
    """Give the open part of a look as plain values.

    Witness: law: permuting the arms of patients changes nothing.
    """
    shown = _shown(opened)
    assert isinstance(shown, dict)  # noqa: S101 - of a dataclass
    return shown


def _shown(value: object) -> Any:  # noqa: ANN401 - plain JSON
    return _finite(plain(value, without=LEFT_OUT))


def _finite(value: Any) -> Any:  # noqa: ANN401 - plain JSON
    """Leave out what classes are called, and say null where a number does not exist."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items() if name != "is"}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, str) and value in UNBOUNDED else value
