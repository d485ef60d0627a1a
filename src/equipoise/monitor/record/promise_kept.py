"""Whether the protocol is still the one the looks were held under.

What decides is compared as a value: trial, arms, variables and strata, populations, endpoints,
estimands, comparisons, hypotheses, design, analysis and what is monitored.  Comments, order of
keys, labels, titles and notes are free to change; so are the section `data` (where things are
found), `rehearsal`, the date of the cut, baseline tables, extra readings of the design, and how
the rest of the trial is foretold.  The section `data` has a digest of its own: a change of it is
remarked on, since it can change what counts as an event.
"""

from collections.abc import Mapping

from equipoise.monitor.plain_values import Plain, canonical, differing, plain, sha256_of
from equipoise.protocol.trial import Protocol

WORDS_ONLY = frozenset({"label", "title", "notes", "registry", "display_unit", "unit"})
NOT_DECIDING = frozenset({"data_cut", "baseline", "read_at", "projecting", "minimum_percent"})
PARTS = (
    *("trial", "arms", "variables", "strata", "populations", "endpoints", "estimands"),
    *("comparisons", "hypotheses", "analysis", "design", "monitoring"),
)


def deciding_parts(protocol: Protocol) -> dict[str, Plain]:
    """Give what the protocol promises and decisions rest on, as plain JSON."""
    without = WORDS_ONLY | NOT_DECIDING
    return {part: plain(getattr(protocol, part), sparse=True, without=without) for part in PARTS}


def promise_digest(protocol: Protocol) -> str:
    """Give the SHA-256 of what decisions rest on.

    Witness: laws: labels, comments and the data section leave it as it is; any number of the
    design changes it.
    """
    return sha256_of(canonical(dict(deciding_parts(protocol))))


def data_map_digest(protocol: Protocol) -> str:
    """Give the SHA-256 of where the protocol finds its data.

    Witness: as of `promise_digest`.
    """
    return sha256_of(canonical(plain(protocol.data, sparse=True)))


def changes(before: Mapping[str, object], protocol: Protocol) -> tuple[str, ...]:
    """Name what of the promise is not as it was: place, value then, value now."""
    return differing(dict(before), dict(deciding_parts(protocol)))
