"""One look while it is read: bounds drawn anew as alpha moves, until nothing more is rejected."""

import numpy as np
from numpy.typing import NDArray

from equipoise.design.sequential.asked import CLOSEST
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.monitor.bounds.bounds import FUTILITY_FROM, HARM_BELOW, LOWER, UPPER, Path
from equipoise.monitor.bounds.rules import (
    CONTINUE,
    EFFICACY,
    FUTILITY,
    HARM,
    NOT_TESTED,
    FixedBounds,
)
from equipoise.monitor.look.standing import Standing


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
        self.upper = np.where(pending, np.inf, np.nan)  # without a level nothing is enough
        self.lower = np.full(z.shape, -np.inf)
        self.harm: Matrix | None = None  # below which there is harm; None: nowhere
        self.futility_from: Matrix | None = None  # futility at or above, too; None: -inf

    def claim(self) -> None:
        """Reject what crosses, one hypothesis after the other in each trial."""
        for j in range(self.z.shape[1]):
            self._draw(j, slice(None))
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
            for j in range(self.z.shape[1]):
                self._draw(j, rows[(after != before)[:, j]])
            crossing = self._crossing()

    def _crossing(self) -> Flags:
        with np.errstate(invalid="ignore"):
            above = self.z >= self.upper
        return np.asarray(above & self.pending & ~self.claimed & (self.level > 0.0))

    def decision(self) -> NDArray[np.int8]:
        """Give (trials, hypotheses) what the look decides."""
        obeyed = [reader.rules.futility_obeyed for reader in self.standing.readers]
        with np.errstate(invalid="ignore"):
            futile = self.z <= self.lower
            if self.futility_from is not None:
                futile &= self.z >= self.futility_from
            if not all(obeyed):
                futile &= np.array(obeyed)
            found = np.where(futile | self.last, np.int8(FUTILITY), np.int8(CONTINUE))
            if self.harm is not None:
                np.copyto(found, HARM, where=self.z <= self.harm)
        np.copyto(found, EFFICACY, where=self.claimed)
        np.copyto(found, NOT_TESTED, where=~self.pending | (self.level <= 0.0))
        return found

    def _draw(self, j: int, rows: Codes | slice) -> None:
        """Draw the bounds of a hypothesis at its level, where it is still to be decided."""
        waiting = self.pending[rows, j] & ~self.claimed[rows, j] & (self.level[rows, j] > 0.0)
        reader = self.standing.readers[j]
        if isinstance(reader.rules.bounds, FixedBounds):
            ending = self.last[rows, j]
            for side, bounds in enumerate((self.upper, self.lower)):
                at_end, here = reader.fixed(side, self.look)
                if at_end == here or not ending.any():
                    given = np.asarray(here)
                else:
                    given = np.where(ending, at_end, here)
                bounds[rows, j] = np.where(waiting, given, bounds[rows, j])
            return
        chosen = np.flatnonzero(waiting) if isinstance(rows, slice) else rows[waiting]
        if not chosen.size:
            return
        drawn = reader.at(self.level[chosen, j], self._path(j, chosen))
        self.upper[chosen, j], self.lower[chosen, j] = drawn[:, UPPER], drawn[:, LOWER]
        self.harm = self._beside(self.harm, chosen, j, drawn[:, HARM_BELOW])
        self.futility_from = self._beside(self.futility_from, chosen, j, drawn[:, FUTILITY_FROM])

    def _beside(self, bounds: Matrix | None, rows: Codes, j: int, drawn: Vector) -> Matrix | None:
        """Note bounds that few designs have, where there are any."""
        if bounds is None:
            if np.all(drawn == -np.inf):
                return None
            bounds = np.full(self.z.shape, -np.inf)
        bounds[rows, j] = drawn
        return bounds

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
