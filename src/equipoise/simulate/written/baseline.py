"""What is known of simulated patients at randomization, beside what the rehearsal itself needs.

Strata of the world are as they were played.  Another variable takes number k of the patient's
stream of written data, k its place in the protocol: a level by the shares given, else all levels
alike; a continuous variable is a standard normal number.  None of these bears on what happens.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from typing import TypeAlias

import numpy as np
from scipy.special import ndtri

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Vector, codes, vector
from equipoise.kernel.philox import fill_uniforms
from equipoise.protocol.contradiction import nearest
from equipoise.protocol.trial import Protocol, Variable
from equipoise.simulate.arrays import Key
from equipoise.simulate.snapshots import TrialSnapshot
from equipoise.simulate.streams import DATA
from equipoise.simulate.worlds.world import World

Shares: TypeAlias = Mapping[str, Mapping[str, float]]  # variable → level → share
ADD_UP = 1e-9
LEAST = 2.0**-54  # in place of the number 0, whose normal score is infinite


@dataclass(frozen=True, slots=True)
class Variables:
    """Variables of a protocol by patient: codes into its levels, or numbers."""

    levels: Mapping[str, Codes]
    numbers: Mapping[str, Vector]


def variables_of(
    protocol: Protocol,
    world: World,
    data: TrialSnapshot,
    key: Key,
    arrival: Codes,
    shares: Shares,
) -> tuple[Variables, tuple[str, ...]]:
    """Give every variable of a protocol, and what had to be assumed.

    Raises:
        SimulationError: Shares are given of what has none, or do not add up to 1.

    Witness: the strata played; NumPy's Philox, number by number.
    """
    _check(protocol, world, shares)
    drawn = _numbers(key, arrival, len(protocol.variables))
    levels: dict[str, Codes] = {}
    numbers: dict[str, Vector] = {}
    for place, variable in enumerate(protocol.variables):
        if variable.id in world.stratum_variables:
            levels[variable.id] = _strata(world, data, variable)
        elif variable.kind == "categorical":
            cumulative = np.cumsum(_shares(variable, shares))[:-1]
            levels[variable.id] = codes(np.searchsorted(cumulative, drawn[:, place], side="right"))
        else:
            numbers[variable.id] = vector(ndtri(np.maximum(drawn[:, place], LEAST)))
    return Variables(levels, numbers), tuple(_said(protocol, levels, numbers, world, shares))


def _numbers(key: Key, arrival: Codes, variables: int) -> np.ndarray:
    drawn = np.empty((arrival.size, variables))
    for row, who in zip(drawn, arrival.tolist(), strict=True):
        fill_uniforms(*key, DATA, who + 1, 0, row)
    return drawn


def _strata(world: World, data: TrialSnapshot, variable: Variable) -> Codes:
    column = world.stratum_variables.index(variable.id)
    level_of = [variable.levels.index(levels[column]) for levels in world.stratum_levels]
    return codes(np.array(level_of)[data.stratum])


def _shares(variable: Variable, shares: Shares) -> Sequence[float]:
    given = shares.get(variable.id)
    if given is None:
        return [1.0 / len(variable.levels)] * len(variable.levels)
    return [given.get(level, 0.0) for level in variable.levels]


def _check(protocol: Protocol, world: World, shares: Shares) -> None:
    known = {each.id: each for each in protocol.variables if each.kind == "categorical"}
    for name, given in shares.items():
        if name not in known or name in world.stratum_variables:
            free = [each for each in known if each not in world.stratum_variables]
            raise SimulationError(
                f"Shares are given of {name!r}, which is no categorical variable, or a stratum "
                f"with planned shares; {nearest(name, free)}.",
                "shares",
            )
        strange = [level for level in given if level not in known[name].levels]
        if strange:
            raise SimulationError(
                f"{name!r} has no level {strange[0]!r}; {nearest(strange[0], known[name].levels)}.",
                "shares",
            )
        wrong = [share for share in given.values() if not (isfinite(share) and share >= 0)]
        if wrong or abs(fsum(given.values()) - 1) > ADD_UP:
            raise SimulationError(
                f"The shares of {name!r} are {', '.join(f'{each:g}' for each in given.values())}; "
                "give numbers of 0 or more that add up to 1.",
                "shares",
            )


def _said(
    protocol: Protocol,
    levels: Mapping[str, Codes],
    numbers: Mapping[str, Vector],
    world: World,
    shares: Shares,
) -> Iterator[str]:
    labels = {each.id: each.label for each in protocol.variables}
    alike = [labels[e] for e in levels if e not in world.stratum_variables and e not in shares]
    if alike:
        yield f"All levels are equally likely, as no shares are planned: {', '.join(alike)}."
    if numbers:
        named = ", ".join(labels[each] for each in numbers)
        yield f"Standard normal numbers, as nothing is planned of them: {named}."
    drawn = [each for each in (*levels, *numbers) if each not in world.stratum_variables]
    if drawn:
        yield "Variables that are not strata of the rehearsal bear on nothing that happens."
