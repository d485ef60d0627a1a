"""What the rest of a trial may bring, as values: claims, looks, dates, what stopping saves."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, Matrix
from equipoise.simulate.characteristics.monte_carlo import Probability, Spread


@dataclass(frozen=True, slots=True)
class LookToCome:
    """One hypothesis at one later look.

    Crossings are first crossings, of all replicates.  Information, z, effect and time are as
    they would be were the trial not stopped before.
    """

    look: int  # from 1
    tested: Probability  # the trial comes here with the hypothesis undecided and alpha for it
    efficacy: Probability  # its efficacy bound is crossed here
    futility: Probability  # given up here; at the last look: ends without a claim
    harm: Probability
    time: Spread | None  # calendar, since the first randomization; None: never held
    dates: tuple[date, ...]  # of the quantiles of `time`
    information: Spread | None  # as the rules count it
    z: Spread | None  # positive: the experimental arm better; None: no statistic
    effect: Spread | None  # log hazard ratio (Cox's model) or difference; None: not estimated


@dataclass(frozen=True, slots=True)
class HypothesisRest:
    """What the rest of the trial may bring one hypothesis."""

    hypothesis: str
    label: str
    endpoint: str
    claimed: bool  # already, by this look
    given_up: bool  # already, by this look, and futility is obeyed
    power: Probability  # that the whole trial claims it, by the rules of all hypotheses simulated
    alone: Probability | None  # at its present level, by itself; None: it has no alpha by now
    looks: tuple[LookToCome, ...]


@dataclass(frozen=True, slots=True)
class StoppingNow:
    """What stopping now costs, and what it saves, against going on by the rules."""

    claim: Probability  # of the leading hypothesis, which is given up by stopping
    patients: Spread  # still to be randomized, which are saved
    events: Spread  # of the leading hypothesis's endpoint, still to come
    time: Spread | None  # until the trial ends; None: no later look is ever held
    ends: tuple[Probability, ...]  # at each look to come; adds up to 1


@dataclass(frozen=True, slots=True)
class Replicates:
    """Every look to come of every replicate, were no trial stopped; and what the rules decide."""

    time: Matrix  # (replicates, looks) calendar; infinite: never held
    reached: Flags  # (replicates, looks) whether the look came due before the trial's time was up
    patients: NDArray[np.int32]  # (replicates, looks) randomized by then
    events: NDArray[np.int32]  # (replicates, looks) of the leading endpoint, in all arms
    z: NDArray[np.float64]  # (replicates, looks, hypotheses) of `RestOfTrial.hypotheses`
    information: NDArray[np.float64]  # likewise
    effect: NDArray[np.float64]  # likewise; nan where not estimated
    decision: NDArray[np.int8]  # likewise, codes of `monitor.bounds.rules`
    bound: NDArray[np.float64]  # likewise, efficacy on z; nan where not tested
    stopped: Codes  # (replicates,) which of these looks, from 0, ends the trial


@dataclass(frozen=True, slots=True)
class RestOfTrial:
    """The rest of a trial, simulated from the patients at hand."""

    leading: str  # hypothesis
    look: int  # number of the look at hand
    replicates: int
    seed: int
    futility_obeyed: bool
    hypotheses: tuple[HypothesisRest, ...]  # simulated, the leading one first
    stopping_now: StoppingNow
    left_out: tuple[tuple[str, str], ...]  # (hypothesis, why), as clauses
    every: Replicates
    assumed: tuple[str, ...]

    def of(self, hypothesis: str) -> HypothesisRest:
        """Find a hypothesis that was simulated."""
        return next(each for each in self.hypotheses if each.hypothesis == hypothesis)
