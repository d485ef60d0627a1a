"""What every section needs to know of the protocol to print a number: units, sidedness, level."""

from dataclasses import dataclass

from equipoise.analyze.estimates import Absent, Number, TestResult
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Alternative, Arm, Protocol
from equipoise.report.format import Clock, count, level_percent, p_statement, p_value


@dataclass(frozen=True, slots=True)
class Context:
    """The protocol, seen by someone who prints."""

    protocol: Protocol

    @property
    def clock(self) -> Clock:
        """Times in the unit of display."""
        return Clock(self.protocol.trial)

    @property
    def alternative(self) -> Alternative:
        """Sidedness of every p-value that has a direction."""
        return self.protocol.analysis.alternative

    @property
    def confidence(self) -> str:
        """The heading of an interval: ``95% CI``."""
        return f"{level_percent(self.protocol.analysis.level)} CI"

    @property
    def p_heading(self) -> str:
        """The heading of a p-value: ``One-sided P``."""
        return f"{self.alternative.value.capitalize()} P"

    def label(self, arm: str) -> str:
        """The label of an arm."""
        return self.protocol.arm(arm).label

    def arms(self, estimand: Estimand) -> str:
        """The arms an estimand speaks of, as a list in words."""
        *first, last = (self.label(arm) for arm in estimand.treatment)
        return f"{', '.join(first)} and {last}" if first else last

    def p_cell(self, test: TestResult) -> str:
        """Print a p-value of the protocol's sidedness; one without direction is labelled so."""
        p, side = self.p_of(test)
        if side is self.alternative:
            return p_value(p, self.protocol.analysis.alpha)
        return f"{p_value(p)} (two-sided)"

    def p_phrase(self, test: TestResult) -> str:
        """Print a p-value with its sidedness, as part of a sentence."""
        p, side = self.p_of(test)
        return p_statement(p, side, self.protocol.analysis.alpha)

    def p_of(self, test: TestResult) -> tuple[Number, Alternative]:
        """Choose the p-value the protocol asks for, or the two-sided one where only that exists."""
        wanted = test.p(self.alternative)
        if isinstance(wanted, Absent) and not isinstance(test.p_two_sided, Absent):
            return test.p_two_sided, Alternative.TWO_SIDED
        return wanted, self.alternative

    def heading(self, arm: Arm, patients: int) -> str:
        """Head a column with an arm and its number of patients."""
        return f"{arm.label}\n(N = {count(patients)})"
