"""What a look knew, as fingerprints: enough to tell later what came late and what was changed.

    patient   BLAKE2b(id; salt), 64 bits
    outcome   BLAKE2b(id, outcome, happening, time to nine digits; salt), 48 bits

Of a time-to-event endpoint only those count who had an event (or a competing one); of answers
and measurements, those there are.  Adverse events are not kept: their coding goes on for months.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping

from equipoise.analyze.snapshot import Answers, Categories, Followup, Measurements, Snapshot
from equipoise.monitor.record.record import KnownData, KnownEvents

PATIENT_BYTES, OUTCOME_BYTES = 8, 6
DIGITS = 9  # of a time or value that count as a change


def fingerprint(salt: str, *words: str, size: int = PATIENT_BYTES) -> str:
    """Give a keyed hash of words, in hexadecimal.

    Args:
        salt: hexadecimal, of the record.
        words: in order; each stands apart from the next.
        size: in bytes.

    Witness: laws: other words or another salt give another.
    """
    text = "\x00".join(words).encode()
    return hashlib.blake2b(text, key=bytes.fromhex(salt), digest_size=size).hexdigest()


def known_data(snapshot: Snapshot, salt: str, secret: str = "") -> KnownData:
    """Fingerprint the patients, known outcomes and, with the key's secret, arms of a snapshot.

    Without the secret arms play no part.

    Witness: laws: permuting arms changes nothing; any event added, moved or dropped shows.
    """
    names = snapshot.subjects.id
    patient = [fingerprint(salt, name) for name in names]
    outcomes: list[KnownEvents] = []
    for endpoint in snapshot.protocol.endpoints:
        found = list(_outcomes(snapshot, endpoint.id))
        known = {
            patient[subject]: fingerprint(salt, names[subject], *words, size=OUTCOME_BYTES)
            for subject, words in found
        }
        if known:
            outcomes.append(KnownEvents(endpoint.id, known))
    assigned = assignments(snapshot, secret) if secret else {}
    return KnownData(tuple(sorted(patient)), tuple(outcomes), assigned)


def assignments(snapshot: Snapshot, secret: str) -> dict[str, str]:
    """Fingerprint each patient's arms, strata and date of randomization by the key's secret.

    Witness: law: what is changed of one patient changes that patient's alone.
    """
    subjects, protocol = snapshot.subjects, snapshot.protocol
    arms = [arm.id for arm in protocol.arms]
    days = subjects.randomized
    strata = [subjects.variables.get(name) for name in protocol.strata]
    found: dict[str, str] = {}
    for n, name in enumerate(subjects.id):
        levels = [
            "" if each.codes[n] < 0 else each.levels[each.codes[n]]
            for each in strata
            if isinstance(each, Categories)
        ]
        day = "" if days is None else str(int(days[n]))
        words = (name, arms[subjects.assigned[n]], day, *levels)
        found[fingerprint(secret, name)] = fingerprint(secret, *words, size=OUTCOME_BYTES)
    return dict(sorted(found.items()))


def reassigned(known: Mapping[str, str], snapshot: Snapshot, secret: str) -> tuple[str, ...]:
    """Name the patients whose arms, strata or date of randomization are not as they were.

    Args:
        known: as `assignments` gave them at an earlier look; empty: nothing to compare.
        snapshot: as it is now.
        secret: of the key.

    Witness: law: the patients that were changed, and no others.
    """
    now = assignments(snapshot, secret) if known else {}
    changed = {each for each, was in known.items() if now.get(each, was) != was}
    return tuple(name for name in snapshot.subjects.id if fingerprint(secret, name) in changed)


def _outcomes(snapshot: Snapshot, endpoint: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give each patient whose outcome is known, and the outcome in words."""
    if endpoint in snapshot.followups:
        yield from _events(snapshot.followups[endpoint])
    elif endpoint in snapshot.answers:
        yield from _answers(snapshot.answers[endpoint])
    elif endpoint in snapshot.measurements:
        yield from _values(snapshot.measurements[endpoint])


def _events(followup: Followup) -> Iterator[tuple[int, tuple[str, ...]]]:
    happening = followup.happening
    for row in (followup.outcome > 0).nonzero()[0].tolist():
        named = happening is not None and happening.codes[row] >= 0
        name = happening.levels[happening.codes[row]] if happening is not None and named else ""
        time = f"{followup.time[row]:.{DIGITS}g}"
        yield int(followup.subject[row]), (str(followup.outcome[row]), name, time)


def _answers(answers: Answers) -> Iterator[tuple[int, tuple[str, ...]]]:
    for subject, value in enumerate(answers.value.tolist()):
        if value >= 0:
            yield subject, (str(value),)


def _values(measurements: Measurements) -> Iterator[tuple[int, tuple[str, ...]]]:
    for subject, value in enumerate(measurements.value.tolist()):
        if not math.isnan(value):
            yield subject, (f"{value:.{DIGITS}g}",)
