"""Worlds that cannot be: each refused with the fact, the value and what to do."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
from equipoise.design.survival.world import Accrual, Piecewise, StratumWorld, constant_rate
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import codes, vector
from equipoise.simulate.generate import generate
from equipoise.simulate.resampling import real_patients
from equipoise.simulate.worlds.arrays import no_rules, room_for, world_arrays
from equipoise.simulate.worlds.laws import law, law_from_median, law_from_survival
from equipoise.simulate.worlds.of_design import whole_ratio, world_of_survival
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    Randomization,
    Reporting,
    Switching,
    TimeTruth,
)
from sample_snapshot import snapshot
from sample_world import busy_world, plain_world, real_world

RATE = constant_rate(5.0)


def enrolling(*given, **named):
    return {"enrollment": Enrollment(*given, **named)}


def timed(each, **named):
    return {"truth": IndependentEndpoints((TimeTruth("os", ((each,), (each,)), **named),))}


def answered(*given):
    return {"truth": IndependentEndpoints((AnswerTruth("mrd", *given),))}


def bent(values, starts=(0.0, 1.0)):
    return Piecewise(vector(starts), vector(values))


def correlated(matrix):
    ends = tuple(TimeTruth(name, ((law(0.1),), (law(0.1),))) for name in "ab")
    return {"truth": IndependentEndpoints(ends, np.array(matrix))}


def switching(*given):
    one = TimeTruth("os", ((law(0.1),), (law(0.1),)), switching=Switching(*given))
    other = TimeTruth("pfs", ((law(0.1),), (law(0.1),)), switching=Switching("os", 0, 1.0, 1.0))
    return {"truth": IndependentEndpoints((one, other))}


CASES = [
    (enrolling(0, RATE), "at least one patient"),
    (enrolling(2.5, RATE), "whole number; found 2.5"),
    (enrolling(10, bent([5.0, -1.0])), "rates from 0 on; found -1"),
    (enrolling(10, bent([5.0, np.nan])), "rates from 0 on; found nan"),
    (enrolling(10, bent([5.0, 1.0], (0.0, 0.0))), "increase from 0"),
    (enrolling(10, bent([5.0, 1.0], (1.0, 2.0))), "increase from 0"),
    (enrolling(10, bent([5.0, 0.0])), "5 of 10 patients are expected, and the rest would never"),
    (enrolling(10, bent([5.0, 0.0]), "even"), "the rest would never come"),
    (enrolling(10, RATE, "uniform"), "duration above 0; found inf"),
    (enrolling(10, bent([0.0, 5.0]), "uniform", 1.0), "enrolls nobody until its end at 1"),
    (enrolling(10, RATE, "weekly"), "found 'weekly'"),
    ({"allocation": (1,)}, "each of 2 arms"),
    ({"allocation": (1, 0)}, "from 1 on"),
    ({"arms": ("a", "a")}, "ids of their own"),
    ({"arms": ()}, "at least one arm"),
    ({"randomization": Randomization(block=3)}, "multiple of 2 patients"),
    ({"randomization": Randomization(block=(4, 0))}, "found 0"),
    ({"randomization": Randomization("urn")}, "found 'urn'"),
    ({"randomization": Randomization(probability=1.5)}, "from 0 to 1; found 1.5"),
    ({"randomization": Randomization(imbalance="entropy")}, "found 'entropy'"),
    ({"randomization": Randomization(weights=(1.0, 2.0))}, "each of 1 factors"),
    ({"cells": (Cell(0.5),)}, "laws for [1, 1] cells|add up to 1; found 0.5"),
    ({"cells": (Cell(1.0, 2),)}, "stratum 2, of 1"),
    ({"cells": (Cell(1.0, 0, ("marked",)),)}, "no populations of this world"),
    ({"cells": (Cell(0.5), Cell(0.5))}, "each of 2 arms and 2 cells"),
    ({"stratum_levels": (("a",), ("b",))}, "levels of 1 strata"),
    ({"longest_follow_up": 0.0}, "above 0; found 0"),
    ({"reporting": Reporting(-1.0)}, "from 0 on; found -1"),
    ({"reporting": Reporting(0.0, (1.0, 1.0))}, "2 mean delays for 1 endpoints"),
    ({"dropout": ((law(0.1),),)}, "Dropout has laws"),
    (timed(law(-0.1)), "hazard of endpoint os in arm control needs rates from 0 on; found -0.1"),
    (timed(law(np.inf)), "found inf"),
    (timed(Law(RATE, shape=0.0)), "Weibull shape of endpoint os in arm control"),
    (timed(Law(RATE, cured=1.2)), "cured fraction of endpoint os in arm control"),
    (timed(law(0.1), competing=(((law(0.1),), (law(0.1),)),) * 16), "at most 15"),
    (answered(((0.3,), (1.4,)), 1.0), "from 0 to 1; found 1.4"),
    (answered(((0.3,), (0.4,)), np.inf), "inf after entry"),
    (answered(((0.3,),), 1.0), "each of 2 arms"),
    (correlated([[1.0]]), "2 rows and columns"),
    (correlated([[1.0, 0.2], [0.3, 1.0]]), "symmetric"),
    (correlated([[1.0, 1.2], [1.2, 1.0]]), "eigenvalue is -0.2"),
    (switching("pfs", 0, 1.0, 1.0), "in a circle"),
    (switching("os", 0, 1.0, 1.0), "no other time-to-event endpoint; choose among ['pfs']"),
    (switching("pfs", 5, 1.0, 1.0), "arm 5, of 2"),
    (switching("pfs", 0, 2.0, 1.0), "found 2"),
    (switching("pfs", 0, 1.0, -1.0), "hazard ratio is -1"),
]


@pytest.mark.parametrize(("changes", "says"), CASES, ids=[says for _, says in CASES])
def test_refused(changes, says):
    with pytest.raises(SimulationError) as refused:
        world_arrays(plain_world(**changes))
    assert any(each in str(refused.value) for each in says.split("|"))
    assert refused.value.about


def test_endless_screening_ends():
    """Only a cell of one in a million is left open."""
    world = plain_world(
        cells=(Cell(1 - 1e-6), Cell(1e-6)),
        truth=IndependentEndpoints((TimeTruth("os", ((law(0.1),) * 2,) * 2),)),
        dropout=(),
    )
    arrays = world_arrays(world)
    rules, patients = no_rules(arrays), room_for(arrays)
    rules.cell_closes[0] = 10.0
    assert 0 < generate(arrays, 1, 0, 0, rules, patients) < 220


def test_too_little_room():
    arrays = world_arrays(plain_world())
    with pytest.raises(ValueError, match="no room"):
        generate(arrays, 1, 0, 0, no_rules(arrays), room_for(arrays, 10))
    with pytest.raises(SimulationError, match="at least one patient"):
        room_for(arrays, 0)


def test_real_patients_that_cannot_be_drawn():
    world = real_world()
    alone = replace(world, truth=replace(world.truth, cell=codes(np.zeros(12))))
    with pytest.raises(SimulationError, match="No real patient can be drawn for arm control, cell"):
        world_arrays(alone)
    wrong = replace(world, truth=replace(world.truth, arm=codes(np.full(12, 7))))
    with pytest.raises(SimulationError, match="Arms of real patients"):
        world_arrays(wrong)
    short = replace(world, truth=replace(world.truth, arm=codes([0])))
    with pytest.raises(SimulationError, match="Real follow-up of 1 patients"):
        world_arrays(short)
    below = replace(world, truth=replace(world.truth, time=-world.truth.time))
    with pytest.raises(SimulationError, match="from 0 on"):
        world_arrays(below)


def test_snapshots_without_what_is_asked():
    data = snapshot()
    with pytest.raises(SimulationError, match="one row a patient"):
        real_patients(data, ["unheard"])
    with pytest.raises(SimulationError, match="no categorical variable 'age'"):
        real_patients(data, ["mrd"], by="age")
    with pytest.raises(SimulationError, match="The arms are"):
        real_patients(data, ["mrd"], arms=["third"])


def test_laws_from_nothing():
    for call, says in [
        (lambda: law_from_median(0.0), "above 0; found 0"),
        (lambda: law_from_median(10.0, cured=0.5), "no median is reached"),
        (lambda: law_from_survival([1, 2], [0.5, 0.6]), "must not rise"),
        (lambda: law_from_survival([2, 1], [0.5, 0.4]), "times that increase"),
        (lambda: law_from_survival([1], [0.2], cured=0.3), "Beside 0.3 cured"),
        (lambda: whole_ratio(0.123456), "no ratio of whole numbers"),
        (lambda: whole_ratio(0.0), "no ratio of whole numbers"),
    ]:
        with pytest.raises(SimulationError, match=says):
            call()


def test_strata_whose_shares_change():
    one = StratumWorld("a", 0.5, RATE, constant_rate(1.0), RATE, RATE)
    other = replace(one, name="b")
    slow, fast = accrual(10, 1.0), accrual(10, piecewise_rate([0, 5], [1.0, 2.0]))
    design = one_stratum(slow, 0.1, 0.7)
    design = replace(design, strata=(one, other), accrual_by_stratum=(slow, fast))
    with pytest.raises(SimulationError, match="shares of the accrual change"):
        world_of_survival(design)
    twice = Accrual(slow.starts, vector(2 * slow.rates), 10.0)
    same = replace(design, accrual_by_stratum=(slow, twice))
    assert [cell.share for cell in world_of_survival(same).cells] == pytest.approx([1 / 3, 2 / 3])


def test_every_field_of_a_busy_world_is_read_only():
    arrays = world_arrays(busy_world(correlated=True))
    for each in (*arrays, *arrays.sample, *arrays.course):
        assert not (isinstance(each, np.ndarray) and each.flags.writeable)
