"""The report of studies put together: a section a question, and what they rest on."""

from collections.abc import Sequence

from equipoise.appraise.pooling.answers import NetworkAnswer, PooledEvidence
from equipoise.report.document import Document, Paragraph, Row, Section, Table
from equipoise.report.format import p_value, sentence
from equipoise.report.pooling import one_network, one_pool
from equipoise.report.pooling.words import EffectWords, share

SOURCES = (
    (
        "DerSimonian & Laird 1986, Control Clin Trials 7: 177. Hartung & Knapp 2001, Stat Med 20: "
        "3875. Higgins, Thompson & Spiegelhalter 2009, J R Stat Soc A 172: 137. Viechtbauer & "
        "Cheung 2010, Res Synth Methods 1: 112."
    ),
    (
        "Egger et al. 1997, BMJ 315: 629. Duval & Tweedie 2000, Biometrics 56: 455. Peters et al. "
        "2008, J Clin Epidemiol 61: 991. R\u00fccker 2012, Res Synth Methods 3: 312. R\u00fccker & "
        "Schwarzer 2015, BMC Med Res Methodol 15: 58."
    ),
)


def pooling_document(found: PooledEvidence, software: Sequence[tuple[str, str]] = ()) -> Document:
    """Build the report.

    Args:
        found: the answers.
        software: names and versions, for the first page.
    """
    studies = {study.id for each in found.pools for study in each.pooled.studies}
    studies |= {study.id for each in found.networks for study in each.network.studies}
    sections = [one_pool.pool_section(each) for each in found.pools]
    sections += [one_network.network_section(each) for each in found.networks]
    overview = [_overview(found)] if len(sections) > 1 else []
    return Document(
        title=found.asked.title or "Studies put together",
        subtitle="Pooled evidence",
        facts=(
            ("Questions", str(len(found.pools) + len(found.networks))),
            ("Studies", str(len(studies))),
            *(("Software", f"{name} {version}") for name, version in software[:1]),
        ),
        sections=(*overview, *sections, _rests_on(found)),
    )


def _overview(found: PooledEvidence) -> Section:
    rows = []
    for each in found.pools:
        words = EffectWords(each.asked.effect, each.pooled.level)
        cells = (
            sentence(each.asked.label),
            str(len(each.pooled.studies)),
            words.name,
            words.with_limits(each.pooled.effect),
            p_value(each.pooled.p),
            share(each.pooled.heterogeneity.i_squared),
        )
        rows.append(Row(cells))
    rows += [row for joined in found.networks for row in _against_reference(joined)]
    header = ("Question", "Studies", "Effect", "Pooled (CI)", "P", "I\u00b2")
    table = Table("all-questions", "What the studies say together", header, tuple(rows), prose=(2,))
    networks = (
        Paragraph(
            f"{sentence(each.asked.label)}. {one_network.ranking(each)} "
            f"{one_network.agreement(each)}"
        )
        for each in found.networks
    )
    return Section("overview", "At a glance", (*((table,) if rows else ()), *networks))


def _against_reference(answer: NetworkAnswer) -> list[Row]:
    """Tell every treatment of a network against its reference, a row each."""
    found, words = answer.network, EffectWords(answer.asked.effect, answer.network.level)
    reference = found.treatments[0]
    return [
        Row(
            (
                f"{sentence(answer.asked.label)}: {name} v {reference}",
                str(len(found.studies)),
                words.name,
                words.with_limits(found.comparison(name, reference)),
                p_value(found.p(name, reference)),
                share(found.heterogeneity.i_squared),
            )
        )
        for name in found.treatments[1:]
    ]


def _rests_on(found: PooledEvidence) -> Section:
    """Tell each assumption once, under the questions that share it."""
    blocks = [text for each in found.pools for text in one_pool.assumptions(each)]
    blocks += [text for each in found.networks for text in one_network.assumptions(each)]
    once = tuple(dict.fromkeys(blocks))
    return Section(
        "rests-on", "What this rests on", (*once, *(Paragraph(each) for each in SOURCES))
    )
