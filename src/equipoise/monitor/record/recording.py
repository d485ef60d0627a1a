"""From a look that was held to the entry that the record keeps of it."""

import math
from dataclasses import dataclass

from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.cut.known_data import known_data
from equipoise.monitor.look.look import HypothesisLook, Look
from equipoise.monitor.masking import UnmaskingKey, commitment
from equipoise.monitor.record.promise_kept import data_map_digest, deciding_parts, promise_digest
from equipoise.monitor.record.record import (
    WORD_OF,
    LookKind,
    Opening,
    RecordedHypothesis,
    RecordedLook,
)
from equipoise.protocol.trial import Protocol


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When and by what a look was held; the edge knows."""

    held: str  # ISO timestamp, UTC
    software: str  # version
    kind: LookKind = "look"
    reason: str = ""


def opening_of(
    protocol: Protocol, key: UnmaskingKey, *, salt: str, opened: str, software: str
) -> Opening:
    """Give the entry that opens a trial's record.

    Args:
        protocol: whose promise it keeps.
        key: of the masked arms; only its SHA-256 is kept.
        salt: hexadecimal, random; at most 64 bytes.
        opened: ISO timestamp, UTC.
        software: version.
    """
    return Opening(
        trial=protocol.trial.id,
        opened=opened,
        promise=deciding_parts(protocol),
        digest=promise_digest(protocol),
        salt=salt,
        key=commitment(key),
        software=software,
    )


def recorded_look(
    look: Look, cut: DataCut, salt: str, when: Circumstances, secret: str = ""
) -> RecordedLook:
    """Give the entry of a look.

    Args:
        look: as held.
        cut: its data.
        salt: of the record's opening.
        when: and by what.
        secret: of the key, hexadecimal; empty: arms are not fingerprinted.

    Witness: `past_looks` gives the same numbers back, bit for bit.
    """
    snapshot = cut.snapshot
    return RecordedLook(
        kind=when.kind,
        look=look.number,
        as_of=look.as_of,
        held=when.held,
        reason=when.reason,
        hypotheses=tuple(_recorded(each) for each in look.hypotheses),
        stop=look.stop,
        final=look.final,
        sentence=look.sentence,
        spending_time=look.spending_time,
        remarks=look.remarks,
        promise=promise_digest(snapshot.protocol),
        data_map=data_map_digest(snapshot.protocol),
        data={source.name: source.sha256 for source in snapshot.sources},
        known=known_data(snapshot, salt, secret),
        software=when.software,
        unplanned=look.unplanned,
    )


def _recorded(look: HypothesisLook) -> RecordedHypothesis:
    seen, effect = look.seen, look.seen.effect
    return RecordedHypothesis(
        hypothesis=look.hypothesis,
        z=_finite(seen.z),
        information=float(seen.information),
        score_information=_finite(seen.score_information),
        estimate=None if effect is None else _finite(effect.value),
        standard_error=None if effect is None else _finite(effect.standard_error),
        scale=None if effect is None else effect.scale,
        planned=float(look.planned),
        fraction=float(look.fraction),
        bound=_finite(look.bound),
        futility=_finite(look.futility),
        harm=_finite(look.harm),
        futility_from=_finite(look.futility_from),
        alpha_spent=_finite(look.alpha_spent),
        beta_spent=_finite(look.beta_spent),
        level=float(look.level),
        decision=WORD_OF[look.decision],
        sentence=look.sentence,
        assumed=look.assumed,
    )


def _finite(value: object) -> float | None:
    """Give a number, or None where there is none: an absent estimate, a bound at infinity."""
    if isinstance(value, float | int) and math.isfinite(value):
        return float(value)
    return None
