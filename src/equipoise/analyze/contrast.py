"""Two arms side by side: the rows that every comparison of an estimand starts from.

The experimental arm is coded 1, control 0.  Patients without a stratum leave a stratified
analysis, as in R's `strata()`.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
from equipoise.analyze.selection import Selection, stratified_by, stratum_codes
from equipoise.analyze.snapshot import Followup, Snapshot
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import AnalysisPlan, Comparison


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two arms of an estimand and the follow-up that compares them."""

    snapshot: Snapshot
    estimand: Estimand
    endpoint: TimeToEvent
    followup: Followup
    selection: Selection
    comparison: Comparison

    @property
    def plan(self) -> AnalysisPlan:
        """The protocol's choices."""
        return self.snapshot.protocol.analysis

    @property
    def strata(self) -> tuple[str, ...]:
        """Ids of the variables the comparison is stratified by."""
        return stratified_by(self.snapshot.protocol, self.estimand, self.comparison)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a contrast as the methods take them; `side` is 0 control, 1 experimental."""

    time: Vector
    event: Flags
    outcome: Codes  # 0 censored, 1 the event, 2, 3, ... competing events
    side: Codes
    entry: Vector | None
    stratum: Codes | None
    subject: Codes
    without_stratum: int = 0  # patients who left for want of one

    @property
    def covariates(self) -> Matrix:
        """The treatment indicator as a Cox model's only column."""
        return self.side.astype(np.float64)[:, None]

    def curve(self, side: int) -> SurvivalCurve:
        """Kaplan-Meier of one side."""
        mine = self.side == side
        entry = None if self.entry is None else self.entry[mine]
        return kaplan_meier(self.time[mine], self.event[mine], entry=entry)


def rows_of(contrast: Contrast, strata: tuple[str, ...], only: Flags | None = None) -> Rows:
    """Pick the rows of both arms; rows without a stratum leave a stratified analysis."""
    followup = contrast.followup
    side = contrast.selection.sides(contrast.comparison)[followup.subject]
    keep = side >= 0
    if only is not None:
        keep &= only[followup.subject]
    stratum, without = None, 0
    if strata:
        protocol, subjects = contrast.snapshot.protocol, contrast.snapshot.subjects
        stratum = stratum_codes(subjects, strata, protocol).codes[followup.subject]
        without = int(np.unique(followup.subject[keep & (stratum < 0)]).size)
        keep &= stratum >= 0
        stratum = stratum[keep]
    return Rows(
        time=followup.time[keep],
        event=followup.outcome[keep] == 1,
        outcome=followup.outcome[keep],
        side=side[keep],
        entry=None if followup.entry is None else followup.entry[keep],
        stratum=stratum,
        subject=followup.subject[keep],
        without_stratum=without,
    )
