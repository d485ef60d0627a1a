"""From a published figure back to patients: how many, how many events, and when."""

import numpy as np
import pytest

from drawn_figures import Manner, draw, some_arm
from equipoise.appraise.curves.reconstruct import reconstruct
from equipoise.io.figures.read import read_figure


@pytest.mark.parametrize("suffix", ["pdf", "svg"])
def test_the_patients_of_a_figure(suffix, tmp_path):
    generator = np.random.default_rng(8)
    manner = Manner()
    arms = [some_arm(generator, manner, name, 0.8) for name in ("Placebo", "Active")]
    draw(tmp_path / f"a.{suffix}", arms, manner)
    read = read_figure(tmp_path / f"a.{suffix}")
    for known in arms:
        arm = read.arm(known.name)
        rebuilt = reconstruct(arm.curve, at_risk=arm.at_risk, censor_marks=arm.censored)
        assert rebuilt.time.size == known.at_risk[0]
        events = np.sort(rebuilt.time[rebuilt.outcome == 1])
        # steps nearer than a ninth of a dot are drawn as one
        assert events == pytest.approx(known.step_times[1:], abs=0.03)
        censored = np.sort(rebuilt.time[rebuilt.outcome == 0])
        assert (np.abs(censored - np.sort(known.censored)) < 0.05).mean() > 0.95
