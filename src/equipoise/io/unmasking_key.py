"""The key that says which masked arm is which: a file of its own, for the few who may know.

It is made at the first look and never again; the monitoring record keeps what it hashes to.
"""

import json
import random
import secrets
from pathlib import Path

from equipoise.errors import DataError
from equipoise.io.written_at_once import write_at_once
from equipoise.monitor.masking import LETTERS, UnmaskingKey
from equipoise.protocol.trial import Protocol

SECRET_BYTES = 16


def key_path(protocol_file: Path) -> Path:
    """Name the key's file, beside the protocol; keep it elsewhere where others can read it.

    >>> key_path(Path("trial/protocol.yaml")).name
    'protocol.unmasking-key.json'
    """
    return protocol_file.with_name(f"{protocol_file.stem}.unmasking-key.json")


def draw_key(protocol: Protocol, *, seed: int | None = None) -> UnmaskingKey:
    """Draw a letter for each arm.

    Args:
        protocol: whose arms.
        seed: for examples and tests only: who knows it knows the arms.  None: by chance.

    Raises:
        DataError: there are more arms than letters.
    """
    arms = [arm.id for arm in protocol.arms]
    if len(arms) > len(LETTERS):
        raise DataError(
            f"{len(arms)} arms cannot be masked by {len(LETTERS)} letters; report them unmasked."
        )
    chance = secrets.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - asked for
    chance.shuffle(arms)
    secret = f"{chance.getrandbits(8 * SECRET_BYTES):0{2 * SECRET_BYTES}x}"
    return UnmaskingKey(protocol.trial.id, secret, dict(zip(LETTERS, arms, strict=False)))


def write_key(key: UnmaskingKey, path: Path) -> None:
    """Write a key to a file that only its owner can read.

    Raises:
        DataError: there is a file already, or it cannot be written.
    """
    if path.exists():
        raise DataError(
            f"{path} exists already. A key is made once, at the first look: use this one, or name "
            "another file."
        )
    told = {"trial": key.trial, "secret": key.secret, "arm_of": dict(key.arm_of)}
    try:
        write_at_once(path, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    except OSError as problem:
        raise DataError(
            f"The unmasking key {path} cannot be written ({problem.strerror}); make the folder "
            "writable, or name another file."
        ) from problem


def read_key(path: Path) -> UnmaskingKey:
    """Read a key; `check_key` tells whether it is that of a record.

    Raises:
        DataError: it cannot be read, or is no key.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise DataError(
            f"The unmasking key {path} cannot be read ({problem.strerror}); name the file that "
            "was written at the first look."
        ) from problem
    except ValueError as problem:
        raise DataError(f"{path} is no unmasking key: it is no JSON ({problem}).") from problem
    words = told if isinstance(told, dict) else {}
    trial, secret, arm_of = (words.get(name) for name in ("trial", "secret", "arm_of"))
    named = isinstance(arm_of, dict) and all(isinstance(each, str) for each in arm_of.values())
    if not (isinstance(trial, str) and isinstance(secret, str) and isinstance(arm_of, dict)):
        named = False
    if not named:
        raise DataError(
            f"{path} is no unmasking key: it needs `trial`, `secret` and `arm_of` (letter: arm). "
            "Name the file that was written at the first look."
        )
    return UnmaskingKey(str(trial), str(secret), dict(arm_of or {}))
