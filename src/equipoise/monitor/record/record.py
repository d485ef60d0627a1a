"""What was done at each look, kept so that nobody can change it unseen.

A record opens with the trial, its promise, a salt and what the unmasking key hashes to; then
come looks, looks repeated on corrected data, amendments of the protocol, and what the committee
decided beside the rules.  Entries are values; `record_lines` chains them by their hashes, `io`
keeps them in a file.  Patients are told apart by salted fingerprints only, and no entry says who
was in which arm; but statistics stand in it: a record is as closed as the closed report.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED
from equipoise.monitor.look.look import PastLook

VERSION = 1  # of the form of the record
LookKind: TypeAlias = Literal["look", "corrected", "after stopping"]
DecisionWord: TypeAlias = Literal["continue", "efficacy", "futility", "harm", "not tested"]
WORD_OF: dict[int, DecisionWord] = {
    CONTINUE: "continue",
    EFFICACY: "efficacy",
    FUTILITY: "futility",
    HARM: "harm",
    NOT_TESTED: "not tested",
}
CODE_OF: dict[DecisionWord, int] = {word: code for code, word in WORD_OF.items()}


@dataclass(frozen=True, slots=True)
class KnownEvents:
    """Whose outcome of an endpoint was known at a cut, by fingerprints."""

    endpoint: str
    known: Mapping[str, str]  # fingerprint of the patient → of the outcome and its time


@dataclass(frozen=True, slots=True)
class KnownData:
    """Which patients and outcomes a look knew of, by fingerprints; no arms."""

    randomized: tuple[str, ...]  # sorted
    outcomes: tuple[KnownEvents, ...]  # in the order of the protocol's endpoints
    # fingerprint of the patient → of arm, strata and date, told by who holds the key alone
    assigned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedHypothesis:
    """One hypothesis as a look left it; see `HypothesisLook` for the meaning of each."""

    hypothesis: str
    z: float | None
    information: float  # as the rules count it
    score_information: float | None
    estimate: float | None  # on its own scale, e.g. a hazard ratio
    standard_error: float | None  # on the scale named next
    scale: str | None
    planned: float
    fraction: float
    bound: float | None
    futility: float | None
    harm: float | None
    futility_from: float | None
    alpha_spent: float | None
    beta_spent: float | None
    level: float
    decision: DecisionWord
    sentence: str
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedLook:
    """A look as it was held; of a look that was corrected, each version is an entry."""

    kind: LookKind
    look: int  # from 1
    as_of: str  # ISO date of the data cut
    held: str  # ISO timestamp, UTC
    reason: str  # why it was repeated, or why patients are missing; empty: no need
    hypotheses: tuple[RecordedHypothesis, ...]
    stop: bool  # whether the rules end the trial here
    final: bool
    sentence: str
    spending_time: float | None
    remarks: tuple[str, ...]
    promise: str  # SHA-256 of what the protocol promises
    data_map: str  # SHA-256 of where it finds its data
    data: Mapping[str, str]  # file → SHA-256
    known: KnownData
    software: str  # version
    unplanned: bool = False  # an extra look: it stands for none of those planned


@dataclass(frozen=True, slots=True)
class Opening:
    """The first entry."""

    trial: str  # id
    opened: str  # ISO timestamp, UTC
    promise: Mapping[str, object]  # what the protocol promises and decisions rest on
    digest: str  # its SHA-256
    salt: str  # of the fingerprints, hexadecimal
    key: str  # SHA-256 of the unmasking key
    software: str
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Amendment:
    """The protocol was changed on purpose after a look."""

    made: str  # ISO timestamp, UTC
    reason: str
    changes: tuple[str, ...]  # what was and what is
    before: str  # SHA-256 of the promise
    after: str
    promise: Mapping[str, object]  # as it is from here on


@dataclass(frozen=True, slots=True)
class CommitteeDecision:
    """The trial is stopped without a boundary crossed, or goes on in spite of one."""

    made: str  # ISO timestamp, UTC
    decision: Literal["stop", "continue"]
    reason: str


Entry: TypeAlias = Opening | RecordedLook | Amendment | CommitteeDecision


@dataclass(frozen=True, slots=True)
class Record:
    """A monitoring record, read and verified, or about to be opened."""

    opening: Opening
    entries: tuple[RecordedLook | Amendment | CommitteeDecision, ...]  # after the opening
    head: str  # SHA-256 of the last line: for the minutes of the meeting

    @property
    def looks(self) -> tuple[RecordedLook, ...]:
        """The looks held, each in its latest version, in order; none after stopping."""
        latest = {each.look: each for each in self._held if each.kind != "after stopping"}
        return tuple(latest[number] for number in sorted(latest))

    @property
    def last(self) -> RecordedLook | None:
        """The last look in its latest version; None before the first."""
        return self.looks[-1] if self.looks else None

    @property
    def after_stopping(self) -> tuple[RecordedLook, ...]:
        """The analyses after the trial was stopped, in order."""
        return tuple(each for each in self._held if each.kind == "after stopping")

    @property
    def promise(self) -> Mapping[str, object]:
        """What the protocol promises as last amended."""
        amended = [each for each in self.entries if isinstance(each, Amendment)]
        return amended[-1].promise if amended else self.opening.promise

    @property
    def digest(self) -> str:
        """The SHA-256 of the promise as last amended."""
        amended = [each for each in self.entries if isinstance(each, Amendment)]
        return amended[-1].after if amended else self.opening.digest

    @property
    def stopped(self) -> str:
        """Why the trial is stopped, as a clause; empty: it goes on.

        What the committee stopped only the committee can continue, not a corrected look.
        """
        by_rule = by_committee = ""
        for each in self.entries:
            if isinstance(each, CommitteeDecision):
                stop = each.decision == "stop"
                by_committee = f"the committee stopped it ({each.reason})" if stop else ""
                by_rule = by_rule if stop else ""
            elif isinstance(each, RecordedLook) and each.kind != "after stopping":
                by_rule = f"the rules ended it at look {each.look}" if each.stop else ""
        return by_committee or by_rule

    @property
    def _held(self) -> tuple[RecordedLook, ...]:
        return tuple(each for each in self.entries if isinstance(each, RecordedLook))


def past_looks(
    record: Record | None, hypothesis: str, *, before: int | None = None
) -> tuple[PastLook, ...]:
    """Give what the record says of a hypothesis, look by look, each in its latest version.

    Args:
        record: None: no look was held yet.
        hypothesis: its id.
        before: a look that is being repeated; only those before it count.

    Witness: what `recorded_look` was given.
    """
    if record is None:
        return ()
    return tuple(
        PastLook(
            look=look.look,
            as_of=look.as_of,
            z=each.z,
            information=each.information,
            score_information=each.score_information,
            bound=each.bound,
            futility=each.futility,
            harm=each.harm,
            alpha_spent=each.alpha_spent,
            beta_spent=each.beta_spent,
            decision=CODE_OF[each.decision],
            spending_time=look.spending_time,
            unplanned=look.unplanned,
        )
        for look in record.looks
        if before is None or look.look < before
        for each in look.hypotheses
        if each.hypothesis == hypothesis
    )
