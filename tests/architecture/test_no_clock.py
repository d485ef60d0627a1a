"""Speed is measured in `benchmarks/`: a test that reads a clock fails on a busy machine."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
CLOCK = re.compile(r"\b(perf_counter|process_time|monotonic)(_ns)?\(|\btime\.time\(")


def test_no_test_reads_a_clock():
    found = [
        path.relative_to(TESTS).as_posix()
        for path in TESTS.rglob("*.py")
        if path != Path(__file__) and CLOCK.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
