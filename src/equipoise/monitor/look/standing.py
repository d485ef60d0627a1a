"""Where trials stand between looks: all that later looks need to know, and nothing else."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.monitor.bounds.bounds import Reader, reader_of
from equipoise.monitor.bounds.levels import Levels, levels_of
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, NOT_TESTED, StoppingRules


@dataclass(frozen=True, slots=True)
class LookRead:
    """What one look decided, in every trial that was still running."""

    information: Matrix  # (trials, hypotheses); nan where not tested
    time: Vector | None  # (trials,) fractions, where error is spent by the calendar
    decision: NDArray[np.int8]  # (trials, hypotheses) codes of `rules`
    bound: Matrix  # (trials, hypotheses) efficacy on z at or above; nan where not tested
    lower: Matrix  # (trials, hypotheses) futility at or below; -inf where none
    harm: Matrix | None  # (trials, hypotheses) harm at or below; None: nowhere
    futility_from: Matrix | None  # (trials, hypotheses) futility at or above, too; None: -inf


@dataclass(frozen=True, slots=True)
class Standing:
    """Where each trial stands after the looks it has had."""

    rules: StoppingRules
    levels: Levels
    readers: tuple[Reader, ...]  # (hypotheses,)
    looks: int  # in all
    had: tuple[LookRead, ...]  # what each look so far decided
    outcome: NDArray[np.int8]  # (trials, hypotheses) code that decided it; CONTINUE while open
    level: Matrix  # (trials, hypotheses) of alpha; of a rejected one, that at which it was
    stopped: Codes  # (trials,) look from 0 at which the trial ended; -1 while it runs

    @property
    def rejected(self) -> Flags:
        """(trials, hypotheses) what has been rejected in favor of the experimental arm."""
        return np.asarray(self.outcome == EFFICACY, dtype=np.bool_)

    @property
    def running(self) -> Flags:
        """(trials,) which trials go on."""
        return np.asarray(self.stopped < 0, dtype=np.bool_)

    def latest(self, hypothesis: int) -> Vector:
        """(trials,) information at the latest look that tested a hypothesis; nan: none has."""
        found = np.full(self.stopped.size, np.nan)
        for look in self.had:
            found = np.where(
                np.isnan(look.information[:, hypothesis]), found, look.information[:, hypothesis]
            )
        return found


def opened(rules: StoppingRules, trials: int, looks: int) -> Standing:
    """Give the standing of trials before their first look.

    Args:
        rules: how they are decided.
        trials: how many, decided alike.
        looks: at most so many.

    Raises:
        DesignError: The rules contradict each other, or do not fit the looks.

    >>> from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules
    >>> rules = StoppingRules((HypothesisRules("OS", FixedBounds((2.96, 1.97))),))
    >>> opened(rules, trials=3, looks=2).running.tolist()
    [True, True, True]
    """
    if looks < 1 or trials < 0:
        raise DesignError(
            f"{trials} trials of {looks} looks cannot be decided; give at least one look."
        )
    levels = levels_of(rules)
    unknown = set(rules.primary) - set(levels.names)
    if unknown or (rules.stop == "primary decided" and not rules.primary):
        named = ", ".join(sorted(unknown)) or "none"
        raise DesignError(
            f"The primary hypotheses that end the trial: {named}; "
            f"name some of {', '.join(levels.names)}."
        )
    size = len(levels.names)
    everyone = np.ones((trials, size), dtype=np.bool_)
    return Standing(
        rules=rules,
        levels=levels,
        readers=tuple(reader_of(each, looks) for each in rules.hypotheses),
        looks=looks,
        had=(),
        outcome=np.zeros((trials, size), dtype=np.int8),
        level=levels.given(everyone),
        stopped=np.full(trials, -1, dtype=np.int64),
    )


def withdrawn(standing: Standing, which: Flags) -> Standing:
    """Take hypotheses out of trials for good, as when an arm is dropped: none waits for them.

    Their alpha stays where it is.

    Args:
        standing: of the trials so far.
        which: (trials, hypotheses) those that are open and taken out.
    """
    open_now = which & (standing.outcome == CONTINUE) & standing.running[:, None]
    outcome = np.where(open_now, np.int8(NOT_TESTED), standing.outcome)
    return replace(standing, outcome=outcome)
