"""Rebuild known patients from their own curves, and write docs/reconstruction.md.

    python tools/try_reconstruction.py --trials 60 --seed 20261124

Curves are printed as papers print them: a point a step, survival to 3 decimals and times to 0.1
month, with numbers at risk at about 8 times; the colon trial, and simulated trials of many patterns
of censoring.  Rebuilt by `equipoise.appraise.curves` and by the plain published algorithm.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from equipoise.analyze.cox import cox
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import Curve, at_risk_table
from equipoise.appraise.curves.draws import hazard_ratio_spread, reconstructions
from equipoise.appraise.curves.reconstruct import reconstruct
from equipoise.kernel.arrays import Flags, Vector

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reconstruction.md"
COLON = ROOT / "examples" / "colon" / "data"
sys.path.insert(0, str(ROOT / "tests"))
from plain_guyot import plain_guyot  # noqa: E402 - the second program lives with the tests

GIVEN = ("at risk and events", "at risk", "events", "neither")
COLUMNS = 8  # of the table of numbers at risk
DAYS = 365.25 / 12
RATIO_WITHIN, LANDMARK_WITHIN = 2.0, 0.5  # percent, points
DRAWS, SPREADS = 20, 2  # reconstructions of a trial; of every so many trials
Arm = tuple[Vector, Flags]
Trial = tuple[Arm, Arm]  # control, experimental


@dataclass(frozen=True)
class Setting:
    """A kind of trial, and how its curves are printed."""

    name: str
    make: Callable[[np.random.Generator], Trial]
    noise: float = 0.0  # standard deviation of a hand's reading
    decimals: int = 3
    redrawn: bool = True  # whether its patients are also rebuilt many times over


@dataclass(frozen=True)
class Outcome:
    """How far one rebuilt trial lies from the true one."""

    ratio: float  # of hazard ratios, relative
    landmark: float  # largest difference of survival at three times
    events: int
    seconds: float  # an arm


def simulated(
    patients: int,
    *,
    ratio: float = 0.7,
    median: float = 18.0,
    entry: float = 30.0,
    follow: float = 12.0,
    dropout: float = 0.0,
    cured: float = 0.0,
    delay: float = 0.0,
) -> Callable[[np.random.Generator], Trial]:
    """Give trials of so many patients an arm, entering evenly, cut off `follow` after the last."""

    def arm(generator: np.random.Generator, hazard_ratio: float) -> Arm:
        hazard = np.log(2.0) / median
        wait = generator.exponential(1.0 / hazard, patients)
        if delay:
            wait = np.where(wait > delay, delay + (wait - delay) / hazard_ratio, wait)
        else:
            wait = wait / hazard_ratio
        wait = np.where(generator.random(patients) < cured, np.inf, wait)
        ends = follow + generator.uniform(0.0, entry, patients)
        if dropout:
            ends = np.minimum(ends, generator.exponential(1.0 / dropout, patients))
        return np.minimum(wait, ends), wait <= ends

    return lambda generator: (arm(generator, 1.0), arm(generator, ratio))


def colon(outcome: int) -> Callable[[np.random.Generator], Trial]:
    """Give the colon trial, resampled: observation against levamisole and fluorouracil."""
    rows = pl.read_csv(next(COLON.glob("*.csv"))).filter(pl.col("etype") == outcome)
    arms = {
        label: (rows["time"].to_numpy()[chosen] / DAYS, rows["status"].to_numpy()[chosen] == 1)
        for label in ("Obs", "Lev+5FU")
        for chosen in [(rows["rx"] == label).to_numpy()]
    }

    def drawn(generator: np.random.Generator, label: str) -> Arm:
        time, event = arms[label]
        pick = generator.integers(0, time.size, time.size)
        return time[pick], event[pick]

    return lambda generator: (drawn(generator, "Obs"), drawn(generator, "Lev+5FU"))


SETTINGS = (
    Setting("colon, recurrence (resampled)", colon(1)),
    Setting("colon, death (resampled)", colon(2)),
    Setting("300 an arm, cut off after entry over 30 months", simulated(300)),
    Setting("300 an arm, also dropout of 2% a month", simulated(300, dropout=0.02)),
    Setting("300 an arm, mature: hardly anyone censored", simulated(300, median=9.0, follow=40.0)),
    Setting("300 an arm, immature: most censored", simulated(300, median=60.0, follow=6.0)),
    Setting("300 an arm, 40% cured", simulated(300, cured=0.4, follow=24.0)),
    Setting("300 an arm, effect after 6 months", simulated(300, delay=6.0, ratio=0.6)),
    Setting("60 an arm", simulated(60)),
    Setting("1000 an arm", simulated(1000), redrawn=False),
    Setting("2500 an arm", simulated(2500), redrawn=False),
    Setting("300 an arm, survival to 2 decimals", simulated(300), decimals=2),
    Setting("300 an arm, read by hand (± 0.004)", simulated(300), noise=0.002),
)


def printed(arm: Arm, setting: Setting, generator: np.random.Generator) -> tuple[Vector, Vector]:
    """Print a curve: a point a step, and one at its end."""
    curve = kaplan_meier(*arm)
    keep = curve.events > 0
    keep[-1] = True
    value = curve.survival[keep]
    if setting.noise:
        value = value + generator.normal(0.0, setting.noise, value.size)
    return np.round(curve.time[keep], 1), np.clip(np.round(value, setting.decimals), 0.0, 1.0)


def table(arm: Arm) -> tuple[Vector, Vector]:
    """Print numbers at risk at even round times."""
    step = np.ceil(float(arm[0].max()) / COLUMNS)
    times = np.arange(0.0, float(arm[0].max()), step)
    return times, np.array([(arm[0] >= at).sum() for at in times])


def ours(curve: Curve, arm: Arm, given: str) -> Arm:
    """Rebuild by the product."""
    at_risk = at_risk_table(*table(arm)) if "at risk" in given else None
    events = int(arm[1].sum()) if "events" in given else None
    made = reconstruct(curve, at_risk=at_risk, events=events, patients=arm[0].size)
    return made.time, made.event


def plain(curve: Curve, arm: Arm, given: str) -> Arm:
    """Rebuild by the published algorithm."""
    at_risk = table(arm) if "at risk" in given else None
    events = int(arm[1].sum()) if "events" in given else None
    made = plain_guyot(curve.time, curve.value, at_risk, events, arm[0].size)
    return made.time, made.event.astype(bool)


METHODS = {"ours": ours, "plain Guyot": plain}


def log_ratio(control: Arm, experimental: Arm) -> float:
    """Give the log hazard ratio of Cox's model."""
    arm = np.repeat([0.0, 1.0], [control[0].size, experimental[0].size])
    both = [np.concatenate(pair) for pair in zip(control, experimental, strict=True)]
    return float(cox(both[0], both[1], arm[:, None]).coefficients[0])


def tried(setting: Setting, generator: np.random.Generator) -> dict[tuple[str, str], Outcome]:
    """Print one trial, rebuild it in every way, and compare."""
    trial = setting.make(generator)
    curves = [cleaned_curve(*printed(arm, setting, generator)) for arm in trial]
    truth = log_ratio(*trial)
    until = min(float(arm[0].max()) for arm in trial)
    marks = np.round(until * np.array([0.25, 0.5, 0.75]), 1) + 0.05  # between printed times
    known = [kaplan_meier(*arm).at(marks) for arm in trial]
    outcomes = {}
    for given in GIVEN:
        for method, rebuild in METHODS.items():
            began = time.perf_counter()
            made = [rebuild(curve, arm, given) for curve, arm in zip(curves, trial, strict=True)]
            seconds = (time.perf_counter() - began) / 2
            off = [kaplan_meier(*arm).at(marks) for arm in made]
            outcomes[given, method] = Outcome(
                ratio=abs(float(np.expm1(log_ratio(made[0], made[1]) - truth))),
                landmark=max(float(np.abs(a - b).max()) for a, b in zip(off, known, strict=True)),
                events=sum(
                    abs(int(m[1].sum()) - int(a[1].sum())) for m, a in zip(made, trial, strict=True)
                ),
                seconds=seconds,
            )
    return outcomes


@dataclass(frozen=True)
class Held:
    """Whether many reconstructions of one trial hold its true hazard ratio."""

    inside: bool  # within two standard deviations of the best
    spread: float  # of the log hazard ratio


def held(setting: Setting, generator: np.random.Generator, given: str, draws: int) -> Held:
    """Rebuild one trial many times."""
    trial = setting.make(generator)
    arms = [
        reconstructions(
            cleaned_curve(*printed(arm, setting, generator)),
            at_risk=at_risk_table(*table(arm)) if "at risk" in given else None,
            events=int(arm[1].sum()) if "events" in given else None,
            patients=arm[0].size,
            draws=draws,
            seed=int(generator.integers(2**31)),
        )
        for arm in trial
    ]
    spread = hazard_ratio_spread(arms[0], arms[1])
    off = abs(np.log(spread.ratio) - log_ratio(*trial))
    return Held(bool(off <= 2.0 * spread.reading_error), spread.reading_error)


def tried_often(task: tuple[int, int, int]) -> list[str]:
    """Give the rows of one setting, for the first table and then the second."""
    index, trials, seed = task
    setting = SETTINGS[index]
    generator = np.random.default_rng([seed, index])
    tried(setting, generator)  # compile
    outcomes = [tried(setting, generator) for _ in range(trials)]
    rows = [row(setting, given, method, outcomes) for given in GIVEN for method in METHODS]
    inside, spreads = [], []
    for given in GIVEN if setting.redrawn else ():
        each = [held(setting, generator, given, DRAWS) for _ in range(max(2, trials // SPREADS))]
        inside.append(f"{100 * np.mean([one.inside for one in each]):.0f}%")
        spreads.append(f"{100 * np.median([one.spread for one in each]):.2f}%")
    pairs = " | ".join(f"{a}, {b}" for a, b in zip(spreads, inside, strict=True))
    return [*rows, f"| {setting.name} | {pairs} |\n" if pairs else ""]


def row(
    setting: Setting, given: str, method: str, outcomes: list[dict[tuple[str, str], Outcome]]
) -> str:
    """Write one row of the first table."""
    each = [outcome[given, method] for outcome in outcomes]
    ratio = 100 * np.array([one.ratio for one in each])
    landmark = 100 * np.array([one.landmark for one in each])
    cells = (
        setting.name,
        given,
        method,
        f"{np.median(ratio):.2f}%",
        f"{np.quantile(ratio, 0.95):.2f}%",
        f"{100 * (ratio < RATIO_WITHIN).mean():.0f}%",
        f"{np.quantile(landmark, 0.95):.2f}",
        f"{100 * (landmark < LANDMARK_WITHIN).mean():.0f}%",
        f"{np.mean([one.events for one in each]):.1f}",
        f"{1000 * np.median([one.seconds for one in each]):.1f}",
    )
    return "| " + " | ".join(cells) + " |"


def page(trials: int, seed: int, rows: list[list[str]]) -> Iterator[str]:
    """Write the page."""
    yield "# Curves back to patients: how near they come\n\n"
    how = f"--trials {trials} --seed {seed} --workers 2"
    yield (
        f"Written by `python tools/try_reconstruction.py {how}`: {trials} trials a setting. The "
        "constants of the method were set on other seeds (20260401 and small numbers); the trials "
        "of this page played no part in that.\n\n"
    )
    yield (
        "Known patients are printed as papers print them (a point a step of the Kaplan-Meier "
        "curve, survival to 3 decimals and times to 0.1 month unless said otherwise, numbers at "
        "risk at about 8 times) and rebuilt from that. The hazard ratio of the rebuilt arms "
        "(Cox) is set against that of the true patients, and survival at a quarter, half and "
        "three quarters of follow-up, read between two printed times (at a printed time itself, "
        'rounding of times alone moves an event across). "Plain Guyot" is the published '
        "algorithm (Guyot et al. 2012, as IPDfromKM has it), written a second time in "
        "`tests/plain_guyot.py`; where neither numbers at risk nor events are given it takes "
        'everybody as followed to the end. "Ours" reads off the size of the steps how many are '
        "followed.\n\n"
    )
    yield (
        "| trial | printed with the curve | method | error of HR, median | 95th percentile | "
        "within 2% | landmark, 95th percentile (points) | within 0.5 | events off, mean | ms an "
        "arm |\n|---|---|---|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    for setting in rows:
        yield "\n".join(setting[:-1]) + "\n"
    yield (
        "\n## How sure\n\n"
        f"How far {DRAWS} reconstructions that fit lie from the best one, as the standard "
        "deviation of the log hazard ratio (median over trials), and how often the true patients' "
        f"lies within two of these of the best one ({max(2, trials // SPREADS)} trials each).\n\n"
        "| trial | " + " | ".join(GIVEN) + " |\n|---|--:|--:|--:|--:|\n"
    )
    for setting in rows:
        yield setting[-1]
    yield (
        "\n## What is not there\n\n"
        "Printed to 2 decimals or read by hand, survival at a landmark comes back no nearer than "
        "it was printed (± 0.5 points) or read: there the bar of 0.5 points is mostly not met in "
        "95%, with numbers at risk or without. Plain Guyot with neither numbers at risk nor events "
        "keeps nearer to a curve of 2 decimals, for it takes everybody as followed to the end and "
        "so has the finest steps to follow it with; its hazard ratios suffer for that. Of 60 "
        "patients an arm one event more or less moves the hazard ratio by some 2%. Where "
        "neither numbers at risk nor events are printed and a patient's step is finer than the "
        "last decimal (2500 patients an arm with 3 decimals, 300 with 2), single steps cannot be "
        "seen; how unevenly they add up still tells how many are followed, but roughly: events "
        "are off by hundreds of 2500, or 20 of 300. A total of events is met by the share "
        "followed, not at the cost of the curve; where it is not met `fit_of` says so. The "
        "algorithm compared with is ours after the paper, not IPDfromKM's own code. Milliseconds "
        "were taken with two settings at a time on a busy machine; alone, an arm of 300 takes 5 "
        "to 25.\n"
    )


def main() -> None:
    """Try all settings and write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--trials", type=int, default=60)
    asked.add_argument("--seed", type=int, default=20261124)
    asked.add_argument("--workers", type=int, default=1)
    given = asked.parse_args()
    tasks = [(index, given.trials, given.seed) for index in range(len(SETTINGS))]
    context = get_context("spawn")
    with ProcessPoolExecutor(given.workers, mp_context=context) as pool:
        rows = list(pool.map(tried_often, tasks))
    PAGE.write_text("".join(page(given.trials, given.seed, rows)), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
