"""What every section of a design's report needs to know: the design, its clock, its names."""

from dataclasses import dataclass

from equipoise.design.plan import LookPlan, Plan
from equipoise.design.planned.stopping import efficacy_rule
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.design.wording.rules import efficacy_words, words_of_test
from equipoise.report.design.printing import as_given, at_bound, fraction, text
from equipoise.report.format import Clock, sentence
from equipoise.report.plain_text import slug

CAVEAT = "† Assumed or unverified in part: see the warning in section 1."


@dataclass(frozen=True, slots=True)
class DesignContext:
    """A design, seen by someone who prints."""

    design: TrialDesign

    @property
    def clock(self) -> Clock:
        """Times in the unit of display."""
        return Clock(self.design.protocol.trial)

    def effect(self, hypothesis: HypothesisDesign, plan: Plan) -> str:
        """Print the planned effect: as written, or as found where it was not written."""
        found = plan.solved_for == "effect" or not (hypothesis.effect and hypothesis.effect.value)
        value = plan.effect.value
        return at_bound(plan.effect.name, value) if found else as_given(value)

    @property
    def standing(self) -> tuple[str, ...]:
        """The protocol's own notes, told in full beside the design's first numbers."""
        return tuple(text(note) for note in self.design.notes)

    @property
    def caveat(self) -> tuple[str, ...]:
        """A short mark of these notes, for the numbers that come later."""
        return (CAVEAT,) if self.design.notes else ()

    def marked(self, title: str) -> str:
        """Mark a title whose numbers the notes concern."""
        return f"{title} †" if self.design.notes else title

    def estimand(self, hypothesis: HypothesisDesign) -> str:
        """The label of a hypothesis's estimand."""
        protocol = self.design.protocol
        return protocol.estimand(protocol.hypothesis(hypothesis.hypothesis).estimand).label

    def endpoint(self, hypothesis: HypothesisDesign) -> str:
        """The label of a hypothesis's endpoint."""
        return self.design.protocol.endpoint(hypothesis.endpoint).label

    def comparison(self, hypothesis: HypothesisDesign) -> str:
        """The label of a hypothesis's comparison."""
        return self.design.protocol.comparison(hypothesis.comparison).label

    def arm(self, identifier: str) -> str:
        """The label of an arm."""
        return self.design.protocol.arm(identifier).label

    def test(self, hypothesis: HypothesisDesign) -> str:
        """Name a hypothesis's test, with its strata."""
        protocol = self.design.protocol
        words = words_of_test(protocol, protocol.hypothesis(hypothesis.hypothesis))
        return sentence(words.removeprefix("a ").removeprefix("an "))


def counted(plan: Plan) -> str:
    """Say what the looks of a plan count."""
    return "patients" if plan.looks[-1].events is None else "events"


def count_at(look: LookPlan) -> float:
    """Give the events at a look, or the patients where there are none to count."""
    return look.patients if look.events is None else look.events


def sided(plan: Plan) -> str:
    """Say how many sides a plan tests."""
    return "one-sided" if plan.sequential.sides == 1 else "two-sided"


def asked_otherwise(context: DesignContext, plan: Plan) -> str | None:
    """Tell the information at which looks were asked for, where the test has other."""
    promise = context.design.protocol.design
    if promise is None or promise.looks.calendar:
        return None
    asked = [fraction(each) for each in promise.looks.information]
    found = [fraction(each.information_fraction) for each in plan.looks]
    return ", ".join(asked) if len(asked) == len(found) and asked != found else None


def drawn_by(context: DesignContext, plan: Plan) -> str:
    """Say by which rule efficacy bounds are drawn; Dunnett's for all arms together."""
    promise, shared = context.design.protocol.design, context.design.multiplicity
    rule = plan.sequential.asked.stopping.efficacy
    if promise is None or shared is None or shared.procedure != "dunnett":
        return text(efficacy_words(rule))
    family = efficacy_rule(promise.efficacy, len(promise.looks.information), promise.alpha)
    return f"{text(efficacy_words(family))}, for all arms together"


def anchor(hypothesis: HypothesisDesign, what: str) -> str:
    """Make an id that no other hypothesis has."""
    return f"{slug(hypothesis.hypothesis)}-{what}"


def ratio_scale(plan: Plan) -> bool:
    """Say whether the effect belongs on a logarithmic axis."""
    return plan.effect.scale == "log"
