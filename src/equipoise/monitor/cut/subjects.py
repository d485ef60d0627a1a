"""Who had been randomized and treated on a date."""

from collections.abc import Mapping

import numpy as np

from equipoise.analyze.snapshot import Categories, Subjects
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector
from equipoise.monitor.cut.calendar import UNKNOWN, CutCalendar
from equipoise.protocol.trial import Protocol


def cut_subjects(subjects: Subjects, protocol: Protocol, calendar: CutCalendar) -> Subjects:
    """Give the patients randomized by the cut, as treated by then.

    Whose treatment began later has not been treated; whose treatment went on has no last day yet.

    Witness: patient by patient in plain Python (tests/twice/test_monitored_cut.py).
    """
    kept = calendar.kept
    begun, ended, untreated = _treatment(subjects, calendar)
    received = subjects.received[kept]
    populations = {name: flags(member[kept]) for name, member in subjects.populations.items()}
    if untreated.any():
        received = np.where(untreated, -1, received)
        treated_only = [each.id for each in protocol.populations if each.arms == "received"]
        for name in treated_only:
            populations[name] = flags(populations[name] & ~untreated)
    return Subjects(
        id=tuple(name for name, here in zip(subjects.id, kept.tolist(), strict=True) if here),
        assigned=codes(subjects.assigned[kept]),
        received=codes(received),
        variables=_variables(subjects.variables, kept),
        populations=populations,
        randomized=codes(calendar.randomized[kept]),
        treated_from=begun,
        treated_until=ended,
    )


def _treatment(
    subjects: Subjects, calendar: CutCalendar
) -> tuple[Codes | None, Codes | None, Flags]:
    """Give first and last days of treatment by the cut, and who has not been treated yet."""
    kept = calendar.kept
    untreated = np.zeros(int(kept.sum()), dtype=np.bool_)
    begun = ended = None
    if subjects.treated_from is not None:
        day = subjects.treated_from[kept]
        untreated = day > calendar.cut
        begun = codes(np.where(untreated, UNKNOWN, day))
    if subjects.treated_until is not None:
        day = subjects.treated_until[kept]
        ended = codes(np.where(untreated | (day > calendar.cut), UNKNOWN, day))
    return begun, ended, flags(untreated)


def _variables(
    variables: Mapping[str, Vector | Categories], kept: Flags
) -> dict[str, Vector | Categories]:
    return {
        name: Categories(each.levels, codes(each.codes[kept]))
        if isinstance(each, Categories)
        else vector(each[kept])
        for name, each in variables.items()
    }
