"""The scale on which an effect is believed, foretold and compared: better is more.

    advantage = ± (x - null),    x the effect, or its logarithm where it is a ratio,

plus where higher values favor the experimental arm.  An advantage of 0 is the null hypothesis,
and E[Z] is taken as proportional to it.  All ratios are on the log scale, on which they are
estimated and believed, also where a test is of another (a score test of a risk ratio).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.design.trial_design import HypothesisDesign
from equipoise.errors import DesignError
from equipoise.protocol.coherence_effects import favors_experimental_below, null_of
from equipoise.protocol.derive_design import MEASURES, RATIOS
from equipoise.protocol.endpoints import Endpoint


@dataclass(frozen=True, slots=True)
class EffectScale:
    """What an effect is measured by, and which way is better."""

    measure: str
    null: float  # on its own scale: no effect, or the margin of a non-inferiority trial
    scale: Literal["log", "identity"]
    better: Literal["lower", "higher"]
    planned: float | None = None  # the effect the trial is planned for; None: none is

    def __post_init__(self) -> None:
        advantage = self.planned_advantage
        self.advantage(self.null)
        if advantage is not None and not advantage > 0.0:
            raise DesignError(
                f"The planned {self.measure} is {self.planned:g}, no better than {self.null:g}, "
                f"where {self.better} is better; give the effect that the trial is planned for."
            )

    def advantage(self, value: float) -> float:
        """Give how much better than the null hypothesis an effect is, linearly.

        Raises:
            DesignError: A ratio that is not above 0, or no number.

        Witness: `value` gives it back.

        >>> scale = EffectScale("hazard ratio", 1.0, "log", "lower", 0.58)
        >>> round(scale.advantage(0.58), 4)
        0.5447
        """
        if not (np.isfinite(value) and (self.scale == "identity" or value > 0.0)):
            above = " above 0" if self.scale == "log" else ""
            raise DesignError(f"The {self.measure} is {value:g}; give a number{above}.")
        if self.scale == "log":
            above_null = float(np.log(value) - np.log(self.null)) if self.null > 0.0 else np.nan
        else:
            above_null = value - self.null
        if np.isnan(above_null):
            raise DesignError(f"The null value of a ratio is {self.null:g}; give one above 0.")
        return self.sign * above_null

    def value(self, advantage: float) -> float:
        """Give the effect that is so much better than the null hypothesis.

        Witness: `advantage` gives it back.
        """
        if self.scale == "identity":
            return self.null + self.sign * advantage
        with np.errstate(over="ignore"):  # next to no information: no ratio is large enough
            return float(self.null * np.exp(self.sign * advantage))

    @property
    def sign(self) -> float:
        """1 where higher values are better, -1 where lower ones are."""
        return 1.0 if self.better == "higher" else -1.0

    @property
    def planned_advantage(self) -> float | None:
        """The planned effect, linearly."""
        return None if self.planned is None else self.advantage(self.planned)

    @property
    def no_difference(self) -> float:
        """The value at which the arms do alike; another than `null` in a non-inferiority trial."""
        return 1.0 if self.scale == "log" else 0.0


def effect_scale(design: HypothesisDesign, endpoint: Endpoint) -> EffectScale:
    """Give the scale of a hypothesis: that of its plan, or else what suits its endpoint.

    Args:
        design: what is designed for the hypothesis.
        endpoint: of the hypothesis.

    Raises:
        DesignError: The endpoint has no single effect.

    Witness: the plan's own effect, null value and direction.
    """
    if design.plan is not None:
        plan = design.plan.effect
        on = "log" if plan.name in RATIOS else plan.scale
        return EffectScale(plan.name, plan.null, on, plan.better, plan.value)
    better: Literal["lower", "higher"] = "lower"
    if not favors_experimental_below(endpoint):
        better = "higher"
    promised = design.effect
    measures = MEASURES.get(type(endpoint), ()) if promised is None else (promised.measure,)
    if not measures:
        raise DesignError(
            f"{design.hypothesis} is about {endpoint.label}, which no single effect measures; "
            "plan an effect for it."
        )
    measure = measures[0]
    scale: Literal["log", "identity"] = "log" if measure in RATIOS else "identity"
    null = (1.0 if scale == "log" else 0.0) if promised is None else null_of(promised)
    planned = promised.value[0] if promised is not None and promised.value else None
    return EffectScale(measure, null, scale, better, planned)
