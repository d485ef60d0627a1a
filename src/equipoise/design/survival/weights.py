"""Weights of the log-rank test: which differences between the hazards count for how much.

With S the pooled survival of the stratum (the limit of its Kaplan-Meier curve of both arms):

    Fleming-Harrington (1991)     S(s)^ρ (1 - S(s))^γ; ρ = γ = 0 is the log-rank test
    Magirr & Burman (2019)        1 / max(S(s), S(s*)): late differences count for more
    with a largest weight         min(1 / S(s), w)
    at risk                       (share still at risk)^power: 1 is Gehan, ½ is Tarone-Ware
    by pieces                     any constants, such as 0 up to a delay and 1 after

All but the at-risk weights are the same at every look, so that their scores gain independent
increments; patients at risk become fewer or more with every look.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from equipoise.design.survival.large_sample import Cohort, cohort
from equipoise.design.survival.world import Piecewise, SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, vector
from equipoise.kernel.piecewise_exponential import Cube
from equipoise.kernel.rising_root import rising_root


class Weight(Protocol):
    """A weight function of a log-rank test."""

    @property
    def name(self) -> str:
        """The test's name in words."""
        ...

    @property
    def same_at_every_look(self) -> bool:
        """Whether scores at different looks weigh the same events alike."""
        ...

    def breaks(self, world: SurvivalWorld, end: float) -> tuple[float, ...]:
        """Give the times since entry where the weight is not smooth."""
        ...

    def at(self, seen: Cohort) -> Cube:
        """Give the weight: (looks or 1, strata, nodes)."""
        ...


@dataclass(frozen=True, slots=True)
class FlemingHarrington:
    """S^rho (1 - S)^gamma, frozen from a time on if `until` is given."""

    rho: float = 0.0
    gamma: float = 0.0
    until: float = np.inf

    def __post_init__(self) -> None:
        if not (np.isfinite(self.rho) and np.isfinite(self.gamma) and self.gamma >= 0.0):
            raise DesignError(
                f"Fleming-Harrington weights need a number rho and a gamma from 0 on; found "
                f"({self.rho:g}, {self.gamma:g}). (0, 0) is the log-rank test, (0, 1) weighs late "
                "differences."
            )
        _require_time(self.until, "The time from which the weight stays as it is")

    @property
    def name(self) -> str:
        """The test's name in words."""
        if self.rho == self.gamma == 0.0:
            return "log-rank"
        held = f", held from {self.until:g}" if np.isfinite(self.until) else ""
        return f"Fleming-Harrington({self.rho:g}, {self.gamma:g}){held}"

    @property
    def same_at_every_look(self) -> bool:
        """Scores at different looks weigh the same events alike."""
        return True

    def breaks(self, world: SurvivalWorld, end: float) -> tuple[float, ...]:  # noqa: ARG002
        """Give the times since entry where the weight is not smooth."""
        return (self.until,) if self.until < end else ()

    def at(self, seen: Cohort) -> Cube:
        """Give the weight."""
        if self.rho == self.gamma == 0.0:
            return np.ones((1, *seen.control.survival.shape))
        survival = _held(seen, self.until)
        return np.asarray(survival**self.rho * (1.0 - survival) ** self.gamma)[None]


@dataclass(frozen=True, slots=True)
class ModestlyWeighted:
    """1 / S up to a time, or up to a largest weight, then constant (Magirr & Burman 2019)."""

    until: float = np.inf
    largest: float = np.inf

    def __post_init__(self) -> None:
        _require_time(self.until, "The time from which the modest weight stays as it is")
        if not self.largest > 1.0:
            raise DesignError(
                f"The largest modest weight must be above 1; found {self.largest:g}. 2 is usual: "
                "the weight rises until half of the patients have had the event."
            )

    @property
    def name(self) -> str:
        """The test's name in words."""
        limits = [f"up to {self.until:g}"] if np.isfinite(self.until) else []
        limits += [f"at most {self.largest:g}"] if np.isfinite(self.largest) else []
        return ", ".join(["modestly weighted log-rank", *limits])

    @property
    def same_at_every_look(self) -> bool:
        """Scores at different looks weigh the same events alike."""
        return True

    def breaks(self, world: SurvivalWorld, end: float) -> tuple[float, ...]:
        """Give the times since entry where the weight is not smooth."""
        own = [self.until] if self.until < end else []
        if np.isfinite(self.largest):
            own += _reaching(world, 1.0 / self.largest, end)
        return tuple(own)

    def at(self, seen: Cohort) -> Cube:
        """Give the weight."""
        survival = np.maximum(_held(seen, self.until), 1.0 / self.largest)
        return np.asarray(1.0 / survival)[None]


@dataclass(frozen=True, slots=True)
class AtRiskWeight:
    """The share of the enrolled who are at risk, to a power: Gehan (1965), Tarone & Ware (1977)."""

    power: float = 1.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.power) and self.power >= 0.0):
            raise DesignError(
                f"The power of the at-risk weight must be from 0 on; found {self.power:g}. "
                "1 is Gehan's test, 0.5 Tarone and Ware's, 0 the log-rank test."
            )

    @property
    def name(self) -> str:
        """The test's name in words."""
        known = {0.0: "log-rank", 0.5: "Tarone-Ware", 1.0: "Gehan-Breslow"}
        return known.get(self.power, f"log-rank weighted by (at risk)^{self.power:g}")

    @property
    def same_at_every_look(self) -> bool:
        """Patients at risk become more or fewer from look to look."""
        return self.power == 0.0

    def breaks(self, world: SurvivalWorld, end: float) -> tuple[float, ...]:  # noqa: ARG002
        """Give the times since entry where the weight is not smooth: none."""
        return ()

    def at(self, seen: Cohort) -> Cube:
        """Give the weight."""
        staying = seen.control_at_risk + seen.experimental_at_risk
        at_risk = seen.entered * staying / seen.patients[:, None, None]
        return np.asarray(at_risk**self.power)


@dataclass(frozen=True, slots=True)
class PiecewiseWeight:
    """Constants on pieces of time since entry."""

    pieces: Piecewise

    def __post_init__(self) -> None:
        values = self.pieces.values
        if not (np.isfinite(values).all() and (values >= 0).all() and values.max() > 0):
            raise DesignError(
                f"Weights by pieces must be from 0 on, one at least above; found {values.tolist()}."
            )

    @property
    def name(self) -> str:
        """The test's name in words."""
        pairs = zip(self.pieces.starts, self.pieces.values, strict=True)
        told = ", ".join(f"{value:g} from {start:g}" for start, value in pairs)
        return f"log-rank weighted {told}"

    @property
    def same_at_every_look(self) -> bool:
        """Scores at different looks weigh the same events alike."""
        return True

    def breaks(self, world: SurvivalWorld, end: float) -> tuple[float, ...]:  # noqa: ARG002
        """Give the times since entry where the weight jumps."""
        return tuple(float(start) for start in self.pieces.starts if start < end)

    def at(self, seen: Cohort) -> Cube:
        """Give the weight."""
        weight = self.pieces.at(seen.time)
        return np.broadcast_to(weight, (1, *seen.control.survival.shape))


def log_rank_weight() -> FlemingHarrington:
    """Give the weight of the log-rank test, which has none."""
    return FlemingHarrington()


def early_zero_weight(until: float) -> PiecewiseWeight:
    """Give the weight 0 up to a time since entry and 1 after it.

    >>> early_zero_weight(3.0).name
    'log-rank weighted 0 from 0, 1 from 3'
    """
    _require_time(until, "The time up to which nothing counts")
    return PiecewiseWeight(Piecewise(vector([0.0, until]), vector([0.0, 1.0])))


def _held(seen: Cohort, until: float) -> Matrix:
    """Give the pooled survival, constant from a time on that is an edge of the quadrature."""
    survival = seen.pooled_survival
    if until >= seen.time[-1]:
        return survival
    at_risk = seen.control_at_risk + seen.experimental_at_risk
    hazard = seen.pooled_events / np.maximum(at_risk, 1e-300)
    before = seen.time < until
    held = np.exp(-(hazard[:, before] @ seen.width[before]))
    return np.where(before, survival, held[:, None])


def _reaching(world: SurvivalWorld, level: float, end: float) -> list[float]:
    """Find when the pooled survival of each stratum falls to a level, if it does before the end."""
    crossings = []
    for stratum in range(len(world.strata)):
        if _pooled_at(world, end, stratum) > level:
            continue

        def fallen(time: float, stratum: int = stratum) -> float:
            return float(np.log(level / _pooled_at(world, time, stratum)))

        slope = (fallen(end) - np.log(level)) / end
        crossings.append(rising_root(fallen, end / 2.0, slope=slope, within=(0.0, end)))
    return crossings


def _pooled_at(world: SurvivalWorld, time: float, stratum: int) -> float:
    """Give the pooled survival of one stratum at one time since entry."""
    if time <= 0.0:
        return 1.0
    seen = cohort(world, vector([time]))
    at_risk = seen.control_at_risk + seen.experimental_at_risk
    hazard = seen.pooled_events / np.maximum(at_risk, 1e-300)
    return float(np.exp(-(hazard[stratum] @ seen.width)))


def _require_time(time: float, what: str) -> None:
    if not time > 0.0:
        raise DesignError(f"{what} must be above 0; found {time:g}.")
