"""Worlds to rehearse in, one of each kind."""

import numpy as np

from equipoise.design.survival.hazards import piecewise_rate
from equipoise.design.survival.world import constant_rate
from equipoise.kernel.arrays import codes, flags, frozen, frozen_codes
from equipoise.simulate.worlds.laws import law, law_from_median, law_from_survival
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    Cell,
    Enrollment,
    IndependentEndpoints,
    Randomization,
    Reporting,
    ResampledPatients,
    Switching,
    TimeTruth,
    World,
)

CONTROL, BETTER = law_from_median(15), law_from_median(25)
DROPOUT = law(0.0043)


def plain_world(**changes):
    """Two arms 1:1, 220 patients over 48 months, exponential, 5% a year lost."""
    values = {
        "arms": ("control", "new"),
        "allocation": (1, 1),
        "enrollment": Enrollment(220, constant_rate(220 / 48)),
        "truth": IndependentEndpoints((TimeTruth("os", ((CONTROL,), (BETTER,))),)),
        "dropout": ((DROPOUT,), (DROPOUT,)),
    }
    return World(**{**values, **changes})


def table(arms, cells, make):
    return tuple(tuple(make(a, c) for c in range(cells)) for a in range(arms))


def pieces(a, c):
    return law(piecewise_rate([0, 3 + a, 9], [0.05 + 0.01 * c, 0.0, 0.08 - 0.01 * a]))


def weibull_cured(a, c):
    return law(piecewise_rate([0, 2], [0.2, 0.1]), shape=1.3 - 0.4 * c, cured=0.1 + 0.2 * a)


def from_table(a, _):
    times = np.linspace(1, 36, 36)
    return law_from_survival(times, np.exp(-0.04 * times * (1 - 0.3 * a)), beyond="never")


CELLS = (Cell(0.5, 0, ("marked",)), Cell(0.2, 1), Cell(0.3, 1, ("marked",)))
STRATA = {
    "strata": ("low", "high"),
    "stratum_levels": (("low", "young"), ("high", "young")),
    "stratum_variables": ("risk", "age"),
    "populations": ("marked",),
    "cells": CELLS,
}


def busy_world(method="permuted blocks", process="poisson", *, correlated=False, **randomization):
    """Three arms 1:2:1, three cells, every kind of endpoint, switching, delays."""
    arms, cells = 3, 3
    os = TimeTruth(
        "os",
        table(arms, cells, pieces),
        switching=Switching("pfs", 0, 0.6, 0.5, delay=0.5),
    )
    response = AnswerTruth("response", table(arms, cells, lambda a, _: 0.3 + 0.2 * a), 2.0, 0.1)
    pfs = TimeTruth("pfs", table(arms, cells, weibull_cured))
    transplant = TimeTruth(
        "transplant",
        table(arms, cells, from_table),
        competing=(table(arms, cells, pieces), table(arms, cells, weibull_cured)),
    )
    correlation = np.array([[1, 0.3, 0.6, 0], [0.3, 1, 0.4, 0], [0.6, 0.4, 1, 0], [0, 0, 0, 1]])
    return World(
        arms=("control", "low dose", "high dose"),
        allocation=(2, 4, 2),
        enrollment=Enrollment(
            150,
            piecewise_rate([0, 6, 20], [3.0, 0.0, 9.0]),
            process,
            36.0 if process == "uniform" else np.inf,
        ),
        truth=IndependentEndpoints(
            (os, response, pfs, transplant), correlation if correlated else None
        ),
        randomization=Randomization(method, **randomization),
        dropout=table(arms, cells, lambda a, c: law(0.01 + 0.01 * a, cured=0.1 * c)),
        longest_follow_up=40.0,
        reporting=Reporting(0.0, (1.0, 0.0, 0.5, 2.0)),
        **STRATA,
    )


def real_world(patients=60):
    """Patients drawn from twelve real ones."""
    random = np.random.default_rng(5)
    truth = ResampledPatients(
        ("dfs", "mrd"),
        codes([0, 0, 0, 1, 1, 1, -1, -1, 0, 1, 0, 1]),
        codes([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]),
        frozen(np.vstack([random.exponential(10, 12), np.full(12, 3.0)])),
        frozen_codes(np.vstack([random.integers(0, 3, 12), random.integers(-1, 2, 12)])),
        flags([False, True]),
    )
    return World(
        arms=("control", "new"),
        allocation=(1, 1),
        enrollment=Enrollment(patients, constant_rate(5.0)),
        truth=truth,
        cells=(Cell(0.6), Cell(0.4)),
    )
