"""What every section of the closed report needs: the look, the names, and how its numbers print."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED
from equipoise.monitor.likely.values import ConditionalChances
from equipoise.monitor.look.look import HypothesisLook, Look
from equipoise.monitor.look.wording import places
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.report.design.printing import (
    NONE,
    as_given,
    at_bound,
    fraction,
    nominal_p,
    whole_or_not,
)
from equipoise.report.format import Clock, decimal, sentence, significant
from equipoise.report.plain_text import slug
from equipoise.simulate.monitored.monitored import MonitoredTrial, Outlook

LARGEST, SMALLEST = 1000.0, 0.001  # a ratio beyond is told as such
TINY, NOTHING = 5e-4, 1e-9  # below: told by digits, not by places; is none
FINEST = 3  # places of z, and more where z and a bound would look alike
DECISIONS = {
    NOT_TESTED: "not tested",
    CONTINUE: "go on",
    EFFICACY: "efficacy",
    FUTILITY: "futility",
    HARM: "harm",
}
ASSUMED = {
    "design": "As designed",
    "null": "No effect",
    "trend": "The trend so far",
    "optimistic": "The better limit",
    "given": "Of interest",
}


@dataclass(frozen=True, slots=True)
class ClosedContext:
    """A look, seen by someone who prints it for the committee."""

    result: MonitoredTrial

    @property
    def look(self) -> Look:
        """The look that was held."""
        look = self.result.look
        assert look is not None  # noqa: S101 - a closed report is of a look that was held
        return look

    @property
    def clock(self) -> Clock:
        """Times in the unit of display."""
        return Clock(self.result.protocol.trial)

    @property
    def masked(self) -> bool:
        """Whether arms stand under letters."""
        masking = self.result.masking
        return masking is not None and not masking.unmasked

    @property
    def leading(self) -> str:
        """The hypothesis whose information times the looks."""
        rules = self.result.rules
        return self.look.hypotheses[0].hypothesis if rules is None else rules.leading

    @property
    def tested(self) -> tuple[Outlook, ...]:
        """What is likely, believed and inferred, hypothesis by hypothesis, the leading first."""
        first = self.leading
        return tuple(sorted(self.result.outlooks, key=lambda each: each.hypothesis != first))

    def held(self, outlook: Outlook) -> HypothesisLook:
        """What the look decided of a hypothesis."""
        return self.result.hypothesis(outlook.hypothesis)

    def name(self, hypothesis: HypothesisLook) -> str:
        """A hypothesis by its id and its words."""
        if hypothesis.label == hypothesis.hypothesis:
            return hypothesis.hypothesis
        return f"{hypothesis.hypothesis}: {hypothesis.label}"

    def estimand(self, hypothesis: HypothesisLook) -> str:
        """The label of a hypothesis's estimand."""
        protocol = self.result.protocol
        return protocol.estimand(protocol.hypothesis(hypothesis.hypothesis).estimand).label

    def endpoint(self, hypothesis: HypothesisLook) -> str:
        """The label of a hypothesis's endpoint."""
        return self.result.protocol.endpoint(hypothesis.endpoint).label


def anchor(hypothesis: HypothesisLook | Outlook, what: str) -> str:
    """Make an id that no other hypothesis has."""
    return f"{slug(hypothesis.hypothesis)}-{what}"


def effect(scale: EffectScale, value: float | None) -> str:
    """Print an effect, or that it is beyond all that can be told.

    >>> effect(EffectScale("hazard ratio", 1.0, "log", "lower"), 0.7562)
    '0.756'
    """
    if value is None:
        return NONE
    if scale.scale == "log" and value > LARGEST:
        return f">{LARGEST:.0f}"
    if scale.scale == "log" and value < SMALLEST:
        return f"<{SMALLEST:g}"
    if not isfinite(value):
        return NONE
    if abs(value) < TINY:
        return "0" if abs(value) < NOTHING else significant(value, 2)
    return at_bound(scale.measure, value)


def effects(scale: EffectScale, limits: Sequence[float | None] | None) -> str:
    """Print an interval of effects; one limit or both may not exist."""
    if limits is None or all(each is None for each in limits):
        return NONE
    return " to ".join(effect(scale, each) for each in limits)


def with_limits(
    scale: EffectScale, value: float | None, limits: Sequence[float | None] | None
) -> str:
    """Print an effect with its interval."""
    told = effects(scale, limits)
    return effect(scale, value) if told == NONE else f"{effect(scale, value)} ({told})"


def futility_of(look: HypothesisLook) -> float | None:
    """Give the futility bound of this look; None where all below the efficacy bound is futile."""
    return None if look.futility == look.bound else look.futility


def z_of(value: float | None, look: HypothesisLook | None = None) -> str:
    """Print a z, with as many places as tell it from its bounds."""
    if value is None or not isfinite(value):
        return NONE
    if abs(value) < TINY:
        return "0" if abs(value) < NOTHING else significant(value, 2)
    return decimal(value, FINEST if look is None else max(FINEST, places(look)))


def p_of(value: float | None) -> str:
    """Print a one-sided p-value or an error spent."""
    return NONE if value is None or not isfinite(value) else nominal_p(value)


def share(value: float | None, digits: int = 1) -> str:
    """Print a chance in percent.

    >>> share(0.5172), share(0.00001), share(None)
    ('51.7%', '<0.1%', '–')
    """
    if value is None or not isfinite(value):
        return NONE
    least = 0.5 * 10.0 ** -(digits + 2)
    if 0.0 < value < least:
        return f"<{10.0**-digits:.{digits}f}%"
    if 1.0 - least < value < 1.0:
        return f">{100 - 10.0**-digits:.{digits}f}%"
    return f"{decimal(100.0 * value, digits)}%"


def belief_name(belief: str) -> str:
    """Name a belief by its id.

    >>> belief_name("flat"), belief_name("sceptical")
    ('Flat', 'Sceptical')
    """
    return {"flat": "Flat", "design": "The design's prior"}.get(belief, sentence(belief))


def counted_in(look: HypothesisLook) -> str:
    """Say what the information of a hypothesis counts."""
    return "information" if look.seen.counted == "variance" else look.seen.counted


def count_of(look: HypothesisLook, information: float) -> str:
    """Print an amount of information as it is counted."""
    if look.seen.counted == "variance":
        return significant(information, 4)
    return whole_or_not(information)


def information_of(look: HypothesisLook) -> str:
    """Print the information there is, of that which is planned."""
    unit = "" if look.seen.counted == "variance" else f" {counted_in(look)}"
    seen, planned = count_of(look, look.seen.information), count_of(look, look.planned)
    return f"{seen} of {planned}{unit} ({fraction(look.fraction)})"


def assumed_effect(scale: EffectScale, chances: ConditionalChances) -> str:
    """Print the effect of an assumption: as it was written, or as estimated."""
    if chances.effect is not None and chances.assumed in {"design", "null", "given"}:
        return as_given(round(chances.effect, 10))
    return effect(scale, chances.effect)
