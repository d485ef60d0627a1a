"""A design as plain data, for JSON: field names are those of the values, nothing is rounded.

What is infinite or no number does not exist in JSON and becomes null; a look without a bound
has null there.  Functions of one's own (a spending function) are told by their name.
"""

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from math import isfinite
from typing import Any

import numpy as np

from equipoise.design.plan import Plan
from equipoise.design.trial_design import TrialDesign

VERSION = 1  # of this schema


def design_record(design: TrialDesign) -> dict[str, Any]:
    """Give a design as dicts, lists and scalars.

    The protocol's trial, arms, hypotheses and design are kept; its data section is left out.
    """
    protocol = design.protocol
    return {
        "schema": VERSION,
        "trial": plain(protocol.trial),
        "arms": plain(protocol.arms),
        "promised": plain(protocol.design),
        **{
            field.name: plain(getattr(design, field.name))
            for field in fields(design)
            if field.name != "protocol"
        },
    }


def _plan(plan: Plan) -> dict[str, Any]:
    """Give a plan; of events alone, without the patients that are not known."""
    told: dict[str, Any] = {field.name: plain(getattr(plan, field.name)) for field in fields(plan)}
    if not plan.patients_known:
        for key in ("patients", "patients_whole", "fixed_patients"):
            told[key] = None
        for part in (*told["looks"], *told["expected"], *told["arms"]):
            part["patients"] = None
    return told


def design_json(design: TrialDesign) -> str:
    """Give a design as JSON, to full precision."""
    return json.dumps(design_record(design), ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - whatever a design holds
    """Put a value into what JSON has.

    >>> plain((1.5, float("inf"), None, np.array([1.0, np.nan])))
    [1.5, None, None, [1.0, None]]
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {str(key): plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [plain(held) for held in value]
    if isinstance(value, Plan):
        return _plan(value)
    if not is_dataclass(value):
        return str(value)
    held = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return {"rule": type(value).__name__, **held} if _is_rule(value) else held


def _is_rule(value: object) -> bool:
    """Say whether a value is told apart from others by its type alone."""
    return type(value).__module__.rsplit(".", 1)[-1] in {
        "rules",
        "spending",
        "spending_families",
        "spending_shapes",
    } and not type(value).__name__.endswith("Plan")
