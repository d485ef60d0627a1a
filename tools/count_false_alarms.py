"""Write docs/appraise-errors.md: false alarms in honest trials, planted errors found.

    python tools/count_false_alarms.py [--trials 10000] [--seed 2026] [--matching 5000]

Every trial is made, analyzed and printed as a paper would, then appraised: honest, and with each
error planted.  Trials are numbered and take their own streams: the counts do not depend on workers.
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from rich.progress import Progress

from equipoise.appraise.honest.counted import Counted, count_alarms
from equipoise.kernel.one_proportion import proportion_limits

PAGE = Path(__file__).parents[1] / "docs" / "appraise-errors.md"
CHUNK = 25


def counted(trials: int, seed: int, matching: int, workers: int) -> Counted:
    """Count alarms in all trials, chunk by chunk."""
    total = Counted()
    starts = range(0, trials, CHUNK)
    with ProcessPoolExecutor(workers) as pool, Progress() as progress:
        task = progress.add_task("trials", total=trials)
        running = [
            pool.submit(count_alarms, at, min(at + CHUNK, trials), seed=seed, matching=matching)
            for at in starts
        ]
        for done in as_completed(running):
            part = done.result()
            total.add(part)
            progress.advance(task, part.trials)
    return total


def share(count: int, of: int) -> str:
    """Write a percentage with its 95% limits (Clopper and Pearson)."""
    if not of:
        return "-"
    low, high = proportion_limits(count, of, 0.95, "clopper-pearson")
    return f"{100 * count / of:.2f}% ({100 * low:.2f} to {100 * high:.2f})"


def page(total: Counted, asked: argparse.Namespace) -> Iterator[str]:
    """Write the page, line by line."""
    yield "# How often the appraisal errs"
    yield ""
    yield (
        f"{total.trials:,} honest trials were simulated, analyzed by Equipoise, printed with "
        "ordinary rounding and appraised; then one error was planted in each, and it was appraised "
        "again."
    )
    yield ""
    yield "```"
    yield (
        f"python tools/count_false_alarms.py --trials {asked.trials} --seed {asked.seed} "
        f"--matching {asked.matching}"
    )
    yield "```"
    yield ""
    yield from WORLDS.strip().splitlines()
    yield ""
    yield "## False alarms"
    yield ""
    yield "| Honest trials with at least one finding | Share (95% limits) | Nominal |"
    yield "|---|---|---|"
    yield f"| impossible | {share(total.impossible, total.trials)} | at most 0.1% |"
    yield f"| unlikely | {share(total.unlikely, total.trials)} | 5% |"
    yield ""
    yield "| Check | Findings | Impossible | Unlikely |"
    yield "|---|---|---|---|"
    for relation, findings in sorted(total.checked.items()):
        cells = [
            share(total.alarms[relation, grade], findings) for grade in ("impossible", "unlikely")
        ]
        yield f"| {relation} | {findings:,} | {cells[0]} | {cells[1]} |"
    yield ""
    yield "Checks that speak only where something is wrong are not listed where none did."
    yield ""
    yield "## Sidedness"
    yield ""
    yield (
        f"Of {total.sided:,} P values with something to tell their sidedness by, one reading was "
        f"left in {share(total.told, total.sided)}; the true one was ruled out in "
        f"{share(total.missed, total.sided)}."
    )
    yield ""
    yield "## Planted errors"
    yield ""
    yield (
        "Found: an alarm, impossible or unlikely, that the honest report did not raise. Not every "
        "error can be found: a ratio of .98 inverted is 1.02."
    )
    yield ""
    yield "| Error | Planted | Found (95% limits) |"
    yield "|---|---|---|"
    for name, planted in sorted(total.spoiled.items()):
        yield f"| {name} | {planted:,} | {share(total.found[name], planted)} |"
    yield ""


WORLDS = """
## The trials

25 to 300 patients in the control arm, as many or twice as many in the other; Weibull hazards, with
cured patients in 3 of 10; the effect proportional (60%), late, early, or crossing; two strata that
matter or do not; up to 12% lost by the time at which rates are given, in 3 of 10 differently in the
arms; two endpoints, of which one contains the other; a response, missing in 7% of patients in 3 of
10 trials. What is printed is drawn by trial: percentages with 0 or 1 decimals; rates with standard
error, with an interval of one of five kinds, or bare; ratio with interval from Cox's model in 60%,
with strata in a quarter; P of the log-rank test one-sided in a quarter, its sidedness stated in
half; events by arm, in all, or not; medians, numbers at risk; a median follow-up of one of three
kinds; P of proportions by one of three tests.

“Unlikely” has a nominal rate of 5% for a P that is held against simulated matching trials; the
other checks raise it more rarely. To save time it is held against 1,500 first, and against all
where its chance is below 15%; of planted errors only the dropped zero is. The first table counts
trials, with two such P values in most.
"""


def main() -> None:
    """Count, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--matching", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    total = counted(asked.trials, asked.seed, asked.matching, asked.workers)
    PAGE.write_text("\n".join(page(total, asked)), encoding="utf-8")


if __name__ == "__main__":
    main()
