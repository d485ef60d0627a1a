"""Who was randomized: each baseline variable, by arm and in all.

Summaries only, without tests: under randomization any difference is chance (ICH E9, CONSORT).
"""

import numpy as np

from equipoise.analyze.means import summarize
from equipoise.analyze.results import BaselineRow, CategoricalSummary, ContinuousSummary
from equipoise.analyze.selection import Selection
from equipoise.analyze.snapshot import Categories, Subjects
from equipoise.errors import DataError
from equipoise.kernel.arrays import Flags, Vector
from equipoise.protocol.trial import Variable

EVERYONE = ""  # the key of the column that holds all arms together


def baseline_table(
    variables: tuple[Variable, ...], subjects: Subjects, selection: Selection
) -> tuple[BaselineRow, ...]:
    """Summarize each variable by arm of the selection, and over all its arms.

    Raises:
        DataError: a variable was not read.
    """
    columns = {arm.id: selection.members(arm.id) for arm in selection.arms}
    columns[EVERYONE] = selection.mask
    return tuple(_row(variable, subjects, columns) for variable in variables)


def _row(variable: Variable, subjects: Subjects, columns: dict[str, Flags]) -> BaselineRow:
    values = subjects.variables.get(variable.id)
    if values is None:
        known = ", ".join(subjects.variables) or "none"
        raise DataError(
            f"Baseline variable {variable.id!r} was not read; known are {known}. Give its column "
            "under data.variables, or take it out of analysis.baseline."
        )
    return BaselineRow(variable, {arm: _summary(values, mask) for arm, mask in columns.items()})


def _summary(values: Vector | Categories, mask: Flags) -> ContinuousSummary | CategoricalSummary:
    if not isinstance(values, Categories):
        return summarize(values[mask])
    known = values.codes[mask]
    known = known[known >= 0]
    counts = np.bincount(known, minlength=len(values.levels))
    return CategoricalSummary(
        patients=int(known.size),
        missing=int(mask.sum()) - int(known.size),
        counts=dict(zip(values.levels, counts.tolist(), strict=True)),
    )
