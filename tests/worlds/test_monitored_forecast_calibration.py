"""Do 90% prediction intervals hold 90%?  A small version of tools/calibrate_forecasts.py."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tried():
    """Load the tool, which is no package."""
    name = "calibrate_forecasts"
    found = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    yield module
    del sys.modules[name]


def coverage(module, worlds, model, *, share=0.5, trials=20):
    names = [world.name for world in module.WORLDS]
    outcomes = [
        outcome
        for world in worlds
        for outcome in module.stretch((names.index(world), share, model, 5000, 5000 + trials))
    ]
    return np.mean([each.inside for each in outcomes]), len(outcomes)


def test_piecewise_hazards_hold_in_every_world(tried):
    """Constant, falling and rising hazards, two arms blinded and not, lag: 90%, ± 3 errors."""
    worlds = ("constant", "falling", "rising", "blinded", "unblinded", "lag")
    found, trials = coverage(tried, worlds, "piecewise")
    assert abs(found - 0.9) < 3 * np.sqrt(0.09 / trials)


def test_constant_hazards_hold_in_their_own_world_only(tried):
    """Where hazards fall or rise a constant one is wrong, and is seen to be."""
    found, trials = coverage(tried, ("constant", "unblinded"), "exponential", trials=60)
    assert abs(found - 0.9) < 3 * np.sqrt(0.09 / trials)
    wrong, _ = coverage(tried, ("falling", "rising"), "exponential", trials=30)
    assert wrong < 0.5


def test_published_trials_cut_early(tried):
    """The events still to come in 24 trials rebuilt from published figures."""
    path = ROOT / "tests" / "reference" / "data" / "kmdata_subset.csv.gz"
    chosen = list(tried.figures(path))
    assert len(chosen) == 24
    outcomes = tried.figure_outcomes(("as censored", 0.7, "piecewise", chosen))
    found = np.mean([each.inside for each in outcomes])
    assert abs(found - 0.9) < 3 * np.sqrt(0.09 / len(chosen))
