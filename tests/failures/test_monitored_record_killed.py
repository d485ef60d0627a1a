"""Killed at any moment, the record is the old one or the new one, and the next run goes on.

Forty writers, one after the other, each append entry after entry until kill -9 strikes; writing is
slowed down, so that many are struck in the middle of a line, before the flush, before the rename.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from equipoise.io.monitoring_record import append, read_record
from equipoise.monitor.record.record import CommitteeDecision, KnownData, Opening, RecordedLook

KILLS = 40
LONG = ("fedcba9876543210",) * 500  # fingerprints, so that a line takes a while
OPENING = Opening("T", "now", {}, "ab" * 32, "00" * 16, "cd" * 32, "0.1")


def look(number):
    data = KnownData(LONG, ())
    return RecordedLook(
        kind="look", look=number, as_of=f"look {number}", held="now", reason="", hypotheses=(),
        stop=False, final=False, sentence="", spending_time=None, remarks=(), promise="",
        data_map="", data={}, known=data, software="0.1",
    )  # fmt: skip


def slowly(file, data, write=os.write):
    """Write a little at a time, as a slow disk does."""
    time.sleep(0.0002)
    return write(file, bytes(data[:2048]))


def writer(path):
    """Append looks until killed; four at most, so that the record stays short."""
    os.write = slowly
    record = read_record(path)
    for number in range(len(record.entries) + 1, len(record.entries) + 5):
        record = append(path, look(number), expected_head=record.head)
    time.sleep(60)


def kill_many(path):
    """Run the writers, and say what was found after each kill."""
    append(path, OPENING, expected_head=None)
    rng = random.Random(5)  # noqa: S311 - moments
    before, struck, grown = 0, 0, 0
    for _ in range(KILLS):
        child = os.fork()
        if not child:
            try:
                writer(path)
            finally:
                os._exit(1)
        time.sleep(rng.uniform(0.0, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = read_record(path)  # verifies every line
        numbers = [each.look for each in found.entries]
        assert numbers == list(range(1, len(numbers) + 1))
        assert all(each == look(each.look) for each in found.entries)
        assert len(numbers) >= before
        grown += len(numbers) > before
        before = len(numbers)
        struck += path.with_name(f".{path.name}.new").exists()
    last = append(path, CommitteeDecision("now", "stop", "x"), expected_head=found.head)
    assert read_record(path) == last
    return {"looks": before, "struck in writing": struck, "grown": grown}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_random(tmp_path):
    command = [sys.executable, __file__, str(tmp_path / "record.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["struck in writing"] >= 2  # else the test has not tested much
    assert found["grown"] >= 2
    assert found["looks"] <= 4 * KILLS


if __name__ == "__main__":
    sys.stdout.write(json.dumps(kill_many(Path(sys.argv[1]))))
