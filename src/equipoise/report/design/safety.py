"""Safety: when an arm is stopped for harm, and how the rule behaves."""

from collections.abc import Iterator

from equipoise.design.safety.boundary import safety_boundary
from equipoise.design.trial_design import SafetyDesign
from equipoise.report.design.context import DesignContext
from equipoise.report.design.printing import NONE, alpha_level, as_given, calculated, chance, text
from equipoise.report.document import Block, Figure, Row, Section, Table
from equipoise.report.figures.safety import SafetyText, Truth, safety_figure
from equipoise.report.format import count, footnote, percent
from equipoise.report.plain_text import slug

METHODS = {
    "pocock": "Pocock type: the same exact tail probability at every check",
    "o'brien-fleming": "O'Brien-Fleming type: the same excess of events at every check",
    "beta-binomial": "Beta-binomial: posterior probability that the acceptable rate is exceeded",
    "max-sprt": "Maximized sequential probability ratio test",
}


def safety_section(context: DesignContext) -> Section | None:
    """Write all rules; None where there are none."""
    rules = context.design.safety
    if not rules:
        return None
    if len(rules) == 1:
        return Section("safety", "Safety boundary", tuple(_blocks(context, rules[0])))
    inner = tuple(
        Section(f"safety-{slug(each.rule.id)}", each.rule.label, tuple(_blocks(context, each)))
        for each in rules
    )
    return Section("safety", "Safety boundaries", (), inner)


def _blocks(context: DesignContext, safety: SafetyDesign) -> Iterator[Block]:
    yield _figure(safety)
    yield _bound_table(context, safety)
    yield _behavior_table(safety)


def _figure(safety: SafetyDesign) -> Figure:
    rule = safety.rule
    drawn = safety_boundary(rule)  # again, for its curve over all rates
    truths = [
        Truth(
            f"acceptable {as_given(100 * rule.acceptable)}%",
            rule.acceptable,
            safety.stops_if_acceptable,
            chance(safety.stops_if_acceptable, 1),
        )
    ]
    if rule.unacceptable is not None and safety.stops_if_unacceptable is not None:
        name = f"unacceptable {as_given(100 * rule.unacceptable)}%"
        stops = safety.stops_if_unacceptable
        truths.append(Truth(name, rule.unacceptable, stops, chance(stops, 1)))
    told = "; ".join(f"{stop_at} of {where}" for where, stop_at, _ in steps(safety))
    chances = "; ".join(f"{truth.name}: {truth.printed}" for truth in truths)
    return safety_figure(
        [(check.patients, check.stop_at) for check in safety.checks],
        rule.patients,
        [(each.rate, each.stopping) for each in drawn.curve],
        truths,
        SafetyText(
            identifier=f"safety-{slug(rule.id)}-plot",
            title=f"{rule.label}: when to stop, and how likely that is",
            alternative_text=(
                f"Stop at so many events or more among so many patients: {told}. Chance of "
                f"stopping: {chances}."
            ),
        ),
    )


def steps(safety: SafetyDesign) -> list[tuple[str, int, str]]:
    """Give the bound in runs of the same number: (patients, stop at, share of the last of them)."""
    runs: list[tuple[int, int, int]] = []
    for check in safety.checks:
        if runs and runs[-1][2] == check.stop_at:
            runs[-1] = (runs[-1][0], check.patients, check.stop_at)
        else:
            runs.append((check.patients, check.patients, check.stop_at))
    return [
        (
            str(first) if first == last else f"{first} to {last}",
            stop_at,
            " to ".join(dict.fromkeys((percent(stop_at / last, 0), percent(stop_at / first, 0)))),
        )
        for first, last, stop_at in runs
    ]


def _bound_table(context: DesignContext, safety: SafetyDesign) -> Table:
    rule = safety.rule
    often = "each patient" if rule.every == 1 else f"every {rule.every} patients"
    first = safety.checks[0].patients
    notes = [f"Checked after {often}, up to {count(rule.patients)}."]
    if first > rule.every:
        notes.append(f"With fewer than {first} patients the arm cannot stop.")
    notes += [footnote(text(line)) for line in safety.assumed]
    return Table(
        id=f"safety-{slug(rule.id)}-bound",
        title=context.marked(f"{rule.label}: stop at so many events or more"),
        header=("Patients", "Stop at events", "Share of patients (%)"),
        rows=tuple(Row((where, count(stop), share)) for where, stop, share in steps(safety)),
        footnotes=(*notes, *context.caveat),
    )


def _behavior_table(safety: SafetyDesign) -> Table:
    rule = safety.rule
    rows = [
        Row(
            (
                "Acceptable",
                f"{as_given(100 * rule.acceptable)}%",
                chance(safety.stops_if_acceptable),
                calculated(safety.patients_if_acceptable),
            )
        )
    ]
    if rule.unacceptable is not None:
        stops, patients = safety.stops_if_unacceptable, safety.patients_if_unacceptable
        rows.append(
            Row(
                (
                    "Unacceptable",
                    f"{as_given(100 * rule.unacceptable)}%",
                    NONE if stops is None else chance(stops),
                    NONE if patients is None else calculated(patients),
                )
            )
        )
    level = (
        f"Threshold of the posterior probability: {as_given(rule.level)}."
        if rule.method == "beta-binomial"
        else f"Chance of stopping an acceptable arm: at most {alpha_level(rule.level)}."
    )
    return Table(
        id=f"safety-{slug(rule.id)}-behavior",
        title=f"{rule.label}: how the rule behaves",
        header=("If the rate is", "True rate", "Chance of stopping", "Patients, on average"),
        rows=tuple(rows),
        footnotes=(f"{METHODS[rule.method]}.", level),
    )
