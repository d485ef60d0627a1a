"""One library doing one job: `worker.py ADAPTER JOB`, spoken to over standard input.

    load PATH   read a trial and build what the library needs, off the clock
    load        the same where the job needs no trial; answers how long that took
    call TIMES  make the timed call TIMES times
    answers     what the last call found
    stop

Each line is answered by one line of JSON.  Nothing but the library is imported before the
first answer, so that its process time is the cost of starting.
"""

import importlib
import json
import os
import sys
import time
import traceback
import warnings
from pathlib import Path


class Worker:
    def __init__(self, adapter: str, job: str) -> None:
        self.task = importlib.import_module(f"adapters.with_{adapter}").TASKS.get(job)
        self.call = None
        self.result = None

    def load(self, path: str = "") -> dict[str, object]:
        wall, processor = time.perf_counter(), time.process_time()
        if path:
            from data import read  # noqa: PLC0415 - after the library's own start has been timed

            self.call = self.task.prepare(read(Path(path)))
        else:
            self.call = self.task.prepare()
        return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}

    def call_times(self, times: str) -> dict[str, object]:
        repeats = range(int(times))
        wall, processor = time.perf_counter(), time.process_time()
        for _ in repeats:
            self.result = self.call()
        processor, wall = time.process_time() - processor, time.perf_counter() - wall
        return {"wall": wall / len(repeats), "cpu": processor / len(repeats), "memory": memory()}

    def answers(self) -> dict[str, object]:
        return self.task.read(self.result)


def memory() -> float:
    """Most memory held so far, MB; unlike getrusage, this does not begin with the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(line for line in status if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def main() -> None:
    speak = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints goes to the error stream
    warnings.simplefilter("ignore")

    def reply(answer: dict[str, object]) -> None:
        print(json.dumps(answer), file=speak, flush=True)

    try:
        worker = Worker(*sys.argv[1:])
    except Exception:  # noqa: BLE001 - any failure of a library is a finding
        reply({"error": traceback.format_exc(limit=-1).splitlines()[-1]})
        return
    reply({"cpu": time.process_time(), "memory": memory(), "has_job": worker.task is not None})
    does = {"load": worker.load, "call": worker.call_times, "answers": worker.answers}
    for line in sys.stdin:
        order, *rest = line.split(maxsplit=1)
        if order == "stop":
            break
        try:
            reply(does[order](*(word.strip() for word in rest)))
        except Exception:  # noqa: BLE001 - as above
            reply({"error": traceback.format_exc(limit=-1).splitlines()[-1]})


if __name__ == "__main__":
    main()
