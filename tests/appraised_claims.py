"""Claims written by hand, number by number, for tests of what they say of each other."""

from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedArm,
    ClaimedCount,
    ClaimedDifference,
    ClaimedEvents,
    ClaimedFollowUp,
    ClaimedP,
    ClaimedPlan,
    ClaimedRate,
    ClaimedRatio,
    Claims,
    PrintedInterval,
    Sides,
)
from equipoise.appraise.claims.printed import printed, printed_interval

TREATED, CONTROL = "blinatumomab", "chemotherapy"


def arms(treated: int | None = None, control: int | None = None) -> tuple[ClaimedArm, ...]:
    sizes = {CONTROL: control, TREATED: treated}
    return tuple(
        ClaimedArm(
            arm,
            arm,
            "control" if arm == CONTROL else "experimental",
            None if size is None else printed(str(size), "count"),
        )
        for arm, size in sizes.items()
    )


def rate(endpoint: str, arm: str, time: float, text: str, error: str | None = None) -> ClaimedRate:
    own = None if error is None else printed(error, "proportion")
    return ClaimedRate(endpoint, arm, time, printed(text, "proportion"), own)


def rates(endpoint: str, time: float, treated: str, control: str) -> list[Claimed]:
    return [rate(endpoint, TREATED, time, treated), rate(endpoint, CONTROL, time, control)]


def ratio(endpoint: str, text: str, limits: str, *, inverted: bool = False) -> ClaimedRatio:
    interval = printed_interval(limits, "ratio")
    return ClaimedRatio(
        endpoint, TREATED, CONTROL, printed(text, "ratio"), interval, inverted=inverted
    )


def p(about: str, text: str, sides: Sides | None = None) -> ClaimedP:
    return ClaimedP(about, printed(text, "P"), sides=sides)


def events(endpoint: str, treated: int, control: int) -> list[Claimed]:
    return [
        ClaimedEvents(endpoint, TREATED, printed(str(treated), "count")),
        ClaimedEvents(endpoint, CONTROL, printed(str(control), "count")),
    ]


def counted(
    what: str, arm: str, count: str | None, percent: str | None = None, of: str | None = None
) -> ClaimedCount:
    return ClaimedCount(
        what,
        arm,
        None if count is None else printed(count, "count"),
        None if percent is None else printed(percent, "proportion"),
        None if of is None else printed(of, "count"),
    )


def difference(about: str, text: str, low: str, high: str) -> ClaimedDifference:
    limits = PrintedInterval(printed(low, "difference"), printed(high, "difference"))
    return ClaimedDifference(about, TREATED, CONTROL, printed(text, "difference"), limits)


def claims(
    *claimed: Claimed,
    sizes: tuple[int | None, int | None] = (None, None),
    patients: int | None = None,
    plan: ClaimedPlan | None = None,
    significant: tuple[str, ...] = (),
    name: str = "claim",
) -> Claims:
    return Claims(
        id=name,
        source=name,
        time_unit="year",
        arms=arms(*sizes),
        patients=None if patients is None else printed(str(patients), "count"),
        claimed=claimed,
        plan=ClaimedPlan() if plan is None else plan,
        significant=significant,
    )


def follow_up(text: str) -> ClaimedFollowUp:
    return ClaimedFollowUp(printed(text, "time"))


NEWS = claims(
    *rates("dfs", 2, "59.3%", "41.0%"),
    *rates("os", 2, "79.4%", "59.2%"),
    p("dfs", ".05"),
    p("os", ".05"),
    counted("hsct", TREATED, None, "79%"),
    counted("hsct", CONTROL, None, "45%"),
    p("hsct", "<.0001"),
    follow_up("1.4"),
    patients=208,
    plan=ClaimedPlan(
        alpha=0.025, sides=1, hazard_ratio=0.58, stopped_early=True, information=80 / 131
    ),
    significant=("dfs", "os"),
    name="the news",
)
PAPER = claims(
    *rates("dfs", 2, "54.4%", "39.0%"),
    *rates("os", 2, "71.3%", "58.4%"),
    ratio("dfs", "0.70", "0.47-1.03"),
    ratio("os", "0.62", "0.39-0.98"),
    p("dfs", ".03"),
    p("os", ".02"),
    *events("dfs", 48, 59),
    counted("hsct", TREATED, "74"),
    counted("hsct", CONTROL, "44"),
    difference("hsct", "27%", "15%", "41%"),
    follow_up("2.9"),
    sizes=(105, 103),
    patients=208,
    name="the paper",
)
LOW_RISK = claims(
    ratio("dfs", "0.76", "0.51-1.14"),
    ratio("os", "0.65", "0.32-1.3"),
    p("dfs", ".089"),
    p("os", ".11"),
    name="the low-risk paper",
)
