"""How near the rebuilt patients of each arm come to what was published, and its own numbers."""

from equipoise.appraise.rebuilt.trial import ArmNumber, RebuiltArm, RebuiltTrial
from equipoise.report.document import Block, Callout, Row, Section, Table
from equipoise.report.format import percent
from equipoise.report.rebuilt.words import (
    NONE,
    clock_of,
    interval_name,
    limits_of,
    number_notes,
    own,
    points,
    range_heading,
    range_of,
)


def nearness_section(found: RebuiltTrial) -> Section:
    """Tell of every arm how near its rebuilt patients come."""
    blocks: list[Block] = [
        Callout(f"{arm.label}: {remark}", "warning")
        for arm in found.arms
        for remark in arm.fit.remarks
    ]
    blocks.append(nearness_table(found))
    return Section("nearness", "How near they come", tuple(blocks))


def nearness_table(found: RebuiltTrial) -> Table:
    """Set what was published beside what came back, an arm a column."""
    clock = clock_of(found)
    lines = [
        ("Patients rebuilt", [str(arm.patients) for arm in found.arms]),
        ("Events rebuilt", [str(arm.events) for arm in found.arms]),
        ("Events published", [_events(arm) for arm in found.arms]),
        ("Numbers at risk that come back", [_at_risk(arm) for arm in found.arms]),
        (
            "Farthest from the curve, points",
            [f"{points(arm.fit.farthest)}" for arm in found.arms],
        ),
        (f"  at, {clock.units}", [clock.show(arm.fit.farthest_at) for arm in found.arms]),
        (
            "Mean distance over time, points",
            [points(arm.fit.mean_distance) for arm in found.arms],
        ),
        (
            "Values read within, points (standard error)",
            [points(arm.rebuilt.best.reading_error) for arm in found.arms],
        ),
        ("Censoring marks read", [str(arm.censor_marks.size or NONE) for arm in found.arms]),
    ]
    return Table(
        "nearness-by-arm",
        "What was published, and what comes back",
        ("", *found.labels),
        tuple(Row((name.strip(), *cells), int(name.startswith(" "))) for name, cells in lines),
        footnotes=("Points: percentage points. \u2013: not published, or not in the figure.",),
    )


def _events(arm: RebuiltArm) -> str:
    told = arm.fit.printed_events
    return NONE if told is None else str(told)


def _at_risk(arm: RebuiltArm) -> str:
    same = arm.at_risk_reproduced
    return NONE if same is None else f"{same[0]} of {same[1]}"


def arm_numbers_section(found: RebuiltTrial) -> Section:
    """Tell medians and rates arm by arm, where nothing is compared."""
    clock = clock_of(found)
    having = "With" if found.kind == "incidence" else "Without"
    rows = []
    for arm in found.arms:
        alone = len(found.arms) == 1
        rows += [] if alone else [Row((arm.label, "", "", ""))]
        told = (("", arm.median), *((clock.length(each.time or 0.0), each) for each in arm.rates))
        for at, each in told:
            name = f"{having} the event at {at}, %" if at else f"Median, {clock.units}"
            rows.append(Row((name, *_cells(found, each)), indent=0 if alone else 1))
    level = interval_name(found.level)
    header = ("", f"Likeliest patients ({level})", range_heading(found), f"Both together ({level})")
    numbers = [each for arm in found.arms for each in (arm.median, *arm.rates)]
    title = "Median and rates of the rebuilt patients"
    table = Table(
        "numbers-by-arm", title, header, tuple(rows), footnotes=number_notes(found, numbers)
    )
    return Section("numbers", "What they say", (table,))


def _cells(found: RebuiltTrial, each: ArmNumber) -> tuple[str, ...]:
    show = clock_of(found).show if each.time is None else percent
    return own(each.estimate, show), range_of(each.over, show), limits_of(each.together, show)
