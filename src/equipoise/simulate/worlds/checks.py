"""Whether a rehearsed world can exist: every refusal of its numbers, in one place."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from equipoise.design.survival.world import Piecewise
from equipoise.errors import SimulationError
from equipoise.simulate.worlds.world import Cell, Enrollment, Law, Randomization, World

ROUNDING = 1e-6  # shares written with six decimals add up to 1


def check_world(world: World) -> None:
    """Refuse a world that cannot exist; its truth is checked where it is laid out.

    Raises:
        SimulationError: the fact, the value found and the remedy.
    """
    check_distinct(world.arms, "arm", "arms")
    check_distinct(world.strata, "stratum", "strata")
    check_distinct(world.endpoints, "endpoint", "endpoints")
    if len(set(world.populations)) != len(world.populations):
        raise SimulationError(
            f"Populations need ids of their own; found {list(world.populations)}.", "populations"
        )
    check_enrollment(world.enrollment)
    _check_allocation(world)
    _check_strata(world)
    _check_cells(world.cells, world)
    if not world.longest_follow_up > 0:
        raise SimulationError(
            f"The longest follow-up of a patient must be above 0; found "
            f"{world.longest_follow_up:g}. Leave it infinite to follow until the analysis.",
            "follow-up",
        )
    _check_reporting(world)


def check_enrollment(enrollment: Enrollment) -> None:
    """Refuse an enrollment that would never end.

    Raises:
        SimulationError: the fact, the value found and the remedy.
    """
    patients, rates = enrollment.patients, enrollment.rates
    if not whole(patients) or patients < 1:
        raise SimulationError(
            f"A trial enrolls at least one patient, a whole number; found {patients!r}.", "patients"
        )
    check_piecewise(rates, "The accrual", "accrual")
    if enrollment.process not in {"poisson", "even", "uniform"}:
        raise SimulationError(
            f"Patients come by a poisson, even or uniform process; found {enrollment.process!r}.",
            "accrual",
        )
    if enrollment.process == "uniform":
        _check_uniform(enrollment)
        return
    last = float(rates.values[-1])
    expected = float(rates.cumulative(rates.starts[-1])[0])
    if last == 0 and (enrollment.process == "poisson" or expected < patients):
        raise SimulationError(
            f"The accrual ends at {rates.starts[-1]:g}, when {expected:g} of {patients} patients "
            "are expected, and the rest would never come; give the last piece a rate above 0.",
            "accrual",
        )


def _check_uniform(enrollment: Enrollment) -> None:
    duration = enrollment.duration
    if not (math.isfinite(duration) and duration > 0):
        raise SimulationError(
            f"A uniform enrollment needs a duration above 0; found {duration:g}.", "accrual"
        )
    if not float(enrollment.rates.cumulative(duration)[0]) > 0:
        raise SimulationError(
            f"The accrual enrolls nobody until its end at {duration:g}; give a rate above 0.",
            "accrual",
        )


def check_piecewise(rate: Piecewise, name: str, about: str) -> None:
    """Refuse starts that do not increase from 0, and rates that are none.

    Raises:
        SimulationError: the fact, the value found and the remedy.
    """
    starts, values = rate.starts, rate.values
    if starts.size != values.size or starts.size == 0:
        raise SimulationError(
            f"{name} has {starts.size} starting times and {values.size} rates; give one of each.",
            about,
        )
    if starts[0] != 0 or not bool(np.all(np.diff(starts) > 0)) or not math.isfinite(starts[-1]):
        raise SimulationError(
            f"{name} needs starting times that increase from 0; found {starts.tolist()}.", about
        )
    wrong = ~(np.isfinite(values) & (values >= 0))
    if bool(wrong.any()):
        raise SimulationError(
            f"{name} needs rates from 0 on; found {float(values[wrong][0]):g}.", about
        )


def check_laws(laws: Sequence[Sequence[Law]], world: World, name: str) -> None:
    """Refuse a table of laws that lacks an arm or a cell, or a law that is none.

    Raises:
        SimulationError: the fact, the value found and the remedy.
    """
    check_table(laws, world, name, "laws")
    for arm, row in zip(world.arms, laws, strict=True):
        for place, law in enumerate(row):
            where = f"{name} in arm {arm}" + (f", cell {place}" if len(row) > 1 else "")
            check_piecewise(law.hazard, f"The hazard of {where}", "hazard")
            if not (math.isfinite(law.shape) and law.shape > 0):
                raise SimulationError(
                    f"The Weibull shape of {where} must be above 0; found {law.shape:g}. "
                    "1 is exponential.",
                    "hazard",
                )
            check_share(law.cured, f"The cured fraction of {where}", "hazard")


def check_table(table: Sequence[Sequence[object]], world: World, name: str, entries: str) -> None:
    """Refuse a table that is not one row an arm and one entry a cell.

    Raises:
        SimulationError: the fact, the value found and the remedy.
    """
    found = [len(row) for row in table]
    if found != [len(world.cells)] * len(world.arms):
        raise SimulationError(
            f"{name[0].upper()}{name[1:]} has {entries} for {found} cells by arm; give one for "
            f"each of {len(world.arms)} arms and {len(world.cells)} cells.",
            "hazard",
        )


def check_share(share: float, name: str, about: str) -> None:
    """Refuse what is no probability.

    Raises:
        SimulationError: the fact, the value found and the remedy.
    """
    if not 0 <= share <= 1:
        raise SimulationError(f"{name} must be from 0 to 1; found {share:g}.", about)


def check_distinct(ids: Iterable[str], one: str, several: str) -> None:
    """Refuse a world without any, or with two of one name.

    Raises:
        SimulationError: the fact, the value found and the remedy.
    """
    names = list(ids)
    if not names:
        raise SimulationError(f"A world needs at least one {one}; found none.", several)
    if len(set(names)) != len(names):
        raise SimulationError(f"The {several} need ids of their own; found {names}.", several)


def whole(number: float) -> bool:
    """Tell whether a number is whole, and no truth value."""
    return not isinstance(number, bool) and math.isfinite(number) and number == int(number)


def _check_allocation(world: World) -> None:
    ratio, chosen = world.allocation, world.randomization
    if len(ratio) != len(world.arms) or not all(whole(each) and each >= 1 for each in ratio):
        raise SimulationError(
            f"The allocation needs a whole number from 1 on for each of {len(world.arms)} arms; "
            f"found {list(ratio)}.",
            "allocation",
        )
    if chosen.method not in {"permuted blocks", "simple", "minimization"}:
        raise SimulationError(
            "Patients are randomized by permuted blocks, simple or minimization; found "
            f"{chosen.method!r}.",
            "allocation",
        )
    check_share(chosen.probability, "The probability of minimization", "allocation")
    smallest = sum(ratio) // math.gcd(*ratio)
    for block in block_sizes(chosen):
        if not whole(block) or block < 1 or block % smallest:
            raise SimulationError(
                f"A block holds a multiple of {smallest} patients, for the allocation "
                f"{':'.join(map(str, ratio))}; found {block}.",
                "block",
            )
    if chosen.imbalance not in {"range", "variance"}:
        raise SimulationError(
            f"Imbalance is a range or a variance; found {chosen.imbalance!r}.", "allocation"
        )


def block_sizes(chosen: Randomization) -> tuple[int, ...]:
    """Give the sizes of blocks asked for; empty: the smallest."""
    if chosen.block is None:
        return ()
    return chosen.block if isinstance(chosen.block, tuple) else (chosen.block,)


def _check_strata(world: World) -> None:
    levels, variables = world.stratum_levels, world.stratum_variables
    if not levels:
        factors = 1
    elif len(levels) != len(world.strata) or {len(row) for row in levels} != {len(variables)}:
        raise SimulationError(
            f"The levels of {len(world.strata)} strata by {len(variables)} variables are needed; "
            f"found {[len(row) for row in levels]}.",
            "strata",
        )
    else:
        factors = len(variables)
    weights = world.randomization.weights
    if weights and (
        len(weights) != factors or not all(math.isfinite(each) and each >= 0 for each in weights)
    ):
        raise SimulationError(
            f"Minimization needs a weight from 0 on for each of {factors} factors; found "
            f"{list(weights)}.",
            "allocation",
        )


def _check_cells(cells: tuple[Cell, ...], world: World) -> None:
    if not cells:
        raise SimulationError("A world needs at least one cell; found none.", "cells")
    for place, cell in enumerate(cells):
        check_share(cell.share, f"The share of cell {place}", "cells")
        if not (whole(cell.stratum) and 0 <= cell.stratum < len(world.strata)):
            raise SimulationError(
                f"Cell {place} lies in stratum {cell.stratum}, of {len(world.strata)} from 0.",
                "cells",
            )
        unknown = set(cell.populations) - set(world.populations)
        if unknown:
            raise SimulationError(
                f"Cell {place} belongs to {sorted(unknown)}, which are no populations of this "
                f"world; it knows {list(world.populations)}.",
                "populations",
            )
    total = sum(cell.share for cell in cells)
    if abs(total - 1.0) > ROUNDING:
        raise SimulationError(
            f"The shares of the cells must add up to 1; found {total:g}. Divide each by the sum.",
            "cells",
        )


def _check_reporting(world: World) -> None:
    delays = world.reporting.mean_delay
    if delays and len(delays) != len(world.endpoints):
        raise SimulationError(
            f"Reporting has {len(delays)} mean delays for {len(world.endpoints)} endpoints; give "
            "one for each, or none.",
            "reporting",
        )
    for each in (world.reporting.lag, *delays):
        if not (math.isfinite(each) and each >= 0):
            raise SimulationError(
                f"A lag or delay of reporting must be from 0 on; found {each:g}.", "reporting"
            )
