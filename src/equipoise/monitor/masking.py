"""Arms as letters: who may know which is which, and what proves that the letters are the same.

A key draws a letter for each arm once, at the first look.  The record keeps only the key's
SHA-256, a commitment: a secret in the key keeps anybody from trying the few ways there are.
Letters hide names, not numbers: arms of unequal size, or harms that only one treatment has, can
give an arm away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from equipoise.errors import DataError
from equipoise.monitor.plain_values import canonical, plain, sha256_of
from equipoise.monitor.record.record import Record
from equipoise.protocol.trial import Arm, Protocol

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class UnmaskingKey:
    """Which letter stands for which arm."""

    trial: str  # id
    secret: str  # hexadecimal, random
    arm_of: Mapping[str, str]  # letter → arm id


@dataclass(frozen=True, slots=True)
class Masking:
    """How arms are called in a report."""

    letter_of: Mapping[str, str]  # arm id → letter
    unmasked: bool = False

    def label(self, arm: Arm) -> str:
        """Give what an arm is called: its letter, or its own label."""
        return arm.label if self.unmasked else f"Arm {self.letter_of[arm.id]}"

    def key(self, arm: Arm) -> str:
        """Give what an arm is called in file names and data: its letter, or its id."""
        return arm.id if self.unmasked else self.letter_of[arm.id]

    def in_order(self, arms: Sequence[Arm]) -> tuple[Arm, ...]:
        """Put arms in an order that tells nothing: by letter; unmasked, as they were."""
        if self.unmasked:
            return tuple(arms)
        return tuple(sorted(arms, key=lambda arm: self.letter_of[arm.id]))


def commitment(key: UnmaskingKey) -> str:
    """Give the SHA-256 of a key, which the record keeps.

    Witness: laws: another letter, secret or trial gives another.
    """
    return sha256_of(canonical(plain(key)))


def masking_of(key: UnmaskingKey, protocol: Protocol, *, unmasked: bool = False) -> Masking:
    """Give the names of a protocol's arms by a key.

    Raises:
        DataError: the key is of another trial, or of other arms.
    """
    if key.trial != protocol.trial.id:
        raise DataError(
            f"The unmasking key is of trial {key.trial!r}, the protocol of "
            f"{protocol.trial.id!r}; give the key that was made at this trial's first look."
        )
    arms = {arm.id for arm in protocol.arms}
    if set(key.arm_of.values()) != arms or len(key.arm_of) != len(arms):
        raise DataError(
            f"The unmasking key has letters for {', '.join(sorted(key.arm_of.values()))}; the "
            f"protocol's arms are {', '.join(sorted(arms))}. Give the key that was made for these."
        )
    return Masking({arm: letter for letter, arm in key.arm_of.items()}, unmasked)


def check_key(key: UnmaskingKey, record: Record) -> None:
    """Refuse a key that is not the one the record was opened with.

    Raises:
        DataError: it is another, or was changed.
    """
    found = commitment(key)
    if found != record.opening.key:
        raise DataError(
            f"This is not the unmasking key of the record: its SHA-256 is {found[:12]}…, the "
            f"record was opened with {record.opening.key[:12]}…. Give the key file that was "
            "written at the first look, unchanged; letters drawn anew would exchange arms "
            "between reports."
        )
