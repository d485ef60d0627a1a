"""Try the forecasts on trials whose rest is known, and write docs/forecasts.md.

    python tools/calibrate_forecasts.py --trials 600 --kmdata kmdata_ipd.parquet

Simulated trials of known worlds are cut at a share of their final events, and the date of the last
of them is predicted.  Trials rebuilt from published figures (raredd/kmdata) are cut likewise, and
the number of events by the end of their follow-up is predicted.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from equipoise.design.survival.world import Piecewise
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector
from equipoise.monitor.future.forecast import forecast
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.future.model import AccrualPlan, fitted_future
from equipoise.monitor.future.model_hazards import HazardModel

PAGE = Path(__file__).parents[1] / "docs" / "forecasts.md"
OPENED = date(2020, 1, 1)
LEVEL = 0.9
PATIENTS, FINAL = 400, 200
SHARES = (0.3, 0.5, 0.7)
REPLICATES = 500
MODELS: tuple[HazardModel, ...] = ("exponential", "weibull", "piecewise")
SEED = 20260301
CURED = 0.3
EARLY, EARLY_HAZARD, LATER_HAZARD = 4.0, 0.12, 0.04


@dataclass(frozen=True)
class Trial:
    """A trial as it would be, were it followed forever."""

    entry: Vector
    event: Vector  # since entry; infinite: never
    loss: Vector
    arm: Codes
    lag: Vector  # how long before a cut each was last seen, unless the event was reported


@dataclass(frozen=True)
class World:
    """How trials are made."""

    name: str
    words: str
    make: Callable[[np.random.Generator], Trial]
    by_arm: bool = False


def made(
    generator: np.random.Generator,
    times: Callable[[np.random.Generator, Codes], Vector],
    *,
    ramp: float = 0.0,
    lag: float = 0.0,
) -> Trial:
    """Make a trial of 400 patients, 20 a month once all centers are open, who leave at 0.005."""
    expected = np.cumsum(generator.exponential(size=PATIENTS)) / 20.0
    early = np.sqrt(2.0 * ramp * np.minimum(expected, ramp / 2.0))  # the rate rises to `ramp`
    entry = np.where(expected < ramp / 2.0, early, expected + ramp / 2.0)
    arm = generator.permutation(np.arange(PATIENTS) % 2)
    return Trial(
        entry=entry,
        event=times(generator, arm),
        loss=generator.exponential(200.0, PATIENTS),
        arm=arm,
        lag=generator.uniform(0.0, lag, PATIENTS) if lag else np.zeros(PATIENTS),
    )


def constant(generator: np.random.Generator, arm: Codes) -> Vector:
    """Draw times of median 12 months."""
    return generator.exponential(12.0 / np.log(2.0), arm.size)


def weibull(shape: float) -> Callable[[np.random.Generator, Codes], Vector]:
    """Give times of median 12 months with this shape."""
    return lambda generator, arm: constant(generator, arm) ** (1 / shape) * 12.0 ** (1 - 1 / shape)


def cured(generator: np.random.Generator, arm: Codes) -> Vector:
    """Draw times of which 30% are never."""
    times = generator.exponential(8.0 / np.log(2.0), arm.size)
    return np.where(generator.random(arm.size) < CURED, np.inf, times)


def two_arms(generator: np.random.Generator, arm: Codes) -> Vector:
    """Draw times with hazard ratio 0.6."""
    return constant(generator, arm) / np.where(arm == 1, 0.6, 1.0)


def early_deaths(generator: np.random.Generator, arm: Codes) -> Vector:
    """Draw times of a hazard of 0.12 for four months, then 0.04."""
    wait = generator.exponential(size=arm.size)
    early = wait / EARLY_HAZARD
    later = EARLY + (wait - EARLY * EARLY_HAZARD) / LATER_HAZARD
    return np.where(early < EARLY, early, later)


WORLDS = (
    World("constant", "constant hazard, median 12", lambda g: made(g, constant)),
    World("falling", "Weibull, shape 0.6, median 12", lambda g: made(g, weibull(0.6))),
    World("rising", "Weibull, shape 1.5, median 12", lambda g: made(g, weibull(1.5))),
    World("early", "hazard 0.12 for 4 months, then 0.04", lambda g: made(g, early_deaths)),
    World("cured", "30% cured, the others' median 8", lambda g: made(g, cured)),
    World("blinded", "hazard ratio 0.6, forecast blinded", lambda g: made(g, two_arms)),
    World("unblinded", "the same, forecast by arm", lambda g: made(g, two_arms), by_arm=True),
    World("ramp", "centers open over 10 months", lambda g: made(g, constant, ramp=10.0)),
    World("lag", "last seen up to 6 months before the cut", lambda g: made(g, constant, lag=6.0)),
)


@dataclass(frozen=True)
class Outcome:
    """One trial's forecast against what happened."""

    inside: bool
    width: float  # infinite: the interval has no end
    error: float  # median less truth


def cut_at(trial: Trial, cut: float, *, by_arm: bool = False) -> PatientsAtHand:
    """Give what is known at a cut: follow-up until each was last seen, but no later."""
    kept = trial.entry <= cut
    entry = trial.entry[kept]
    ends = np.minimum(trial.event, trial.loss)[kept]
    seen = np.maximum(cut - entry - trial.lag[kept], 0.0)
    event = (trial.event <= trial.loss)[kept] & (ends <= seen)
    lost = (trial.loss < trial.event)[kept] & (ends <= seen)
    return PatientsAtHand(
        cut=cut,
        entry=vector(entry),
        time=vector(np.minimum(ends, seen)),
        event=flags(event),
        lost=flags(lost),
        group=codes(trial.arm[kept] if by_arm else np.zeros(entry.size)),
        groups=("control", "experimental") if by_arm else ("everyone",),
    )


def event_dates(trial: Trial) -> Vector:
    """Give when events happen, in order."""
    counts = np.isfinite(trial.event) & (trial.event <= trial.loss)
    return np.sort((trial.entry + trial.event)[counts])


def try_date(
    trial: Trial, share: float, model: HazardModel, seed: int, *, by_arm: bool = False
) -> Outcome:
    """Cut a trial at a share of the final events and predict the date of the last of them."""
    dates = event_dates(trial)
    cut = float(dates[round(FINAL * share) - 1])
    at_hand = cut_at(trial, cut, by_arm=by_arm)
    plan = AccrualPlan(PATIENTS - at_hand.entry.size)
    future = fitted_future(at_hand, plan, hazard=model, draws=REPLICATES, seed=seed)
    told = forecast(
        future,
        at_hand,
        [FINAL],
        opened=OPENED,
        time_unit="month",
        replicates=REPLICATES,
        seed=seed,
        level=LEVEL,
        workers=1,
    )
    when = told.targets[0].when
    truth = float(dates[FINAL - 1]) if dates.size >= FINAL else np.inf
    low, middle, high = (
        np.inf if each is None else each for each in (when.lower, when.median, when.upper)
    )
    error = 0.0 if middle == truth else middle - truth
    return Outcome(low <= truth <= high, high - low, error)


def stretch(job: tuple[int, float, HazardModel, int, int]) -> list[Outcome]:
    """Try some trials of one world; a trial is a function of its world and number."""
    number, share, model, first, stop = job
    world, made_here = WORLDS[number], []
    for which in range(first, stop):
        generator = np.random.default_rng([SEED, number, which])
        trial = world.make(generator)
        made_here.append(try_date(trial, share, model, which, by_arm=world.by_arm))
    return made_here


def simulated(trials: int, workers: int) -> Iterator[str]:
    """Give the rows of the table of simulated trials."""
    jobs = [
        (number, share, model, 0, trials)
        for number in range(len(WORLDS))
        for share in SHARES
        for model in MODELS
    ]
    with ProcessPoolExecutor(workers) as pool:
        for job, outcomes in zip(jobs, pool.map(stretch, jobs), strict=True):
            world = WORLDS[job[0]]
            yield f"| {world.name} | {job[1]:.0%} | {job[2]} | {summary(outcomes)} |"


def summary(outcomes: list[Outcome]) -> str:
    """Tell coverage with its Monte Carlo error, the median width, and the bias."""
    inside = float(np.mean([each.inside for each in outcomes]))
    error = np.sqrt(inside * (1 - inside) / len(outcomes))
    width = float(np.median([each.width for each in outcomes]))
    wrong = np.array([each.error for each in outcomes])
    middle = f"{np.median(wrong):+.2f}"
    return f"{inside:.3f} ± {error:.3f} | {width:.2f} | {middle}"


@dataclass(frozen=True)
class Figure:
    """Patients rebuilt from one published figure, both arms together."""

    name: str
    time: Vector
    event: Flags


def figures(path: Path) -> Iterator[Figure]:
    """Read the figures with 100 patients and 60 events or more."""
    rows = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    for (name,), part in sorted(rows.group_by("name"), key=lambda each: str(each[0][0])):
        time = part["time"].to_numpy().astype(np.float64)
        event = part["event"].to_numpy() == 1
        if time.size >= 100 and event.sum() >= 60:  # noqa: PLR2004 - as the docstring says
            order = np.lexsort((event, time))
            yield Figure(str(name), time[order], event[order])


def as_even(figure: Figure, generator: np.random.Generator) -> Trial:
    """Let patients enter evenly over half the longest follow-up; who is censored is lost then."""
    size, longest = figure.time.size, float(figure.time.max())
    entry = generator.permutation((np.arange(size) + 0.5) / size) * longest / 2.0
    return _of_figure(figure, entry, np.where(figure.event, np.inf, figure.time))


def as_censored(figure: Figure, generator: np.random.Generator) -> Trial:
    """Let all censoring be the end of the trial, at the longest follow-up C: entry is C - time.

    Patients with events enter as did the censored, by 1 / (chance to be censored so late), among
    entries early enough for their event.
    """
    longest = float(figure.time.max())
    at_risk = np.arange(figure.time.size, 0, -1.0)
    alive = np.cumprod(1.0 - figure.event / at_risk)
    censored, entry = ~figure.event, longest - figure.time
    for place in np.flatnonzero(figure.event):
        could = censored & (figure.time >= figure.time[place])
        weight = 1.0 / np.maximum(alive[could], 1.0 / figure.time.size)
        chosen = generator.choice(entry[could], p=weight / weight.sum()) if could.any() else 0.0
        entry[place] = min(float(chosen), longest - float(figure.time[place]))
    return _of_figure(figure, entry, np.full(entry.size, np.inf), end=longest)


def _of_figure(figure: Figure, entry: Vector, loss: Vector, end: float = np.inf) -> Trial:
    event = np.where(figure.event, figure.time, np.inf)
    loss = np.minimum(loss, end - entry) if end < np.inf else loss
    first = float(entry.min())
    zero = np.zeros(entry.size)
    return Trial(entry - first, event, loss, zero.astype(np.int64), zero)


def as_it_was(entry: Vector, cut: float) -> AccrualPlan:
    """Plan the enrollment after a cut as it will be: entries are made up, and not on trial."""
    if not entry.size:
        return AccrualPlan(0)
    last = float(entry.max()) * (1 + 1e-9)
    counts, edges = np.histogram(entry, bins=12, range=(cut, last))
    rates = np.maximum(counts, 0.1) / np.diff(edges)
    planned = Piecewise(vector([0.0, *edges[:-1]]), vector([rates[0], *rates]))
    return AccrualPlan(int(entry.size), planned=planned, worth=1e6)


def try_count(
    figure: Figure, share: float, model: HazardModel, how: Callable[..., Trial], seed: int
) -> Outcome:
    """Cut a figure's trial at a share of its events and predict how many there are at the end."""
    trial = how(figure, np.random.default_rng([SEED, seed]))
    dates = event_dates(trial)
    cut = float(dates[round(dates.size * share) - 1])
    end = float((trial.entry + np.where(figure.event, figure.time, trial.loss)).max())
    ended = trial.entry + trial.loss >= end * (1 - 1e-9)  # at the end nobody is lost
    at_hand = cut_at(
        Trial(trial.entry, trial.event, np.where(ended, np.inf, trial.loss), trial.arm, trial.lag),
        cut,
    )
    plan = as_it_was(trial.entry[trial.entry > cut], cut)
    future = fitted_future(at_hand, plan, hazard=model, draws=REPLICATES, seed=seed)
    told = forecast(
        future,
        at_hand,
        [figure.time.size],
        opened=OPENED,
        time_unit="month",
        replicates=REPLICATES,
        seed=seed,
        level=LEVEL,
        horizon=end,
        workers=1,
    )
    low, middle, high = (float(told.fan.events[row, -1]) for row in (0, 2, 4))
    rest = dates.size - at_hand.event.sum()
    return Outcome(low <= dates.size <= high, (high - low) / rest, (middle - dates.size) / rest)


ENTRIES: dict[str, Callable[..., Trial]] = {"even": as_even, "as censored": as_censored}


def figure_outcomes(job: tuple[str, float, HazardModel, list[Figure]]) -> list[Outcome]:
    """Try every figure."""
    how, share, model, chosen = job
    return [
        try_count(figure, share, model, ENTRIES[how], number)
        for number, figure in enumerate(chosen)
    ]


def real(chosen: list[Figure], workers: int) -> Iterator[str]:
    """Give the rows of the table of published figures."""
    jobs = [
        (how, share, model, chosen)
        for how, share in (("as censored", 0.5), ("as censored", 0.7), ("even", 0.5))
        for model in MODELS
    ]
    with ProcessPoolExecutor(workers) as pool:
        for job, outcomes in zip(jobs, pool.map(figure_outcomes, jobs), strict=True):
            many = float(np.mean([each.error > 0 for each in outcomes]))
            yield f"| {job[0]} | {job[1]:.0%} | {job[2]} | {summary(outcomes)} | {many:.2f} |"


def main() -> None:
    """Try, and write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--trials", type=int, default=600)
    asked.add_argument("--kmdata", type=Path)
    asked.add_argument("--workers", type=int, default=2)
    options = asked.parse_args()
    rows = {"SIMULATED": "\n".join(simulated(options.trials, options.workers))}
    if options.kmdata:
        rows["REAL"] = "\n".join(real(list(figures(options.kmdata)), options.workers))
    sys.stdout.write("\n".join(rows.values()))
    if PAGE.exists():
        write(rows)


def write(rows: dict[str, str]) -> None:
    """Put the rows between their marks on the page."""
    page = PAGE.read_text(encoding="utf-8")
    for mark, lines in rows.items():
        before, rest = page.split(f"<!-- {mark} -->\n")
        head, after = rest.split(f"<!-- END {mark} -->")
        header = "\n".join(head.splitlines()[:2])
        page = f"{before}<!-- {mark} -->\n{header}\n{lines}\n<!-- END {mark} -->{after}"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
