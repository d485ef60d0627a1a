"""Designs drawn at random, asked of gsDesign, lrstat and rpact and of us: the numbers agree.

`ask` is the call of ours: {"make": name, ...arguments}, "args" the positional ones; `call` the
peer's.  `expected` maps a field of the answer to the peer's number; null where it has none, or
writes ±6, ±8 or ±20 for no bound.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise import design

FILE = Path(__file__).with_name("design_audit.json")
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


def made(value):
    """Make what a case asks for."""
    if isinstance(value, list):
        return [made(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(made(each) for each in value["tuple"])
    if "vector" in value:
        return np.array(value["vector"], dtype=np.float64)
    named = {key: made(each) for key, each in value.items() if key not in {"make", "args"}}
    return getattr(design, value["make"])(*made(value.get("args", [])), **named)


def field(answer, path):
    """Give a field of an answer, or that of every part of it."""
    for name in path.split("."):
        each = isinstance(answer, tuple)
        answer = tuple(getattr(a, name) for a in answer) if each else getattr(answer, name)
    return np.atleast_1d(np.array(answer, dtype=np.float64))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_agrees(case):
    answer = made(case["ask"])
    for path, expected in case["expected"].items():
        peer = np.atleast_1d(np.array(expected, dtype=np.float64))
        ours = field(answer, path)[: peer.size]
        known = np.isfinite(peer)
        np.testing.assert_allclose(
            ours[known], peer[known], rtol=case["tolerance"], atol=case["tolerance"], err_msg=path
        )
        assert (np.abs(ours[~known]) > 5.9).all()  # where the peer has no bound
