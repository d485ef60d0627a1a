"""What arms are called in the closed report, and words that suit a comparison of letters.

Tables and figures by arm are written from an analysis in which letters stand for the arms, so
they cannot know the names.  What comes from elsewhere (remarks, groups of a model) passes through
here.  Sections written for a finished trial speak of experimental and control arms, of tests that
decide; at a masked look nobody may say which arm is which, and no P-value decides.
"""

import re
from dataclasses import replace
from itertools import combinations

from equipoise.monitor.committee import committee_protocol
from equipoise.report.context import Context
from equipoise.report.document import Block, Callout, Figure, Paragraph, Section, Statement, Table
from equipoise.report.sections.p_values import SUPPORTIVE
from equipoise.report.sections.parts import ELSEWHERE
from equipoise.simulate.monitored.monitored import MonitoredTrial

NOT_THE_BOUNDS = (
    "{} against {}, in the order of letters; z, bounds and decisions speak of the experimental arm "
    "against control."
)
NOT_BY_P = "P-values are two-sided and describe: a look is decided by its bounds, not by P."
CONVENTIONS = "How the endpoints were analyzed"
WORDS = {
    ELSEWHERE: f"Conventions shared by the whole endpoint stand under “{CONVENTIONS}”.",
    "No hypothesis concerns this endpoint: its tests are supportive, not prespecified.": "",
    "Tests not marked as that of a hypothesis are supportive, not prespecified.": "",
}
LETTERS = {
    "experimental over control": "the arm named first over the other",
    "experimental minus control": "the arm named first minus the other",
}


def committee_context(result: MonitoredTrial) -> Context:
    """Give what sections need to print results under the names of the masking."""
    if result.analysis is not None:
        return Context(result.analysis.protocol)
    protocol = result.protocol
    return Context(
        protocol if result.masking is None else committee_protocol(protocol, result.masking)
    )


def arm_name(result: MonitoredTrial, identifier: str) -> str:
    """Give what an arm is called, by its id in the protocol."""
    arm = result.protocol.arm(identifier)
    return arm.label if result.masking is None else result.masking.label(arm)


def under_letters(result: MonitoredTrial, words: str) -> str:
    """Put letters for the names of arms in words that came with the data."""
    masking = result.masking
    if masking is None or masking.unmasked:
        return words
    names = {}
    for arm in result.protocol.arms:
        for name in (arm.label, arm.id):
            names[name.casefold()] = masking.label(arm)
    longest = sorted(names, key=len, reverse=True)
    pattern = "|".join(re.escape(name) for name in longest)
    return re.sub(
        rf"(?<!\w)(?:{pattern})(?!\w)",
        lambda found: names[found.group().casefold()],
        words,
        flags=re.IGNORECASE,
    )


def for_committee(section: Section, result: MonitoredTrial) -> Section:
    """Say what a section of a finished trial says in words that are true at a look."""
    masked = result.masking is not None and not result.masking.unmasked
    return replace(
        section,
        blocks=tuple(
            _of_letters(_block(each, masked=masked), result)
            if masked
            else _block(each, masked=False)
            for each in section.blocks
        ),
        sections=tuple(for_committee(each, result) for each in section.sections),
    )


def _block(block: Block, *, masked: bool) -> Block:
    match block:
        case Paragraph() | Callout() | Statement():
            return replace(block, text=_said(block.text, masked=masked))
        case Figure():
            return replace(block, footnotes=_footnotes(block.footnotes, masked=masked))
        case Table():
            rows = tuple(
                replace(each, indent=max(1, each.indent - 1)) if _is_test(each.indent) else each
                for each in block.rows
                if each.cells[0] != SUPPORTIVE
            )
            dropped = len(rows) < len(block.rows)
            notes = _footnotes(block.footnotes, masked=masked)
            return replace(
                block,
                rows=rows if dropped else block.rows,
                footnotes=(*notes, *((NOT_BY_P,) if _has_p(block) else ())),
            )


def _of_letters(block: Block, result: MonitoredTrial) -> Block:
    """Say under a comparison of letters that the bounds go by another direction."""
    if not isinstance(block, Table | Figure) or result.masking is None:
        return block
    words = [block.title, *(getattr(block, "header", ())), getattr(block, "alternative_text", "")]
    words += [row.cells[0] for row in block.rows] if isinstance(block, Table) else []
    letters = sorted(result.masking.label(arm) for arm in result.protocol.arms)
    for first, second in combinations(letters, 2):
        if any(_compares(each, first, second) for each in words):
            note = NOT_THE_BOUNDS.format(first, second)
            return replace(block, footnotes=(*block.footnotes, note))
    return block


def _compares(words: str, first: str, second: str) -> bool:
    named = rf"{re.escape(first)} (?:versus|v|against|over) {re.escape(second)}"
    return re.search(named, words) is not None


def _is_test(indent: int) -> bool:
    return indent > 1


def _has_p(table: Table) -> bool:
    words = [*table.header, *(row.cells[0] for row in table.rows)]
    return any(re.search(r"\bP\b", each) for each in words)


def _footnotes(notes: tuple[str, ...], *, masked: bool) -> tuple[str, ...]:
    said = (_said(note, masked=masked) for note in notes)
    return tuple(dict.fromkeys(note for note in said if note))


def _said(text: str, *, masked: bool) -> str:
    text = WORDS.get(text, text)
    for before, after in LETTERS.items() if masked else ():
        text = text.replace(before, after)
    return text
