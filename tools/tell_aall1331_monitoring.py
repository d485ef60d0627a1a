"""Write examples/aall1331/monitoring.md: the example monitored to 80 events, and stopped there.

Its looks are held on the example's SIMULATED patients, with the record and the key in a folder that
is thrown away.  `--check` compares the page with what the looks say now, and writes nothing.
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from equipoise.analyze.estimates import Estimate
from equipoise.analyze.results.adverse_events import AdverseEventAnalysis
from equipoise.analyze.results.responses import BinaryAnalysis
from equipoise.analyze.results.survival import TimeToEventAnalysis
from equipoise.io.monitoring_record import read_record
from equipoise.monitor.likely.values import ConditionalChances, LikelyCourse
from equipoise.report.dates import day_in_words
from equipoise.simulate.characteristics.monte_carlo import Spread
from equipoise.simulate.monitored.monitored import MonitoredTrial
from equipoise.simulate.rest.values import RestOfTrial
from equipoise.verbs import analyze, monitor, monitor_statistics, record_decision

EXAMPLE = Path(__file__).parents[1] / "examples" / "aall1331"
PAGE = EXAMPLE / "monitoring.md"
CUTS = ("2016-05-15", "2017-07-28", "2018-09-17")  # days of the 27th, 53rd and 80th event
REASON = "benefit and harm weighed together; 131 events are years away"
ENDING, Z, EVENTS = "H1", 1.645, 80.0
ASSUMED = {
    "design": "as designed, hazard ratio {effect:.2f}",
    "trend": "the trend so far, {effect:.2f}",
    "null": "no effect, {effect:.0f}",
}
MEDIAN = 0.5

OPENING = """\
# AALL1331, monitored to 80 events

> **SIMULATED, NOT REAL PATIENTS.** The patients of COG AALL1331 are not public. The looks below are
> held on the patients in [data](data/NOTICE.md): one simulated trial, trial 0 of seed 1331, not
> chosen among others. Nothing here is a finding about a treatment.

The real trial was stopped at 80 of 131 events, on the advice of its monitoring committee, without
having crossed a boundary [unverified]. What lay before that committee is not published where we
looked. This page tells what can be known of such a moment: by the looks at a simulated trial of the
published course, and by arithmetic for the statistic that a one-sided P of .05 stands for. How the
trial was to be looked at is not published either: five looks, alpha spent as alpha t² and a
non-binding futility rule are assumptions of this example ([protocol.yaml](protocol.yaml)).

`python tools/tell_aall1331_monitoring.py` writes this page, and a test holds it to what the looks
say. [published] is read in published text, [unverified] remembered from it and not checked; what
numbers mean stands in [docs/monitor.md](../../docs/monitor.md).
"""

LOOKS = """\
## Three looks at the simulated trial

```sh
{commands}
```

The data cuts are the days on which the 27th, the 53rd and the 80th event had come: the first whole
numbers of events past the planned 26.2, 52.4 and 78.6. Bounds are drawn at the events there were,
from the looks recorded before.
"""

AT_THE_LAST = """\
In the third the rules say, word for word:

> {sentence}

> {trial}

As of {day}, {patients} of 220 patients had been randomized. Beside the hypothesis, the committee
reads in the closed report (simulated, all of it):

{beside}
"""

LIKELY = """\
### What was likely then

Conditional power is the chance of a claim at a later look, given z = {z:.2f} now; predictive power
averages it over what is believed of the hazard ratio after this look.

{table}

The column on the right has one final analysis at 131 events against z = 1.96, as if no look had
been or would be taken (see below). The two before it are what this trial has: the later looks at
{later} events with the bounds they will have, futility ignored or obeyed.

From the {patients} patients at hand, each followed on from where they are, with those to come at
the planned rate, the rest was simulated {replicates:,} times, futility obeyed. Hazards are those
the patients at hand suggest, with their uncertainty, or assumed for the rest of the trial:

{rests}

As designed, formulas give z at 131 events the mean {formula:.2f}; over the simulated rests it is
{simulated:.2f}. An event counts a quarter in formulas; in the log-rank test of those who are there
it tells a little less, and so the chance of a claim is smaller here than in the table above.
"""

COSTS = """\
## What stopping costs, and what it saves

Stopped at this look, the trial gives up the chance of a claim, and is spared what going on by the
rules would take until the end. Means; time with 90% of its replicates.

{table}

Who stops here for a benefit seen forgoes a claim: without crossing the bound, H1 is not shown at
one-sided alpha 0.025, and overall survival, which waits behind H1, cannot be. What is saved is told
in patients and months; what it is worth to a child in the control arm is no number of this program.
"""

STOPPED = """\
## Stopped without crossing

```sh
equipoise monitor examples/aall1331 --committee stop --reason "{reason}"
```

(The reason is invented.) The record then holds {kinds}; every further look is refused, and data
that come in later are held with `--after-stopping`. H1 is read as of the third look, ended for
reasons that its bounds do not tell:

{table}

P is one-sided; the smallest is {smallest:.3f}, where a claim takes 0.025. {bias} Repeated limits
hold whether or not a trial stops.

Beliefs, normal on the logarithm of the hazard ratio:

{beliefs}
"""

ARITHMETIC = """\
## z 1.645 at 80 of 131 events

The news item of 2019 on this trial prints "P = .05" for disease-free survival [published]. If that
is one-sided, z was 1.645. What would the committee then have seen? Without any data:

```sh
equipoise monitor examples/aall1331 --z 1.645 --information 80
```

> {sentence}

With t = 80/131 = {t:.3f}, z = 1.645, and for the rest of the trial an effect under which z at 131
events has the mean θ, the chance that one **fixed final analysis**, at 131 events against
c = Φ⁻¹(0.975) = 1.960, claims the effect is

    Φ( (z √t + θ (1 - t) - c) / √(1 - t) )

{table}

θ is -log(0.58) √131 / 2 as designed (Schoenfeld's information, an event counting a quarter), z / √t
by the trend, 0 without an effect. The last two columns are lower: the last bound of the sequential
trial is {last:.2f} instead of 1.96, although a look before the last one may claim, too. So "the
conditional power" at one look is any of nine numbers, and a report has to say which.

{after}
"""

AFTERWARDS = """\
## What became of the real trial

- Randomization was closed on 18 September 2019; 208 patients, 105 with blinatumomab and 103 with
  chemotherapy; followed to 30 September 2020 [published].
- Two-year disease-free survival 54.4% v 39.0%, hazard ratio 0.70 (95% interval 0.47 to 1.03), 48 v
  59 first events [published]; one-sided P .03 [unverified].
- That P is above the one-sided 0.025 of the design [unverified]: stopped without a claim, the trial
  had none later, by its own rule. Two-year overall survival 71.3% v 58.4%, hazard ratio 0.62 (0.39
  to 0.98) [published].
- The early news had flattered: two-year disease-free survival 59.3% v 41.0%, overall survival 79.4%
  v 59.2% [published].

The simulated trial above tells nothing of this: its course reproduces the published rates, and its
hazard ratio at 80 events is what chance made of them.
"""


def page() -> str:
    """Hold the looks, and tell them."""
    with tempfile.TemporaryDirectory() as folder:
        record, key = Path(folder) / "record.jsonl", Path(folder) / "key.json"
        held = partial(monitor, EXAMPLE, EXAMPLE / "data", record=record, key=key)
        early = [held(day, replicates=0) for day in CUTS[:-1]]
        last = held(CUTS[-1])
        record_decision(EXAMPLE, "stop", REASON, record=record)
        entries = [type(each).__name__ for each in read_record(record).entries]
    looks = [*early, last]
    parts = [
        OPENING,
        LOOKS.format(commands="\n".join(commands())),
        table_of_looks(looks),
        at_the_last(last),
        likely(last),
        COSTS.format(table=costs(last)),
        stopped(last, entries),
        arithmetic(monitor_statistics(EXAMPLE, Z, EVENTS)),
        AFTERWARDS,
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def commands() -> Iterator[str]:
    """Give the commands of the looks."""
    for day in CUTS:
        yield f"equipoise monitor examples/aall1331 --data examples/aall1331/data --as-of {day}"


def table(header: str, rows: Iterator[str]) -> str:
    """Write a table, its header and rows with cells between bars."""
    rule = "|".join("---" for _ in header.split("|")[1:-1])
    return "\n".join([header, f"|{rule}|", *rows])


def table_of_looks(looks: list[MonitoredTrial]) -> str:
    """Tell every look in a row."""

    def row(each: MonitoredTrial) -> str:
        one, effect = each.hypothesis(ENDING), each.hypothesis(ENDING).seen.effect
        assert each.look is not None and effect is not None  # noqa: PT018, S101 - looks were held
        patients = "" if each.opened is None else each.opened.pooled.patients
        day = date.fromisoformat(each.as_of)
        return (
            f"| {each.look.number} | {day_in_words(day)} | {patients} | {one.seen.information:.0f} "
            f"| {one.fraction:.3f} | {one.seen.z:.2f} | {one.bound:.2f} | {signed(one.futility)} "
            f"| {effect.value:.2f} | {one.effect_bound:.2f} | {one.alpha_spent:.5f} | goes on |"
        )

    header = (
        "| Look | Data of | Patients | Events | Information | z | Efficacy from | Futility to "
        "| Hazard ratio | needed, about | Alpha spent | |"
    )
    return table(header, (row(each) for each in looks))


def at_the_last(last: MonitoredTrial) -> str:
    """Quote what the rules say of the last look."""
    assert last.look is not None and last.opened is not None  # noqa: PT018, S101 - it was held
    return AT_THE_LAST.format(
        sentence=last.hypothesis(ENDING).sentence,
        trial=last.look.sentence,
        day=day_in_words(date.fromisoformat(last.as_of)),
        patients=last.opened.pooled.patients,
        beside=beside(),
    )


def beside() -> str:
    """Tell the other endpoints as of the last look, with which the example's data end."""
    told = {each.estimand.id: each for each in analyze(EXAMPLE, EXAMPLE / "data").endpoints}
    survival, answers, harms = told["os"], told["mrd"], told["ae"]
    assert isinstance(survival, TimeToEventAnalysis)  # noqa: S101 - so the protocol has it
    assert isinstance(answers, BinaryAnalysis)  # noqa: S101
    assert isinstance(harms, AdverseEventAnalysis)  # noqa: S101
    severe = next(each for each in harms.overview if each.label == "Grade 3 or higher")
    deaths = {each.arm.id: each.events for each in survival.arms}
    negative = {each.arm.id: each.responders for each in answers.arms}
    harmed = {arm: count.patients for arm, count in severe.by_arm.items()}
    ratio, difference = survival.comparisons[0].hazard_ratio, answers.comparisons[0].difference

    def row(name: str, counts: dict[str, int], comparison: str) -> str:
        return f"| {name} | {counts['blinatumomab']} | {counts['chemotherapy']} | {comparison} |"

    rows = [
        row("Deaths", deaths, f"hazard ratio {with_interval(ratio)}"),
        row("MRD negative after cycle 1", negative, f"difference {with_interval(difference)}"),
        row("Adverse event of grade 3 or more", harmed, ""),
    ]
    return table("| Of 86 patients each | Blinatumomab | Chemotherapy | |", iter(rows))


def with_interval(effect: Estimate) -> str:
    """Give an estimate with its limits."""
    assert effect.interval is not None  # noqa: S101 - all of these have one
    return f"{effect.value:.2f} ({effect.interval.lower:.2f} to {effect.interval.upper:.2f})"


def likely(last: MonitoredTrial) -> str:
    """Tell conditional and predictive power, and the rest as simulated."""
    course, one = course_of(last), last.hypothesis(ENDING)
    designed = last.rest("design")
    assert designed is not None and last.opened is not None  # noqa: PT018, S101 - it was held
    later = " and ".join(f"{one.planned * each:.0f}" for each in course.looks)
    return LIKELY.format(
        z=course.z,
        table=table_of_chances(course),
        later=later,
        patients=last.opened.pooled.patients,
        replicates=designed.replicates,
        rests=table_of_rests(last),
        formula=mean_at_the_end(course),
        simulated=float(np.mean(designed.every.z[:, -1, 0])),
    )


def mean_at_the_end(course: LikelyCourse) -> float:
    """Give the mean of z at the last look, given z now, as designed."""
    assert course.b_value is not None and course.information is not None  # noqa: PT018, S101
    return course.b_value + under(course, "design").drift * (1.0 - course.information)


def table_of_chances(course: LikelyCourse) -> str:
    """Tell every chance of a claim in a row."""

    def rows() -> Iterator[str]:
        for assumed, words in ASSUMED.items():
            each = under(course, assumed)
            told = words.format(effect=each.effect)
            chances = each.futility_ignored, each.futility_obeyed, each.fixed
            yield row_of(told[:1].upper() + told[1:], *chances)
        for belief in course.predictive:
            name = f"Predictive, {belief.belief} prior"
            yield row_of(name, belief.futility_ignored, belief.futility_obeyed, belief.fixed)

    header = "| Rest of the trial | Futility ignored | Futility obeyed | Fixed final analysis |"
    return table(header, rows())


def table_of_rests(last: MonitoredTrial) -> str:
    """Tell every simulated rest in a row."""

    def rows() -> Iterator[str]:
        for label, rest in rests_of(last):
            final = rest.of(ENDING).looks[-1]
            power = rest.of(ENDING).power
            when = final.dates[len(final.dates) // 2]
            yield (
                f"| {label} | {power.value:.3f} ± {power.error:.3f} "
                f"| {when:%B %Y} ({final.dates[0]:%B %Y} to {final.dates[-1]:%B %Y}) |"
            )

    header = "| Hazards | H1 claimed by the end | 131 events, if the trial went on to the end |"
    return table(header, rows())


def costs(last: MonitoredTrial) -> str:
    """Tell what stopping costs and saves, under each model of the rest."""

    def rows() -> Iterator[str]:
        for label, rest in rests_of(last):
            now = rest.stopping_now
            time = "" if now.time is None else months(now.time)
            yield (
                f"| {label} | {now.claim.value:.2f} | {now.patients.mean.value:.0f} "
                f"| {now.events.mean.value:.0f} | {time} |"
            )

    header = "| Hazards | Claim of H1 given up | Patients spared | Events spared | Months spared |"
    return table(header, rows())


def stopped(last: MonitoredTrial, entries: list[str]) -> str:
    """Tell what is said after stopping without having crossed."""
    outlook = last.outlook(ENDING)
    assert outlook is not None  # noqa: S101 - it was held
    after, beliefs = outlook.after, outlook.beliefs

    def rows() -> Iterator[str]:
        for each in after.inferences:
            p_value = "" if each.p_value is None else f"{each.p_value:.4f}"
            yield (
                f"| {each.method} | {each.estimate.effect:.3f} | {each.lower.effect:.3f} to "
                f"{each.upper.effect:.3f} | {p_value} |"
            )
        yield f"| bias-adjusted mean | {after.bias_adjusted.effect:.3f} | | |"
        yield f"| unbiased | {after.unbiased.effect:.3f} | | |"

    def believed() -> Iterator[str]:
        for each in beliefs.posteriors:
            better = {one.value: one.after for one in each.better}
            low, high = each.interval
            yield (
                f"| {each.belief} | {each.effect:.2f} | {low:.2f} to {high:.2f} "
                f"| {better[1.0]:.2f} | {better[0.8]:.2f} |"
            )

    header = "| Prior | Hazard ratio | 95% | Below 1 | Below 0.8 |"
    counted = f"{entries.count('RecordedLook')} looks and the committee's decision"
    return STOPPED.format(
        reason=REASON,
        kinds=counted,
        table=table("| Method | Hazard ratio | 95% | P |", rows()),
        smallest=min(each.p_value for each in after.inferences if each.p_value is not None),
        bias=after.sentences[1],
        beliefs=table(header, believed()),
    )


def arithmetic(numbers: MonitoredTrial) -> str:
    """Tell the conditional power of a look at a number."""
    course, one = course_of(numbers), numbers.hypothesis(ENDING)
    outlook = numbers.outlook(ENDING)
    assert outlook is not None  # noqa: S101 - it was held

    def row(assumed: str) -> str:
        each = under(course, assumed)
        told = ASSUMED[assumed].format(effect=each.effect)
        return (
            f"| {told[:1].upper()}{told[1:]} | {each.drift:.2f} | **{each.fixed:.2f}** "
            f"| {each.futility_ignored:.2f} | {each.futility_obeyed:.2f} |"
        )

    header = (
        "| Rest of the trial | θ | Fixed final analysis | Looks here, futility ignored | obeyed |"
    )
    return ARITHMETIC.format(
        sentence=one.sentence,
        t=one.fraction,
        table=table(header, (row(each) for each in ASSUMED)),
        last=course.bounds[-1],
        after=f"Were such a trial stopped there: {small(outlook.after.sentences[0])}",
    )


def course_of(result: MonitoredTrial) -> LikelyCourse:
    """Find what is likely of disease-free survival."""
    found = result.outlook(ENDING)
    assert found is not None  # noqa: S101 - it was held
    return found.likely


def under(course: LikelyCourse, assumed: str) -> ConditionalChances:
    """Find conditional power under an assumption."""
    return next(each for each in course.conditional if each.assumed == assumed)


def rests_of(result: MonitoredTrial) -> Iterator[tuple[str, RestOfTrial]]:
    """Give every rest of the trial that was simulated, with its label."""
    for each in result.rests:
        if each.rest is not None:
            yield each.label[:1].upper() + each.label[1:], each.rest


def row_of(name: str, *chances: float) -> str:
    """Write a row of chances."""
    return "| " + " | ".join([name, *(f"{each:.3f}" for each in chances)]) + " |"


def months(spread: Spread) -> str:
    """Give a mean with the range of nine replicates in ten."""
    low, high = spread.quantiles[0].value, spread.quantiles[-1].value
    return f"{spread.mean.value:.0f} ({low:.0f} to {high:.0f})"


def signed(value: float | None) -> str:
    """Give a bound, with a true minus."""
    return "" if value is None else f"{value:.2f}".replace("-", "−")


def small(sentence: str) -> str:
    """Begin a sentence as its second half."""
    return sentence[:1].lower() + sentence[1:]


def main() -> None:
    """Write the page, or with `--check` only compare."""
    told = page()
    if "--check" in sys.argv:
        if told != PAGE.read_text(encoding="utf-8"):
            sys.exit(f"{PAGE} does not say what the looks say: run {Path(__file__).name}")
        return
    PAGE.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
