"""The report of a figure rebuilt: the answer, the picture, how near, what the patients say."""

from collections.abc import Sequence

from equipoise.appraise.rebuilt.trial import RebuiltArm, RebuiltTrial
from equipoise.report.document import Block, Callout, Document, Paragraph, Section
from equipoise.report.format import footnote, with_interval
from equipoise.report.rebuilt.arms import arm_numbers_section, nearness_section
from equipoise.report.rebuilt.comparison import comparison_sections, verdict
from equipoise.report.rebuilt.pictures import redrawn
from equipoise.report.rebuilt.words import clock_of, within

REBUILT = (
    "The patients are rebuilt from a published figure. They are not the trial's own data: they "
    "have no covariates and no strata, and are as exact as the figure was drawn and read."
)
SOURCES = (
    (
        "Reconstruction: after Guyot et al. 2012, BMC Med Res Methodol 12: 9, with whole numbers "
        "sought at the least misfit; joint intervals: Rubin 1987, Multiple Imputation for "
        "Nonresponse in Surveys; rates: Marshall et al. 2009, BMC Med Res Methodol 9: 57; medians: "
        "Brookmeyer & Crowley 1982, Biometrics 38: 29."
    ),
    (
        "Fragility: Walsh et al. 2014, J Clin Epidemiol 67: 622; Bomze et al. 2020, JAMA Netw Open "
        "3: e2017675. MaxCombo: Karrison 2016, Stata J 16: 678. Restricted means: Royston & Parmar "
        "2013, BMC Med Res Methodol 13: 152. Proportional hazards: Grambsch & Therneau 1994, "
        "Biometrika 81: 515."
    ),
    (
        "Beliefs: Spiegelhalter, Freedman & Parmar 1994, J R Stat Soc A 157: 357; Matthews 2018, "
        "R Soc Open Sci 5: 171047."
    ),
)


def rebuilt_document(found: RebuiltTrial, software: Sequence[tuple[str, str]] = ()) -> Document:
    """Build the report.

    Args:
        found: the figure rebuilt.
        software: names and versions, for the first page.
    """
    sections = [answer_section(found), nearness_section(found)]
    if len(found.comparisons) == 1:
        sections += comparison_sections(found, found.comparisons[0])
    elif found.comparisons:
        sections += [
            Section(
                f"comparison-{place}",
                f"{each.experimental} v {each.control}",
                (Callout(verdict(each), "verdict"),),
                comparison_sections(found, each),
            )
            for place, each in enumerate(found.comparisons, start=1)
        ]
    else:
        sections.append(arm_numbers_section(found))
    return Document(
        title=f"Patients rebuilt from {found.source}",
        subtitle=found.endpoint or "From published curves back to patients",
        facts=_facts(found, software),
        sections=(*sections, rests_section(found)),
    )


def answer_section(found: RebuiltTrial) -> Section:
    """Tell the answer, and show the curves."""
    told = [verdict(each) for each in found.comparisons]
    told = told or [_of_one(found, arm) for arm in found.arms]
    blocks: list[Block] = [Callout(each, "verdict") for each in told]
    if found.comparisons and not any(each.analysis.published for each in found.comparisons):
        blocks.append(
            Paragraph(
                "No published numbers were given to set beside those of the rebuilt patients."
            )
        )
    blocks += [redrawn(found), Callout(REBUILT, "note")]
    return Section("answer", "At a glance", tuple(blocks))


def _of_one(found: RebuiltTrial, arm: RebuiltArm) -> str:
    """Say what one curve comes to."""
    clock = clock_of(found)
    return (
        f"{arm.label}: {arm.events} of {arm.patients} rebuilt patients had the event; median "
        f"{with_interval(arm.median.estimate, clock.show)} {clock.units}. Their curve lies "
        f"within {within(arm.fit.farthest)} percentage points of the published one."
    )


def rests_section(found: RebuiltTrial) -> Section:
    """Say what was read, what was assumed, and whose methods these are."""
    told = [
        found.roles.sentence,
        *found.read,
        *found.assumed,
        *(text for each in found.comparisons for text in each.analysis.assumed),
        *(text for arm in found.arms for text in arm.rebuilt.best.assumed),
        f"{found.draws} reconstructions that fit were drawn for each arm, with seed {found.seed}.",
    ]
    once = dict.fromkeys(footnote(each) for each in told if each)
    blocks = tuple(
        Paragraph(each) for each in (*once, *(SOURCES if found.comparisons else SOURCES[:1]))
    )
    return Section("rests-on", "What this rests on", blocks)


def _facts(found: RebuiltTrial, software: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    arms = "; ".join(
        f"{arm.label} ({arm.patients} patients{_role(found, arm)})" for arm in found.arms
    )
    facts = [("Figure", found.source)]
    facts += [("Endpoint", found.endpoint)] if found.endpoint else []
    facts.append(("Arms", arms))
    facts += [("Set beside", found.claims)] if found.claims else []
    facts.append(("Reconstructions", f"{found.draws}, seed {found.seed}"))
    facts += [("Software", f"{name} {version}") for name, version in software[:1]]
    return tuple(facts)


def _role(found: RebuiltTrial, arm: RebuiltArm) -> str:
    return ", control" if arm.label == found.roles.control else ""
