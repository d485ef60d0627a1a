"""When will so many answers be known, and when will everyone have come?

For endpoints asked once of each patient.  Patients come as a Poisson process, its rate learned from
those of the later half of the time so far, as in `future_model`; an answer takes as long as those
known took, drawn from them, and of those due by the cut the same share comes at all:

    rate ~ Gamma(came + 1/2, time),    share ~ Beta(answers + 1/2, missing + 1/2).

Whoever waits at the cut answers after longer than the wait so far; where no answer took so long,
one comes on the day after the cut.  Arms are not looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from equipoise.analyze.snapshot import Answers, Measurements, Snapshot
from equipoise.errors import DataError
from equipoise.kernel.arrays import Flags, Vector, flags, vector
from equipoise.monitor.cut.answers import given
from equipoise.monitor.future.forecast import predicted_date
from equipoise.monitor.future.forecast_results import Calendar, PredictedDate
from equipoise.monitor.future.model import JEFFREYS, LATER_PART
from equipoise.protocol.endpoints import Binary
from equipoise.protocol.trial import DAYS_PER, TimeUnit

ROWS = 500  # replicates drawn at once
COMING = (
    "Enrollment goes on as a Poisson process, its rate learned from the {came} patients randomized "
    "in the last {since} before the cut, until {to_come} more have come."
)
TAKING = (
    "An answer takes as long as the {known} known at the cut took, half of them no longer than "
    "{median}, the longest {longest}; it comes with the chance seen among those due."
)


@dataclass(frozen=True, slots=True)
class AnswersTarget:
    """When a number of answers is known."""

    target: int
    when: PredictedDate
    chance: float  # that so many ever come


@dataclass(frozen=True, slots=True)
class AnswersForecast:
    """What is foretold of answers and enrollment, all arms together."""

    hypothesis: str
    endpoint: str
    known: int  # at the cut
    awaited: int  # asked, or to be asked, of patients randomized by the cut
    randomized: int
    patients: int  # planned in all
    median_delay: float  # from randomization to the answer, in the trial's time unit
    longest_delay: float
    share: float  # of those due by the cut who have an answer
    targets: tuple[AnswersTarget, ...]
    enrollment_end: PredictedDate | None  # None: closed already
    complete: PredictedDate  # the last answer that ever comes
    level: float
    replicates: int
    seed: int
    opened: date
    time_unit: TimeUnit
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known at the cut, in the trial's time unit."""

    entry: Vector  # (patients,) since the first randomization
    delay: Vector  # (known,) of answers with a date
    known: int
    waited: Vector  # (awaited,) since randomization
    missing: int  # due, and not there
    cut: float


def forecast_answers(  # noqa: PLR0913 - each an open choice, told by name
    snapshot: Snapshot,
    endpoint: str,
    targets: Sequence[int],
    *,
    as_of: date,
    opened: date,
    to_come: int,
    hypothesis: str = "",
    replicates: int = 10_000,
    seed: int = 1,
    level: float = 0.9,
) -> AnswersForecast:
    """Predict when numbers of answers are known, and when enrollment ends.

    Args:
        snapshot: the patients randomized by the cut, as known then.
        endpoint: id of a binary or continuous one.
        targets: numbers of answers in all.
        as_of: the cut.
        opened: date of the first randomization.
        to_come: patients still to be randomized.
        hypothesis: whose targets they are.
        replicates: drawn futures.
        seed: of their random numbers.
        level: of the prediction intervals.

    Raises:
        DataError: No answer has a date, or nobody's date of randomization is known.

    Accuracy: Monte Carlo; 10,000 replicates give a chance to 0.005 (standard error).

    Witness: closed form where nobody is to come and every answer takes as long; gamma law of the
        end of enrollment (tests/laws/test_monitored_forecast_of_answers.py).
    """
    unit = snapshot.protocol.trial.time_unit
    seen = _seen(snapshot, endpoint, as_of, opened)
    generator = np.random.default_rng(seed)
    rows = [
        _drawn(seen, targets, to_come, generator, min(ROWS, replicates - start))
        for start in range(0, replicates, ROWS)
    ]
    reached, ends, last = (np.concatenate(each) for each in zip(*rows, strict=True))
    calendar = Calendar(opened, DAYS_PER[unit])
    since = seen.cut * (1.0 - LATER_PART)
    came = int(np.count_nonzero(seen.entry > seen.cut - since))
    median, longest = float(np.median(seen.delay)), float(seen.delay.max())
    said = [
        TAKING.format(
            known=seen.delay.size, median=f"{median:.3g} {unit}s", longest=f"{longest:.3g} {unit}s"
        )
    ]
    if to_come:
        said.insert(0, COMING.format(came=came, since=f"{since:.3g} {unit}s", to_come=to_come))
    return AnswersForecast(
        hypothesis=hypothesis,
        endpoint=endpoint,
        known=seen.known,
        awaited=seen.waited.size,
        randomized=seen.entry.size,
        patients=seen.entry.size + to_come,
        median_delay=median,
        longest_delay=longest,
        share=seen.known / (seen.known + seen.missing),
        targets=tuple(
            AnswersTarget(
                target,
                predicted_date(reached[:, place], level, calendar),
                float(np.isfinite(reached[:, place]).mean()),
            )
            for place, target in enumerate(targets)
        ),
        enrollment_end=predicted_date(ends, level, calendar) if to_come else None,
        complete=predicted_date(last, level, calendar),
        level=level,
        replicates=replicates,
        seed=seed,
        opened=opened,
        time_unit=unit,
        assumed=tuple(said),
    )


def _seen(snapshot: Snapshot, endpoint: str, as_of: date, opened: date) -> _Seen:
    unit = snapshot.protocol.trial.time_unit
    data = snapshot.answers.get(endpoint) or snapshot.measurements[endpoint]
    label = snapshot.protocol.endpoint(endpoint).label
    randomized = snapshot.subjects.randomized
    if randomized is None or (randomized < 0).any() or data.time is None:
        raise DataError(
            f"{label}: no dates of answers are foretold; give `date` or `time` of the answers and "
            "the dates of randomization in `data`."
        )
    there = given(data)
    delay = data.time[there & np.isfinite(data.time)]
    if not delay.size:
        raise DataError(f"{label}: no answer with a date is known yet, so none can be foretold.")
    entry = (randomized - opened.toordinal()) / DAYS_PER[unit]
    cut = (as_of - opened).days / DAYS_PER[unit]
    asked = snapshot.protocol.endpoint(endpoint)
    counted = isinstance(asked, Binary) and asked.missing != "excluded"
    awaited = _awaited(data, there, vector(cut - entry), float(delay.max()))
    settled = ~awaited if counted else there  # where a missing answer counts, it is known, too
    missing = int((~awaited & ~settled).sum())
    return _Seen(
        vector(entry), vector(delay), int(settled.sum()), vector(cut - entry[awaited]), missing, cut
    )


def _awaited(data: Answers | Measurements, there: Flags, waited: Vector, longest: float) -> Flags:
    """Tell whose answer may still come: as the cut has told, or because others took as long."""
    if isinstance(data, Answers):
        return flags(np.zeros_like(there) if data.awaited is None else data.awaited)
    return flags(~there & (waited < longest))


def _drawn(
    seen: _Seen, targets: Sequence[int], to_come: int, generator: np.random.Generator, rows: int
) -> tuple[Vector, Vector, Vector]:
    """Draw rows of (targets,) times at which they are known, the end of enrollment, the last."""
    since = seen.cut * (1.0 - LATER_PART)
    came = int(np.count_nonzero(seen.entry > seen.cut - since))
    share = generator.beta(seen.known + JEFFREYS, seen.missing + JEFFREYS, size=(rows, 1))
    waits = seen.waited.size
    comes = generator.random((rows, waits + to_come)) < (share if seen.missing else 1.0)
    times = np.empty((rows, waits + to_come))
    order = np.sort(seen.delay)
    first = np.searchsorted(order, seen.waited, side="right")
    left = order.size - first
    pick = first + (generator.random((rows, waits)) * left).astype(int)
    later = order[np.minimum(pick, order.size - 1)] - seen.waited
    times[:, :waits] = seen.cut + np.where(left > 0, later, 0.0)
    ends = np.full(rows, seen.cut)
    if to_come:
        if not since > 0.0:
            raise DataError("All patients came on one day, so that no rate can be learned.")
        rate = generator.gamma(came + JEFFREYS, 1.0 / since, size=(rows, 1))
        gaps = generator.exponential(size=(rows, to_come)) / rate
        arrivals = seen.cut + np.cumsum(gaps, axis=1)
        times[:, waits:] = arrivals + generator.choice(seen.delay, size=(rows, to_come))
        ends = arrivals[:, -1]
    times = np.sort(np.where(comes, times, np.inf), axis=1)
    reached = np.empty((rows, len(targets)))
    for place, target in enumerate(targets):
        needed = target - seen.known
        if needed <= 0:
            reached[:, place] = seen.cut
        else:
            reached[:, place] = times[:, needed - 1] if needed <= times.shape[1] else np.inf
    finite = np.where(np.isfinite(times), times, seen.cut)
    last = finite.max(axis=1) if times.shape[1] else np.full(rows, seen.cut)
    return reached, ends, last
