"""How few patients decide whether the result is significant."""

from equipoise.analyze.estimates import Absent
from equipoise.appraise.rebuilt.fragility import Fragility
from equipoise.appraise.rebuilt.values import OverDraws, RebuiltAnalysis, RebuiltFragility
from equipoise.report.document import Paragraph, Row, Section, Table
from equipoise.report.format import alpha_text, decimal, p_value, percent
from equipoise.report.rebuilt.words import NONE, ContrastWords

SIDES = {1: "one-sided", 2: "two-sided"}
WITHOUT_OTHERS = (
    "This holds only if no other event can come first: else patients with one are among the "
    "censored, and the test is not the trial's log-rank test."
)
CAREFUL = (
    "Fragility is of a threshold: it tells how near P is to alpha, and nothing of bias or of how "
    "large the effect is."
)


def fragility_section(analysis: RebuiltAnalysis, words: ContrastWords) -> Section:
    """Tell the fewest patients who would have to differ, and how that was found."""
    found = analysis.fragility
    giving = giving_arm(analysis, words)
    told = fragility_words(found, giving)
    if words.subdistribution:
        told = f"{WITHOUT_OTHERS} {told}"
    blocks = (Paragraph(told), _table(found, words), Paragraph(CAREFUL))
    return Section(words.id("fragility"), "How few patients decide", blocks)


def giving_arm(analysis: RebuiltAnalysis, words: ContrastWords) -> str:
    """Name the arm of which the best survivors would be of the other."""
    test = analysis.test("log-rank")
    z = 0.0 if test is None else test.test.statistic
    harmful = not isinstance(z, Absent) and z < 0.0
    lost = analysis.fragility.arms.significant and not harmful
    return words.experimental if lost else words.control


def fragility_words(found: RebuiltFragility, giving: str) -> str:
    """Say in sentences whether few patients decide; `giving` is the arm that would lose some."""
    of = found.outcomes
    level = f"{SIDES[of.sides]} {alpha_text(of.alpha)}"
    p = NONE if isinstance(of.p, Absent) else p_value(of.p, of.alpha)
    sign = "" if p[:1] in "<>" else "= "
    state = "is" if of.significant else "is not"
    said = [f"The log-rank test {state} significant at {level} (P {sign}{p})."]
    if isinstance(of.p, Absent):
        said = [f"The log-rank test does not exist: {of.p.value}."]
    if of.patients is None:
        said.append("No number of changed outcomes alters that.")
    else:
        said.append(
            f"{_fewest(of)} would have to have had the other outcome (an event for a censoring, or "
            f"the reverse, at the same time) to {'lose' if of.significant else 'reach'} that."
        )
    if found.arms.patients is not None:
        many = found.arms.patients
        longest = "patient" if many == 1 else f"{many} patients"
        said.append(
            f"It would also be so if the {longest} of {giving} followed longest were of the other "
            "arm."
        )
    said.append(
        f"{found.significant} of {found.draws} reconstructions that fit as well are significant."
    )
    return " ".join(said)


def _fewest(of: Fragility) -> str:
    if of.exact or of.at_least is None or of.patients is None:
        return f"{_patients(of.patients or 0)} of {of.of}"
    return f"{of.at_least} to {of.patients} patients of {of.of}"


def _patients(many: int) -> str:
    return f"{many} patient{'' if many == 1 else 's'}"


def _table(found: RebuiltFragility, words: ContrastWords) -> Table:
    lines = (
        ("Other outcome", found.outcomes, found.outcomes_over),
        ("Other arm", found.arms, found.arms_over),
    )
    return Table(
        words.id("fragility-table"),
        "Fewest patients who would have to differ for P to cross alpha",
        ("What differs", "Patients", "Share, %", "P as it is", "P then", "Over reconstructions"),
        tuple(Row((name, *_cells(of, over))) for name, of, over in lines),
        footnotes=(
            *dict.fromkeys((*found.outcomes.assumed, *found.arms.assumed)),
            *_bounds(found.outcomes),
            "Over reconstructions: 95% of those that are significant, or not, as the likeliest.",
        ),
    )


def _cells(of: Fragility, over: OverDraws) -> tuple[str, ...]:
    def whole(value: float | Absent) -> str:
        return NONE if isinstance(value, Absent) else decimal(value, 0)

    ends = whole(over.lower), whole(over.upper)
    return (
        NONE if of.patients is None else str(of.patients),
        NONE if of.quotient is None else percent(of.quotient),
        p_value(of.p, of.alpha),
        NONE if of.p_after is None else p_value(of.p_after, of.alpha),
        ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}",
    )


def _bounds(of: Fragility) -> tuple[str, ...]:
    if of.exact or of.at_least is None or of.patients is None:
        return ()
    return (f"Other outcome: {of.patients} suffice; fewer than {of.at_least} do not, by proof.",)
