"""From the rehearsal of a trial to its report, section by section, as a value."""

from collections.abc import Sequence

from equipoise.analyze.progress import Progress, only_notices
from equipoise.report.document import Document, Section
from equipoise.report.format import count
from equipoise.report.simulation.comparison import comparison_section
from equipoise.report.simulation.conduct import conduct_section
from equipoise.report.simulation.context import SimulationContext
from equipoise.report.simulation.decisions import decisions_section
from equipoise.report.simulation.designs import designs_section
from equipoise.report.simulation.duration import duration_section
from equipoise.report.simulation.estimates import estimates_section
from equipoise.report.simulation.methods import conventions_section, methods_section
from equipoise.report.simulation.overview import overview_section
from equipoise.report.simulation.power_curve import power_curve_section
from equipoise.report.simulation.scenarios import scenario_sections
from equipoise.report.simulation.z_values import z_section
from equipoise.simulate.replays.trial import TrialSimulation


def build_simulation_document(
    result: TrialSimulation,
    *,
    software: Sequence[tuple[str, str]] = (),
    progress: Progress = only_notices,
) -> Document:
    """Write the whole report of a rehearsal.

    Args:
        result: the rehearsal.
        software: names and versions, for the section on methods.
        progress: told what starts now.
    """
    context = SimulationContext(result)
    progress("Tables and figures")
    sections: list[Section | None] = [
        overview_section(context),
        power_curve_section(context),
        decisions_section(context),
        designs_section(context),
        duration_section(context),
        comparison_section(context),
        estimates_section(context),
        z_section(context),
        conduct_section(context),
        *scenario_sections(context),
        conventions_section(context),
        methods_section(context, software),
    ]
    trial = result.protocol.trial
    return Document(
        title=trial.title,
        subtitle=f"Rehearsal of {trial.id}",
        facts=first_facts(context),
        sections=tuple(each for each in sections if each is not None),
    )


def first_facts(context: SimulationContext) -> tuple[tuple[str, str], ...]:
    """Give what the first page names: trial, registry, what was played."""
    trial, plan = context.protocol.trial, context.plan
    played = sorted({each.found.trials for each in context.played})
    often = " to ".join(
        dict.fromkeys(count(each) for each in (played or [0])[:: max(1, len(played) - 1)])
    )
    facts = [("Trial", trial.id)]
    facts += [("Registry", trial.registry)] if trial.registry else []
    facts += [
        ("Scenarios", ", ".join(context.scenario(at).label for at in range(len(plan.scenarios)))),
        ("Designs", ", ".join(each.name for each in plan.designs)),
        ("Trials of each", f"{often}{' (partial)' if context.result.simulation.partial else ''}"),
        ("Seed", str(plan.seed)),
        ("Plan", plan.identity),
    ]
    return tuple(facts)
