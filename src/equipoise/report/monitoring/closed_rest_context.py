"""The rest of the trial under its models, and how its numbers print."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.report.design.printing import at_bound
from equipoise.report.format import Clock, decimal, percent
from equipoise.report.monitoring.open_context import NONE
from equipoise.simulate.characteristics.monte_carlo import Probability, Spread
from equipoise.simulate.monitored.monitored import ForetoldRest, MonitoredTrial
from equipoise.simulate.rest.values import RestOfTrial

RANGE = (0.05, 0.95)  # shares of the quantiles that a table gives
DISTINCT = 0.0005  # of a chance: an error below needs a second place


@dataclass(frozen=True, slots=True)
class RestContext:
    """A look, seen by someone who prints what may come."""

    result: MonitoredTrial

    @property
    def known(self) -> tuple[tuple[ForetoldRest, RestOfTrial], ...]:
        """The models under which the rest was simulated."""
        return tuple((each, each.rest) for each in self.result.rests if each.rest is not None)

    @property
    def models(self) -> tuple[tuple[str, str], ...]:
        """Their ids and labels; scenarios are told once."""
        seen: dict[str, str] = {}
        for each, _ in self.known:
            known = each.id in {"posterior", "design", "null"}
            seen.setdefault(each.id if known else "scenario", each.label if known else "scenarios")
        return tuple(seen.items())

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """All that were simulated under any model, the leading one first."""
        names = (one.hypothesis for _, rest in self.known for one in rest.hypotheses)
        return tuple(dict.fromkeys(names))

    @property
    def clock(self) -> Clock:
        """Times in the unit of display."""
        return Clock(self.result.protocol.trial)

    def scale(self, hypothesis: str) -> EffectScale | None:
        """On which scale a hypothesis measures its effect."""
        outlook = self.result.outlook(hypothesis)
        return None if outlook is None else outlook.scale

    def effect(self, hypothesis: str) -> Callable[[float], str]:
        """Print an effect of a hypothesis, from its linear scale."""
        scale = self.scale(hypothesis)
        if scale is None:
            return lambda value: decimal(value, 3)
        back = exp if scale.scale == "log" else float
        return lambda value: at_bound(scale.measure, back(value))


def with_error(found: Probability) -> str:
    """Print a chance with its Monte Carlo standard error, in percent.

    >>> with_error(Probability(0.577, 0.0156, 0.55, 0.61, 577, 1000))
    '57.7% ± 1.6'
    """
    places = 1 if found.error >= DISTINCT or found.error == 0 else 2
    return f"{percent(found.value, places)}% ± {percent(found.error, places)}"


def spread_cell(spread: Spread | None, show: Callable[[float], str]) -> str:
    """Print a median with the 5% and 95% quantiles."""
    if spread is None:
        return NONE
    low, high = (quantile(spread, share) for share in RANGE)
    return f"{show(spread.median)} ({show(low)} to {show(high)})"


def mean_cell(spread: Spread | None, show: Callable[[float], str]) -> str:
    """Print a mean with its Monte Carlo error, and the 5% and 95% quantiles."""
    if spread is None:
        return NONE
    low, high = (quantile(spread, share) for share in RANGE)
    average = f"{show(spread.mean.value)} ± {show(spread.mean.error)}"
    return f"{average}\n({show(low)} to {show(high)})"


def quantile(spread: Spread, share: float) -> float:
    """Find one of the quantiles that a spread holds."""
    return next(each.value for each in spread.quantiles if each.share == share)
