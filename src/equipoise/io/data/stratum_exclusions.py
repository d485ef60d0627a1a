"""Patients whom a stratified analysis has to leave out because their stratum is not known.

They count in every other analysis.  As in R's `strata()`, one missing variable is enough.
"""

from collections.abc import Mapping

import numpy as np

from equipoise.analyze.exclusions import STRATIFIED, without_stratum
from equipoise.analyze.snapshot import Exclusion, Subjects
from equipoise.io.data.columns import TableData
from equipoise.io.data.findings import FindingLog
from equipoise.kernel.arrays import Flags
from equipoise.protocol.trial import Protocol


def tell_without_stratum(
    protocol: Protocol,
    subjects: Subjects,
    analyzed: Mapping[str, Flags],
    table: TableData,
    log: FindingLog,
) -> list[Exclusion]:
    """Say who leaves which stratified analysis; `analyzed` tells who has data, by endpoint id."""
    found = without_stratum(protocol, subjects, analyzed)
    for lacking in dict.fromkeys(each.lacking for each in found):
        own = [each for each in found if each.lacking == lacking]
        people: Flags = np.logical_or.reduce([each.out for each in own])
        analyses: dict[int, list[str]] = {}
        for each in own:
            name = each.exclusion.what.removeprefix(STRATIFIED)
            analyses.setdefault(each.exclusion.count, []).append(name)
        leave = "; ".join(f"{leaving(n)} {of(names)}" for n, names in analyses.items())
        message = f"{lacking} is missing: {leave}. They count in every other analysis."
        ids = [subjects.id[place] for place in np.flatnonzero(people)]
        log.add("warning", "missing-stratum", message, table=table.id, rows=table.row[people],
                subjects=ids)  # fmt: skip
    return [each.exclusion for each in found]


def leaving(count: int) -> str:
    """Say how many leave."""
    return "1 patient leaves" if count == 1 else f"{count} patients leave"


def of(names: list[str]) -> str:
    """Name stratified analyses."""
    return f"the stratified analys{'is' if len(names) == 1 else 'es'} of {', '.join(names)}"
