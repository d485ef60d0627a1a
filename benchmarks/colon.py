"""Time the whole colon analysis: protocol and data to HTML, and the statistics alone.

Run with the environment that has the extra `documents`: `python benchmarks/colon.py`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import facts
import results_page
from conversation import HERE
from equipoise.analyze.trial import analyze_trial
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import read_protocol
from equipoise.verbs import analyze

EXAMPLE = HERE.parent / "examples" / "colon"
PROTOCOL, DATA = EXAMPLE / "protocol.yaml", EXAMPLE / "data"
COLD = "Command line to HTML, nothing compiled yet"
WARM = "Command line to HTML, second and later runs"
REPORT = "In Python: protocol and data to HTML"
STATISTICS = "In Python: the statistics alone"
GOALS = {WARM: 10.0, STATISTICS: 1.0}  # seconds of wall time


def clock() -> tuple[float, float]:
    """Wall time, and processor time of this process and of the children it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time() + children.ru_utime + children.ru_stime


def command_line(out: Path, cache: Path) -> None:
    script = Path(sys.executable).with_name("equipoise")
    order = [str(script), "analyze", str(PROTOCOL)]
    order += ["--data", str(DATA), "--out", str(out), "--format", "html"]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    said = subprocess.run(order, env=environment, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(f"{' '.join(order)}\n{said.stderr}")


def timed(title: str, act, repeats: int) -> dict:  # noqa: ANN001 - any callable
    walls, processors = [], []
    for _ in range(repeats):
        wall, processor = clock()
        act()
        end, used = clock()
        walls.append(end - wall)
        processors.append(used - processor)
    print(f"{title}: {median(walls):.2f} s")
    found = {
        name: {"median": median(values), "least": min(values), "most": max(values)}
        | {"repeats": repeats}
        for name, values in (("wall", walls), ("cpu", processors))
    }
    return {"title": title, "goal": GOALS.get(title)} | found


def measure(repeats: int, folder: Path) -> list[dict]:
    def run() -> None:
        command_line(folder / "report", folder / "cache")

    def report() -> None:
        analyze(PROTOCOL, DATA, out=folder / "python", formats=("html",))

    found = [timed(COLD, run, 1), timed(WARM, run, repeats)]
    report()  # compiles and imports
    found.append(timed(REPORT, report, repeats))
    known = read_snapshot(read_protocol(PROTOCOL), DATA)
    found.append(timed(STATISTICS, lambda: analyze_trial(known, lambda _step: None), repeats))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three repeats, kept apart")
    quick = parser.parse_args().quick
    out = HERE / ("quick" if quick else "results")
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(3 if quick else 7, Path(folder))
    result = {
        "date": facts.today(),
        "commit": facts.commit(),
        "machine": facts.machine(),
        "versions": facts.versions(),
        "measured": measured,
    }
    (out / "colon.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(results_page.write_page(out))


if __name__ == "__main__":
    main()
