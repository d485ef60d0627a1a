"""The rules by which a protocol may draw boundaries, by name, and what each must be told.

The names of spending functions are those of `design.sequential.spending_names`, which knows
what they compute; here stands what a file may say, so that it can be read without computing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleWords:
    """The parameters a rule must have, and those it may have."""

    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()  # parameters that may stand in place of the needed ones

    @property
    def known(self) -> tuple[str, ...]:
        """Every parameter the rule understands."""
        return (*self.needed, *self.optional, *self.instead)


_TWO_PARAMETER = RuleWords(("a", "b"), instead=("through",))
SPENDING = {
    "lan-demets o'brien-fleming": RuleWords((), ("rho",)),
    "lan-demets pocock": RuleWords(),
    "hwang-shih-decani": RuleWords(("gamma",)),
    "power": RuleWords(("exponent",)),
    "exponential": RuleWords(("nu",)),
    "xi-gallo": RuleWords(("method", "gamma")),
    "logistic": _TWO_PARAMETER,
    "normal": _TWO_PARAMETER,
    "cauchy": _TWO_PARAMETER,
    "extreme-value": _TWO_PARAMETER,
    "extreme-value 2": _TWO_PARAMETER,
    "beta": _TWO_PARAMETER,
    "t": RuleWords(("a", "b"), ("degrees_of_freedom",), ("through",)),
    "table": RuleWords(("shares",)),
    "piecewise linear": RuleWords(("fractions", "shares")),
    "step": RuleWords(("fractions", "shares")),
}
CONFINING = ("truncated", "trimmed", "gapped")  # any spending function, to a range
BOUNDARIES = {
    "o'brien-fleming": RuleWords(),
    "pocock": RuleWords(),
    "wang-tsiatis": RuleWords(("delta",)),
    "optimal wang-tsiatis": RuleWords((), ("under",)),
    "haybittle-peto": RuleWords((), ("z",)),
    "pampallona-tsiatis": RuleWords(("delta_efficacy", "delta_futility"), ("binding",)),
    "final look only": RuleWords(),
}
FIXED = "z as given"  # bounds on the z scale
FUTILITY = {  # besides spending; the key that tells which: what goes with it
    "z": RuleWords(),
    "effect": RuleWords(),
    "conditional_power": RuleWords((), ("given",)),
    "predictive_power": RuleWords((), ("prior_mean", "prior_standard_deviation")),
}


def words_of(rule: str) -> RuleWords:
    """Give the parameters of a spending function or boundary."""
    if rule in SPENDING:
        own = SPENDING[rule]
        return RuleWords(own.needed, (*own.optional, *CONFINING), own.instead)
    return BOUNDARIES[rule]
