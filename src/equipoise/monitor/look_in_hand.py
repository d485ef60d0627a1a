"""One look while it is read: bounds drawn anew as alpha moves, until nothing more is rejected."""

import numpy as np
from numpy.typing import NDArray

from equipoise.design.sequential.asked import CLOSEST
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.monitor.bounds import LOWER, UPPER, Path
from equipoise.monitor.rules import CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED, FixedBounds
from equipoise.monitor.standing import Standing


class LookInHand:
    """The look of many trials, its bounds and claims as they stand so far."""

    def __init__(
        self,
        standing: Standing,
        look: int,
        z: Matrix,
        information: Matrix,
        last: Flags,
        time: Vector | None,
        pending: Flags,
    ) -> None:
        self.standing, self.look, self.z, self.time = standing, look, z, time
        self.information, self.last, self.pending = information, last, pending
        self.level = standing.level.copy()
        self.claimed = np.zeros_like(pending)
        self.bounds = [np.full(z.shape, absent) for absent in (np.nan, *(-np.inf,) * 3)]
        self.bounds[UPPER][pending] = np.inf  # without a level nothing is enough

    def claim(self) -> None:
        """Reject what crosses, one hypothesis after the other in each trial."""
        trials, size = self.z.shape
        everyone = np.arange(trials)
        for j in range(size):
            self._draw(j, everyone)
        crossing = self._crossing()
        if self.standing.levels.shares is None:
            self.claimed = crossing
            return
        while crossing.any():
            rows = np.flatnonzero(crossing.any(axis=1))
            self.claimed[rows, np.argmax(crossing[rows], axis=1)] = True
            out = self.standing.rejected[rows] | self.claimed[rows]
            before = self.level[rows]
            after = np.where(out, before, self.standing.levels.given(~out))
            self.level[rows] = after
            for j in range(size):
                self._draw(j, rows[(after != before)[:, j]])
            crossing = self._crossing()

    def _crossing(self) -> Flags:
        with np.errstate(invalid="ignore"):
            above = self.z >= self.bounds[UPPER]
        return np.asarray(above & self.pending & ~self.claimed & (self.level > 0.0))

    def decision(self) -> NDArray[np.int8]:
        """Give (trials, hypotheses) what the look decides."""
        z, (_, lower, harm, futility_from) = self.z, self.bounds
        obeyed = [reader.rules.futility_obeyed for reader in self.standing.readers]
        with np.errstate(invalid="ignore"):
            futile = self.last | ((z <= lower) & (z >= futility_from) & np.array(obeyed))
            found = np.where(futile, np.int8(FUTILITY), np.int8(CONTINUE))
            found = np.where(z <= harm, np.int8(HARM), found)
        found = np.where(self.claimed, np.int8(EFFICACY), found)
        return np.where(self.pending & (self.level > 0.0), found, np.int8(NOT_TESTED))

    def _draw(self, j: int, rows: Codes) -> None:
        """Draw the bounds of a hypothesis at its level, where it is still to be decided."""
        waiting = self.pending[rows, j] & ~self.claimed[rows, j] & (self.level[rows, j] > 0.0)
        reader = self.standing.readers[j]
        if isinstance(reader.rules.bounds, FixedBounds):
            ending = self.last[rows, j]
            for side, bounds in enumerate(self.bounds[: LOWER + 1]):
                at_end, here = reader.fixed(side, self.look)
                given = at_end if at_end == here else np.where(ending, at_end, here)
                bounds[rows, j] = np.where(waiting, given, bounds[rows, j])
            return
        rows = rows[waiting]
        if rows.size:
            drawn = reader.at(self.level[rows, j], self._path(j, rows))
            for side, bounds in enumerate(self.bounds):
                bounds[rows, j] = drawn[:, side]

    def _path(self, j: int, rows: Codes) -> Path:
        """Give what the trials have seen of a hypothesis, without looks that add nothing."""
        had = self.standing.had
        now = self.information[rows, j]
        seen = np.column_stack([*(look.information[rows, j] for look in had), now])
        with np.errstate(invalid="ignore"):
            seen[:, :-1][seen[:, :-1] >= now[:, None] * (1.0 - CLOSEST)] = np.nan
        if self.time is None:
            return Path(seen, None, self.last[rows, j])
        unknown = np.full(rows.size, np.nan)
        past = [unknown if look.time is None else look.time[rows] for look in had]
        return Path(seen, np.column_stack([*past, self.time[rows]]), self.last[rows, j])
