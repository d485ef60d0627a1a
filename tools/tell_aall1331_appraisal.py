"""Write examples/aall1331/appraisal.md: what the news of AALL1331 said, and what it can mean.

Every number comes from the claims files beside it and from what `appraise`, `pool` and the library
make of them.  `--check` compares the page with what they say now, and writes nothing; the pictures
are held to it by their descriptions.
"""

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aall1331_appraisal_words import (
    AT_ONCE,
    BELIEVED,
    LIBRARY,
    MOVED,
    OPENING,
    TOGETHER,
    TOO_GOOD,
)

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import chosen, events_of, rate_pairs
from equipoise.appraise.checks.shrinkage import Shrinkage, shrinkage
from equipoise.appraise.checks.telling import UNVERIFIED, is_unverified
from equipoise.appraise.checks.wording import percent
from equipoise.appraise.claims.claim import (
    ClaimedCount,
    ClaimedFollowUp,
    ClaimedP,
    ClaimedRatio,
    Claims,
    PrintedNumber,
)
from equipoise.appraise.claims.intervals import range_of
from equipoise.appraise.library.priors import planning_priors
from equipoise.appraise.pooling.answers import PoolAnswer
from equipoise.appraise.relations.hazards import rates_ratio
from equipoise.appraise.relations.plan import effect_seen, shrunk
from equipoise.design.survival.conversions import events_from_hazard_ratio, hazard_ratio_from_z
from equipoise.evidence.selection import catalog
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.normal import upper_quantile
from equipoise.monitor.beliefs.beliefs import Posterior, updated
from equipoise.monitor.beliefs.critical_prior import critical_prior
from equipoise.monitor.beliefs.priors import FLAT, Likelihood, prior_of
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.protocol.monitoring import Belief
from equipoise.protocol.planning import Prior
from equipoise.report.appraise.build import build_appraisal_document
from equipoise.report.document import Document, Figure
from equipoise.report.pooling.one_pool import verdict
from equipoise.report.pooling.pictures import forest
from equipoise.report.pooling.words import EffectWords, share
from equipoise.verbs import appraise, monitor_statistics, pool_studies

EXAMPLE = Path(__file__).parents[1] / "examples" / "aall1331"
PAGE = EXAMPLE / "appraisal.md"
NEWS, PAPER, SISTER = (
    EXAMPLE / f"claims-{name}.yaml" for name in ("ash2019", "jama2021", "jco2023-low-risk")
)
STOPPED_AT, PLANNED, EFFECT = 80.0, 131.0, 0.58  # events, events, hazard ratio: all unverified
P = 0.05  # as the news prints it, of both endpoints
SIDES = {1: "one-sided", 2: "two-sided"}
MARGIN = 0.8
NAMES = {"dfs": "Disease-free survival", "os": "Overall survival"}


@dataclass(frozen=True, slots=True)
class Sources:
    """What is told: the claims and what is made of them."""

    news: Claims
    paper: Claims
    first: Appraisal  # the news alone
    together: Appraisal  # the news, held against the paper
    later: Appraisal  # the paper alone
    sister: Appraisal
    document: Document  # of the news held against the paper


def sources() -> Sources:
    """Read the claims, and appraise them."""
    together = appraise(NEWS, PAPER)
    later = appraise(PAPER)
    return Sources(
        news=together.claims,
        paper=later.claims,
        first=appraise(NEWS),
        together=together,
        later=later,
        sister=appraise(SISTER),
        document=build_appraisal_document(together),
    )


def page() -> tuple[str, dict[str, Figure]]:
    """Tell the story, and draw its pictures."""
    told = sources()
    events, deaths = pool_studies(EXAMPLE / "pooling.yaml").pools
    pictures = {
        "appraisal-p.svg": picture_of(told.document, "p-by-sidedness"),
        "appraisal-ratios.svg": picture_of(told.document, "hazard-ratios"),
        "appraisal-forest.svg": forest(events, EffectWords("hazard ratio", events.pooled.level)),
    }
    library = planning_priors(catalog().select(endpoint="OS"))
    parts = [
        opening(told),
        at_once(told, pictures["appraisal-p.svg"]),
        moved(told, pictures["appraisal-ratios.svg"]),
        too_good(told),
        believed(told, library.prior),
        together((events, deaths), pictures["appraisal-forest.svg"]),
        rest(told),
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts), pictures


def picture_of(document: Document, name: str) -> Figure:
    """Find a picture in a report."""
    blocks = [block for section in document.sections for block in section.blocks]
    return next(each for each in blocks if isinstance(each, Figure) and name == each.id)


def table(header: str, rows: Iterable[Sequence[str]]) -> str:
    """Write a table; its header has cells between bars."""
    cells = header.split("|")
    rule = "|".join("---" for _ in cells)
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([f"|{header}|", f"|{rule}|", *lines])


def opening(told: Sources) -> str:
    """Say in short what is found, and what is printed."""
    news = {each: shrunk_of(told.news, each) for each in NAMES}
    numbers = {f"{each}_news": found.seen for each, found in news.items()}
    numbers |= {f"{each}_left": found.believed for each, found in news.items()}
    numbers |= {f"{each}_paper": shrunk_of(told.paper, each).seen for each in NAMES}
    return OPENING.format(printed=printed(told), **numbers)


def printed(told: Sources) -> str:
    """Set what both sources print side by side."""

    def rows() -> Iterator[Sequence[str]]:
        yield "Median follow-up, years", follow_up(told.news), follow_up(told.paper)
        for endpoint, name in NAMES.items():
            yield f"{name} at 2 years", rates(told.news, endpoint), rates(told.paper, endpoint)
            yield "– hazard ratio", "not printed", ratio(told.paper, endpoint)
            yield "– P", p_of(told.news, endpoint), p_of(told.paper, endpoint)
        yield "Transplant", counts(told.news, "hsct"), counts(told.paper, "hsct")

    return table(
        f" Blinatumomab v chemotherapy | {told.news.source} | {told.paper.source} ", rows()
    )


def rates(claims: Claims, endpoint: str) -> str:
    """Give both rates as printed."""
    pair = next(each for each in rate_pairs(claims) if each.endpoint == endpoint)
    return f"{percent(pair.experimental.rate)} v {percent(pair.control.rate)}"


def ratio(claims: Claims, endpoint: str) -> str:
    """Give a hazard ratio as printed."""
    found = next(each for each in chosen(claims, ClaimedRatio) if each.endpoint == endpoint)
    assert found.interval is not None  # noqa: S101 - the paper prints both
    limits = found.interval
    return f"{found.ratio.text} ({limits.lower.text} to {limits.upper.text})"


def p_of(claims: Claims, about: str) -> str:
    """Give a P as printed."""
    return marked(claims, next(e.p for e in chosen(claims, ClaimedP) if e.about == about))


def follow_up(claims: Claims) -> str:
    """Give the median follow-up as printed."""
    return marked(claims, next(e.median for e in chosen(claims, ClaimedFollowUp) if e.median))


def marked(claims: Claims, number: PrintedNumber) -> str:
    """Give a number as printed, marked where it was not read in the source."""
    return f"{number.text} [unverified]" if number.place in claims.unverified else number.text


def counts(claims: Claims, what: str) -> str:
    """Give counts or percentages of both arms as printed, and the P."""
    found = [each for each in chosen(claims, ClaimedCount) if each.what == what]
    shown = [
        percent(each.percent) if each.percent is not None else f"{each.count.text}"  # type: ignore[union-attr]
        for each in found
    ]
    return f"{' v '.join(shown)}, P {p_of(claims, what)}"


def at_once(told: Sources, picture: Figure) -> str:
    """Quote the findings, and say what is behind them."""
    held = [each for each in told.together.findings if each.relation.endswith("sources")]
    survival, free = implied(told.news, "os"), implied(told.news, "dfs")
    found = {each.about: each for each in told.together.about("p-of-matching-trials")}
    on = {each: line_of(finding, "events in them") for each, finding in found.items()}
    sides, sister = told.later.sidedness, told.sister.sidedness
    return AT_ONCE.format(
        alone=quoted(told.first, told.first.findings),
        held=quoted(told.together, held),
        os_rates=rates(told.news, "os"),
        os_ratio=survival,
        os_one=events_from_hazard_ratio(survival, z_of_p(1)),
        os_two=events_from_hazard_ratio(survival, z_of_p(2)),
        os_events=on["os"],
        os_middle=next(e.how for e in found["os"].arithmetic if e.what == "one-sided P, median"),
        other=100 * line_of(found["os"], "the same"),
        dfs_rates=rates(told.news, "dfs"),
        dfs_ratio=free,
        dfs_one=hazard_ratio_from_z(z_of_p(1), STOPPED_AT),
        dfs_two=hazard_ratio_from_z(z_of_p(2), STOPPED_AT),
        dfs_events=on["dfs"],
        dfs_one_more=hazard_ratio_from_z(z_of_p(1), on["dfs"]),
        dfs_two_more=hazard_ratio_from_z(z_of_p(2), on["dfs"]),
        p_alt=words_of(picture.alternative_text),
        p_title=picture.title,
        p_key=" ".join(picture.footnotes),
        sides_dfs=reading(sides["dfs"].fits),
        sides_os=reading(sides["os"].fits),
        sister=reading(sister["dfs"].fits & sister["os"].fits),
        **denominators(told.paper),
    )


def denominators(paper: Claims) -> dict[str, str]:
    """Give the transplants of the paper as percentages of those treated in the first cycle."""
    of = {e.arm: e.of for e in chosen(paper, ClaimedCount) if e.what == "severe" and e.of}
    moved = {e.arm: e.count for e in chosen(paper, ClaimedCount) if e.what == "hsct" and e.count}
    shares = (f"{100 * moved[arm].value / of[arm].value:.0f}%" for arm in of)
    return {
        "treated": " and ".join(f"{each.value:g}" for each in of.values()),
        "moved": " and ".join(f"{moved[arm].value:g}" for arm in of),
        "fits": " and ".join(shares),
    }


def z_of_p(sides: int) -> float:
    """Give z of the printed P, read with so many sides."""
    return upper_quantile(P / sides)


def implied(claims: Claims, endpoint: str) -> float:
    """Give the hazard ratio that the rates imply."""
    pair = next(each for each in rate_pairs(claims) if each.endpoint == endpoint)
    found = rates_ratio(pair)
    assert found is not None  # noqa: S101 - both rates are above 0 and below 1
    return found.middle


def line_of(finding: Finding, what: str) -> float:
    """Give the number of a line of arithmetic."""
    value = next(each.lower for each in finding.arithmetic if each.what == what)
    assert value is not None  # noqa: S101 - it is one of those with a number
    return value


def reading(fits: Iterable[int]) -> str:
    """Say which sidednesses are left."""
    words = " or ".join(SIDES[each] for each in sorted(fits))
    return f"only the {words} reading" if " or " not in words else f"{words} readings"


def quoted(appraisal: Appraisal, findings: Iterable[Finding]) -> str:
    """Quote findings, the gravest first."""
    grades = ["impossible", "unlikely", "possible", "cannot tell", "consistent"]
    ordered = sorted(findings, key=lambda each: grades.index(each.grade))
    return "\n".join(f"- **{each.grade}**: {said(appraisal, each)}" for each in ordered)


def said(appraisal: Appraisal, finding: Finding) -> str:
    """Give the sentence of a finding, and whether it rests on what is unverified."""
    mark = f" {UNVERIFIED}" if is_unverified(appraisal, finding) else ""
    return f"{finding.sentence}{mark}"


def words_of(text: str) -> str:
    """Write a description that can stand in brackets."""
    return text.replace("[", "(").replace("]", ")").replace("\n", " ")


def moved(told: Sources, picture: Figure) -> str:
    """Tell what became of each number."""

    def rows() -> Iterator[Sequence[str]]:
        for endpoint, name in NAMES.items():
            before, after = (difference(each, endpoint) for each in (told.news, told.paper))
            yield (
                f"{name}: difference at 2 years, points",
                f"{before:.1f}",
                f"{after:.1f}",
                f"{after - before:+.1f}".replace("-", "−"),
            )
            ends = [implied(each, endpoint) for each in (told.news, told.paper)]
            yield (
                "– hazard ratio that the rates imply",
                *(f"{each:.2f}" for each in ends),
                f"× {ends[1] / ends[0]:.2f}",
            )
            yield "– hazard ratio printed", "none", ratio(told.paper, endpoint), ""

    header = f" | {told.news.source} | {told.paper.source} | moved by "
    return MOVED.format(
        table=table(header, rows()),
        alt=words_of(picture.alternative_text),
        title=picture.title,
        key=" ".join(picture.footnotes),
        censored=said(told.later, told.later.about("differential-censoring", "dfs")[0]),
    )


def difference(claims: Claims, endpoint: str) -> float:
    """Give the difference of both rates in points."""
    pair = next(each for each in rate_pairs(claims) if each.endpoint == endpoint)
    return 100 * (range_of(pair.experimental.rate).middle - range_of(pair.control.rate).middle)


def too_good(told: Sources) -> str:
    """Tell what is left to believe, and what was to be expected."""
    fraction = STOPPED_AT / PLANNED
    by_rates = {each: seen_in(told.news, each) for each in NAMES}
    by_p = hazard_ratio_from_z(z_of_p(1), STOPPED_AT), 2.0 / math.sqrt(STOPPED_AT)
    news = {each: shrunk_of(told.news, each) for each in NAMES}
    early = shrinkage(*by_rates["dfs"], fraction=fraction, planned=EFFECT)
    thin = shrinkage(*by_p, fraction=fraction, planned=EFFECT)
    paper = {each: shrunk_of(told.paper, each) for each in NAMES}
    events = events_of(told.paper, "dfs", None)
    assert events is not None  # noqa: S101 - the paper prints them
    stopped = f"80/131 = {fraction:.2f} [unverified]"
    grown = f"{events.middle:.0f}/131 = {events.middle / PLANNED:.2f} [unverified]"
    rows = [
        shrunk_row("News, DFS, from the rates", "left open", news["dfs"]),
        shrunk_row("News, DFS, from the rates", stopped, early),
        shrunk_row("News, DFS, P .05 one-sided on 80 events", stopped, thin),
        shrunk_row("News, OS, from the rates", "left open", news["os"]),
        shrunk_row("Paper, DFS", grown, paper["dfs"]),
        shrunk_row("Paper, OS", "left open", paper["os"]),
    ]
    outlook = monitor_statistics(EXAMPLE, z_of_p(1), STOPPED_AT).outlook("H1")
    assert outlook is not None  # noqa: S101 - a look at numbers has one
    shown = "seen | believed (95%) | too good by | final (95%)"
    header = f" Hazard ratio of | fraction of the information | {shown} "
    return TOO_GOOD.format(
        table=table(header, rows),
        paper_dfs=paper["dfs"].seen,
        paper_os=paper["os"].seen,
        news_dfs=news["dfs"].believed,
        news_os=news["os"].believed,
        adjusted=outlook.after.sentences[0],
        bias=outlook.after.sentences[1],
    )


def seen_in(claims: Claims, endpoint: str) -> tuple[float, float]:
    """Give the hazard ratio of a source, and the standard error of its logarithm."""
    found = effect_seen(claims, endpoint)
    assert found is not None  # noqa: S101 - both sources print rates
    return found[0], found[1]


def shrunk_of(claims: Claims, endpoint: str) -> Shrinkage:
    """Shrink what a source prints."""
    found = shrunk(claims, endpoint)
    assert found is not None  # noqa: S101 - both plans say that the trial was stopped early
    return found


def shrunk_row(name: str, fraction: str, found: Shrinkage) -> Sequence[str]:
    """Write a row."""
    final = "–"
    if found.final is not None and found.final_interval is not None:
        final = limits(found.final, found.final_interval)
    shown = limits(found.believed, found.believed_interval)
    flattered = f"{found.believed / found.seen:.2f}"
    return name, fraction, f"{found.seen:.2f}", shown, flattered, final


def limits(value: float, interval: tuple[float, float]) -> str:
    """Give a number with its limits."""
    return f"{value:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"


def believed(told: Sources, library: Prior) -> str:
    """Tell what each belief has become, by source."""
    scale = EffectScale("hazard ratio", 1.0, "log", "lower", EFFECT)
    other = Belief("other cancers", "given", 0.05, library.mean, library.standard_deviation)
    beliefs = (Belief("sceptical", "sceptical"), Belief("enthusiastic", "enthusiastic"), other)
    sceptic = prior_of(beliefs[0], scale)
    priors = [(FLAT, None), *((each.id, prior_of(each, scale)) for each in beliefs)]

    def rows() -> Iterator[Sequence[str]]:
        for endpoint in NAMES:
            for claims in (told.news, told.paper):
                seen = likelihood(claims, endpoint, scale)
                for name, prior in priors:
                    after = updated(name, name, prior, seen, scale, margins=(MARGIN,))
                    yield f"{endpoint.upper()}, {claims.source}", *belief_row(after)

    header = " Data | Belief before | Believed now (95%) | Below 1 | Below 0.8 "
    critical = [
        critical_words(f"{endpoint.upper()}, {claims.source}", claims, endpoint, scale)
        for endpoint in NAMES
        for claims in (told.news, told.paper)
    ]
    return BELIEVED.format(
        table=table(header, rows()),
        effect=EFFECT,
        critical="\n".join(critical),
        reach=math.exp(-normal_quantile(0.95) * sceptic.sd),
    )


def likelihood(claims: Claims, endpoint: str, scale: EffectScale) -> Likelihood:
    """Give what a source says of the hazard ratio."""
    value, error = seen_in(claims, endpoint)
    return Likelihood(scale.advantage(value), error, None, claims.source)


def belief_row(after: Posterior) -> Sequence[str]:
    """Write what a belief has become."""
    better = {each.value: each.after for each in after.better}
    shown = limits(after.effect, after.interval)
    return after.belief, shown, f"{better[1.0]:.3f}", f"{better[MARGIN]:.2f}"


def critical_words(name: str, claims: Claims, endpoint: str, scale: EffectScale) -> str:
    """Say what one must believe to change one's mind about no effect."""
    found = critical_prior(likelihood(claims, endpoint, scale), scale)
    if found.kind == "sceptical" and found.limit is not None:
        return f"- {name}: {found.limit:.2f}"
    return f"- {name}: none needed, the interval itself includes no effect"


def together(pools: Sequence[PoolAnswer], picture: Figure) -> str:
    """Tell both trials as one."""

    def rows() -> Iterator[Sequence[str]]:
        for answer in pools:
            words = EffectWords("hazard ratio", answer.pooled.level)
            label, alike = answer.asked.label, share(answer.pooled.heterogeneity.i_squared)
            yield label, "one common effect", words.with_limits(answer.pooled.effect), alike
            for each in answer.others:
                yield "", each.label, words.with_limits(each.pooled.effect), ""

    header = " | Method | Hazard ratio (95%) | I² "
    return TOGETHER.format(
        alt=words_of(picture.alternative_text),
        title=picture.title,
        key=" ".join(picture.footnotes),
        table=table(header, rows()),
        verdicts="\n".join(
            f"- {answer.asked.label}: {verdict(answer)} {' '.join(answer.remarks)}"
            for answer in pools
        ),
    )


def rest(told: Sources) -> str:
    """Tell what the library says, and what would settle it."""
    library = catalog()
    expected = planning_priors(library.select(endpoint="OS"))
    known = [
        each.published
        for each in library.select(endpoint="OS")
        if each.published is not None and each.order.resolved
    ]
    news, paper = implied(told.news, "os"), shrunk_of(told.paper, "os").seen
    cancers = sorted({each for figure in library for each in figure.cancer.split("/")})
    found = [*told.first.findings, *(e for e in told.together.findings if not e.source)]
    asked = [each for each in found if each.settles and each.grade != "consistent"]
    settles = dict.fromkeys(each.settles for each in asked)
    return LIBRARY.format(
        figures=len(tuple(library)),
        publications=len({each.pubmed for each in library}),
        cancers=f"{', '.join(cancers[:-1]).lower()} and {cancers[-1].lower()}",
        used=len(expected.figures),
        used_trials=expected.trials,
        mean=expected.prior.mean,
        low=expected.interval[0],
        high=expected.interval[1],
        published=len(known),
        news=news,
        paper=paper,
        as_news=sum(each <= round(news, 2) for each in known),
        as_paper=sum(each <= round(paper, 2) for each in known),
        settles="\n".join(f"- {each}" for each in settles),
    )


def main() -> None:
    """Write the page and its pictures, or with `--check` only compare the page."""
    told, pictures = page()
    if "--check" in sys.argv:
        if told != PAGE.read_text(encoding="utf-8"):
            sys.exit(f"{PAGE} does not say what is found now: run {Path(__file__).name}")
        return
    PAGE.write_text(told, encoding="utf-8")
    for name, picture in pictures.items():
        (EXAMPLE / name).write_text(picture.svg, encoding="utf-8")


if __name__ == "__main__":
    main()
