"""Safety boundaries: how far each watched arm is from being stopped for harm."""

from collections.abc import Iterator, Sequence

from equipoise.monitor.safety.bounds import SafetyLook
from equipoise.report.design.printing import as_given, chance
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.figures.safety_course import CoursePanel, course_figure
from equipoise.report.format import (
    absent_footnotes,
    count,
    footnote,
    interval_footnote,
    percent,
    with_interval,
)
from equipoise.report.monitoring.closed_names import arm_name
from equipoise.report.monitoring.open_context import NONE
from equipoise.simulate.monitored.monitored import MonitoredTrial


def bounds_section(result: MonitoredTrial) -> Section | None:
    """Hold every rule against its bound; None where the protocol counts none."""
    looks = result.safety_looks
    if not looks:
        return None
    blocks: list[Block] = []
    for look in looks:
        said = f"{_arms(result, look)}. {look.sentence}"
        crossed = look.crossed is not None or bool(look.why_not)
        blocks.append(Callout(said, "warning" if crossed else "note"))
    judged = [each for each in looks if not each.why_not]
    panels = [each for look in judged if (each := _panel(result, look)) is not None]
    if panels:
        blocks.append(course_figure(panels, _words(panels)))
    if judged:
        blocks += [_standing(result, judged), _ahead(result, judged)]
    blocks += [Paragraph(each) for each in _conventions(looks)]
    return Section("safety-bounds", "Safety boundaries", tuple(blocks))


def _arms(result: MonitoredTrial, look: SafetyLook) -> str:
    *first, last = (arm_name(result, each) for each in look.arms)
    return f"{', '.join(first)} and {last}" if first else last


def _name(result: MonitoredTrial, look: SafetyLook) -> str:
    return f"{look.rule.label}: {_arms(result, look)}"


def _panel(result: MonitoredTrial, look: SafetyLook) -> CoursePanel | None:
    """Set the harms so far against the bound; None where the design holds no bound."""
    drawn = next((each for each in result.design.safety if each.rule.id == look.rule.id), None)
    if drawn is None:
        return None
    soonest = look.soonest
    return CoursePanel(
        title=_name(result, look),
        bound=tuple((check.patients, check.stop_at) for check in drawn.checks),
        patients=look.rule.patients,
        course=(
            *((check.patients, check.harmed) for check in look.checks),
            (look.evaluable, look.harmed),
        ),
        crossed=None if look.crossed is None else (look.crossed.patients, look.crossed.harmed),
        soonest=None if soonest is None else (soonest.patients, soonest.stop_at),
    )


def _words(panels: Sequence[CoursePanel]) -> FigureText:
    told = []
    for each in panels:
        patients, harmed = each.course[-1]
        said = f"{each.title}: {count(harmed)} harmed of {count(patients)} judged"
        if each.crossed is not None:
            said += f", bound crossed at {count(each.crossed[0])} patients"
        elif each.soonest is not None:
            said += f", would stop at {count(each.soonest[1])} of {count(each.soonest[0])}"
        told.append(said)
    return FigureText(
        identifier="safety-course",
        title="Harms so far against the safety boundaries",
        alternative_text=f"Patients harmed against patients judged. {'; '.join(told)}.",
    )


def _standing(result: MonitoredTrial, looks: Sequence[SafetyLook]) -> Table:
    level = percent(looks[0].rate.interval.level, 0) if looks[0].rate else "95"
    rows: list[tuple[str, list[str]]] = [
        ("Patients treated", [count(each.treated) for each in looks]),
        ("Patients who can be judged", [count(each.evaluable) for each in looks]),
        ("Of these harmed", [count(each.harmed) for each in looks]),
        ("Judged before their time was over", [count(each.judged_early) for each in looks]),
        (
            f"Rate of harm, % ({level}% CI)",
            [NONE if each.rate is None else with_interval(each.rate, percent) for each in looks],
        ),
        ("Last check held, after so many patients", [_last(each, "patients") for each in looks]),
        ("Harmed by then", [_last(each, "harmed") for each in looks]),
        ("Stops at", [_last(each, "stop_at") for each in looks]),
        (
            "Bound first reached at",
            [
                f"{count(at.harmed)} of {count(at.patients)}" if (at := each.crossed) else "not"
                for each in looks
            ],
        ),
    ]
    rates = [each.rate for each in looks if each.rate is not None]
    return Table(
        id="safety-bounds-standing",
        title="Where the watched arms stand",
        header=("", *(_name(result, each) for each in looks)),
        rows=tuple(Row((name, *cells)) for name, cells in rows),
        footnotes=(
            *interval_footnote("Rate", rates[0] if rates else None),
            *absent_footnotes(rates),
        ),
    )


def _last(look: SafetyLook, what: str) -> str:
    return count(getattr(look.checks[-1], what)) if look.checks else NONE


def _ahead(result: MonitoredTrial, looks: Sequence[SafetyLook]) -> Table:
    """Tell what is believed of the rate, and how likely the bound is crossed later."""

    def told(value: float | None) -> str:
        return NONE if value is None else chance(value, 1)

    def rates(look: SafetyLook) -> str:
        worse = look.rule.unacceptable
        return f"{as_given(100 * look.rule.acceptable)}" + (
            f" / {as_given(100 * worse)}" if worse is not None else ""
        )

    rows: list[tuple[str, list[str]]] = [
        ("Rate acceptable / unacceptable, %", [rates(each) for each in looks]),
        ("Prior: beta with", [", ".join(map(as_given, each.prior)) for each in looks]),
        ("Posterior chance that the rate is above acceptable",
         [told(each.above_acceptable) for each in looks]),
        ("Posterior chance that it is above unacceptable",
         [told(each.above_unacceptable) for each in looks]),
        ("Soonest that the bound can be reached",
         [f"{count(s.stop_at)} of {count(s.patients)}" if (s := each.soonest) else NONE
          for each in looks]),
        ("More harmed / more patients until then",
         [f"{count(max(0, s.more_harmed))} / {count(s.more_patients)}"
          if (s := each.soonest) else NONE for each in looks]),
        ("Chance to cross later, if the rate is acceptable",
         [told(each.crossing_if_acceptable) for each in looks]),
        ("If it is unacceptable", [told(each.crossing_if_unacceptable) for each in looks]),
        ("Averaged over the posterior", [told(each.crossing_predicted) for each in looks]),
    ]  # fmt: skip
    return Table(
        id="safety-bounds-ahead",
        title="What is believed of the rate of harm, and what may come",
        header=("", *(_name(result, each) for each in looks)),
        rows=tuple(Row((name, *cells)) for name, cells in rows),
        footnotes=(f"{NONE}: crossed already, no check is to come, or no such rate is named.",),
    )


def _conventions(looks: Sequence[SafetyLook]) -> Iterator[str]:
    told: dict[str, list[str]] = {}
    for look in looks:
        for line in look.assumed:
            told.setdefault(footnote(line), []).append(look.rule.label)
    every = {look.rule.label for look in looks}
    for line, rules in told.items():
        yield line if set(rules) == every else f"{', '.join(dict.fromkeys(rules))}: {line}"
