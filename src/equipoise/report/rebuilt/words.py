"""How numbers of rebuilt patients are printed and called, in tables, pictures and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from equipoise.analyze.estimates import Absent, Estimate, Interval
from equipoise.appraise.rebuilt.trial import ArmNumber, RebuiltContrast, RebuiltTrial
from equipoise.appraise.rebuilt.values import Measure, OverDraws, RatioName, RebuiltNumber
from equipoise.protocol.trial import Arm, Trial
from equipoise.report.format import (
    Clock,
    Printer,
    absent_footnotes,
    decimal,
    interval,
    level_percent,
    percent,
    ratio,
    sentence,
    with_interval,
)

NONE = "\u2013"
POINTS = 100.0  # of a proportion
LEAST_POINTS, TINY = 0.01, 1e-9  # what is told of a distance; of rounding
SHARES: frozenset[Measure] = frozenset(
    {
        "rate",
        "difference of rates",
        "cumulative incidence",
        "difference of cumulative incidences",
    }
)


@dataclass(frozen=True, slots=True)
class ContrastWords:
    """The words of one comparison: its arms by label, its times by unit."""

    control: str
    experimental: str
    clock: Clock
    prefix: str  # of ids: empty where there is one comparison
    ratio: RatioName

    @property
    def subdistribution(self) -> bool:
        """Whether one event's incidence is all that is known."""
        return self.ratio == "subdistribution hazard ratio"

    @property
    def title(self) -> str:
        """Both arms."""
        return f"{self.experimental} v {self.control}"

    def id(self, what: str) -> str:
        """Give an id that no other comparison has."""
        return f"{self.prefix}{what}"

    def show(self, measure: Measure) -> Printer:
        """Tell how a value is printed."""
        if measure == "hazard ratio":
            return ratio
        if measure in SHARES:
            return percent
        return self.clock.show if measure == "median" else self.clock.show_finely

    def label(self, number: RebuiltNumber) -> tuple[str, str]:
        """Name a number: what heads it and its like (empty where it stands alone), and itself."""
        arm = {"control": self.control, "experimental": self.experimental, None: "Difference"}
        at = "" if number.time is None else self.clock.length(number.time)
        match number.measure:
            case "hazard ratio":
                return "", sentence(self.ratio)
            case "median":
                return f"Median, {self.clock.units}", arm[number.arm]
            case "difference of restricted means":
                return "", f"Difference of mean {self.clock.units} up to {at}"
            case "rate" | "difference of rates":
                return f"Without the event at {at}, %", arm[number.arm]
        return f"With the event by {at}, %", arm[number.arm]


def contrast_words(found: RebuiltTrial, contrast: RebuiltContrast) -> ContrastWords:
    """Give the words of a comparison."""
    several = len(found.comparisons) > 1
    place = found.comparisons.index(contrast) + 1
    prefix = f"comparison-{place}-" if several else ""
    return ContrastWords(
        contrast.control, contrast.experimental, clock_of(found), prefix, contrast.analysis.ratio
    )


def clock_of(found: RebuiltTrial) -> Clock:
    """Give the clock of the figure: its times stay as they are printed."""
    unit = found.time_unit
    return Clock(Trial(found.source, found.source, time_unit=unit, display_unit=unit))


def arm_of(found: RebuiltTrial, label: str) -> Arm:
    """Give an arm as figures draw it."""
    name = found.arm(label).id
    if label == found.roles.control:
        return Arm(name, label, "control")
    return Arm(name, label, "experimental")


def range_of(over: OverDraws, show: Printer) -> str:
    """Print how a number varies over reconstructions; one number where it does not."""
    ends = show(over.lower), show(over.upper)
    if ends[0] == ends[1]:
        return ends[0]
    return f"{ends[0]} to {ends[1]}"


def limits_of(limits: Interval | None, show: Printer) -> str:
    """Print limits; a dash where there are none."""
    if limits is None:
        return NONE
    if isinstance(limits.lower, Absent) and isinstance(limits.upper, Absent):
        return limits.lower.mark
    return interval(limits, show)


def own(estimate: Estimate, show: Printer) -> str:
    """Print an estimate with its own interval."""
    return with_interval(estimate, show)


def points(proportion: float) -> str:
    """Print a small distance of proportions in percentage points.

    >>> points(0.00042), points(0.0), points(0.00001)
    ('0.04', '0.00', '<0.01')
    """
    if 0.0 < POINTS * proportion < LEAST_POINTS / 2:
        return f"<{LEAST_POINTS:g}"
    return decimal(POINTS * proportion, 2)


def within(proportion: float) -> str:
    """Say how near in percentage points, never nearer than it is.

    >>> within(0.00042), within(0.0), within(0.00001)
    ('0.05', '0.01', '0.01')
    """
    steps = ceil(POINTS * proportion / LEAST_POINTS - TINY)
    return decimal(LEAST_POINTS * max(1, steps), 2)


def interval_name(level: float) -> str:
    """Name an interval.

    >>> interval_name(0.95)
    '95% CI'
    """
    return f"{level_percent(level)} CI"


def range_heading(found: RebuiltTrial) -> str:
    """Head the column of ranges over reconstructions."""
    return f"Range over {found.draws} reconstructions"


def number_notes(
    found: RebuiltTrial, numbers: Sequence[RebuiltNumber | ArmNumber]
) -> tuple[str, ...]:
    """Say what the three columns of numbers are, and what their marks mean."""
    told = (
        (
            "Likeliest patients: interval as if they were the trial's own. Range: 95% of "
            f"{found.draws} reconstructions that fit as well."
        ),
        (
            "Both together: sampling and reconstruction by Rubin's rules, ratios as logarithms, "
            "rates as log(\u2212log). Of a median: the times at which that interval of the rate "
            "holds one half."
        ),
    )
    dash = (
        "\u2013: not known in all reconstructions, or a rate of 0 or 100%, which has no standard "
        "error."
    )
    limits = [each.together for each in numbers if each.together is not None]
    return (
        *told,
        *((dash,) if len(limits) < len(numbers) else ()),
        *absent_footnotes(
            *(each.estimate for each in numbers),
            *((each.over.lower, each.over.upper) for each in numbers),
            *((each.lower, each.upper) for each in limits),
        ),
    )
