"""Families of hypotheses in a row: the next is tested with the alpha that the ones before leave.

A mixture of truncated procedures by the closure principle (Dmitrienko & Tamhane 2011; *modified*:
Dmitrienko, Kordzakhia & Brechenmacher 2016).  A hypothesis may wait for the rejection of all of
some others (serial) or of any of some others (parallel).  In the intersection I, let I* be its
members that no other member keeps waiting.  Family i, with k of its members in I*, has

    p_i = component test of those k, truncated by γ_i among n,    p(I) = min p_i / b_i,
    b_1 = 1,    b_{i+1} = b_i (1 - γ_i - (1 - γ_i) k / n),

where n counts the family (*standard*; there k in b counts I, not I*) or only what does not wait
(*modified*).  The last family has γ = 1; with `exhaust`, so has the last that still counts in I.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.design.multiplicity.graph import MOST
from equipoise.design.multiplicity.procedures import Component, check_truncation, component_p
from equipoise.design.multiplicity.shortcut import checked_p_values
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Vector, frozen

SPENT = 1e-12  # a fraction of alpha below this is none
Waiting = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class HypothesisFamily:
    """Hypotheses tested together; a truncation below 1 keeps alpha for the families after."""

    hypotheses: tuple[str, ...]
    truncation: float = 1.0


@dataclass(frozen=True, slots=True)
class _Rules:
    """The question by positions: rows of families, and whom each hypothesis waits for."""

    families: NDArray[np.bool_]  # (families, hypotheses)
    truncation: Vector
    serial: NDArray[np.bool_]  # (hypotheses, hypotheses) row waits for all of these
    parallel: NDArray[np.bool_]  # row waits for any of these
    component: Component
    modified: bool  # n leaves out what waits
    all_held: bool  # k in b counts I, not I*
    exhaust: bool
    retest: bool  # exhaust only where one hypothesis of the family is left


def gatekeeping(
    p_values: Mapping[str, float],
    families: Sequence[HypothesisFamily],
    *,
    serial: Waiting | None = None,
    parallel: Waiting | None = None,
    component: Component = "hommel",
    mixture: Literal["standard", "modified"] = "standard",
    exhaust: bool = True,
) -> Vector:
    """Adjust p-values of families in a row, in the order of `p_values`.

    Args:
        p_values: By hypothesis.
        families: In their order of testing; each hypothesis in one.
        serial: Each of these waits for the rejection of all of those.
        parallel: Each of these waits for the rejection of any of those.
        component: The procedure that is truncated within each family.
        mixture: How restrictions are accounted for.
        exhaust: Do not truncate the last family that still counts.

    Raises:
        DesignError: A hypothesis in no family or in two, waiting for an unknown one or for a later
            family, or more hypotheses than can be listed.
    Witness: lrstat fstdmix and fmodmix.

    >>> rows = [HypothesisFamily(("A",)), HypothesisFamily(("B",))]
    >>> gatekeeping({"A": 0.01, "B": 0.03}, rows, serial={"B": ["A"]}).tolist()
    [0.01, 0.03]
    """
    p = checked_p_values(list(p_values.values()))
    names = tuple(p_values)
    members = _family_rows(names, families)
    rules = _Rules(
        members,
        np.array([*(family.truncation for family in families[:-1]), 1.0]),
        _waiting_rows(names, members, serial or {}),
        _waiting_rows(names, members, parallel or {}),
        component,
        modified=mixture == "modified",
        all_held=mixture == "standard",
        exhaust=exhaust,
        retest=False,
    )
    return _closed(p, rules)


def two_sequences(
    p_values: ArrayLike,
    truncation: Sequence[float],
    component: Literal["holm", "hochberg"] = "hochberg",
    *,
    retest: bool = True,
) -> Vector:
    """Adjust p-values of two sequences of hypotheses, tested in pairs.

    Args:
        p_values: (2 pairs,): both sequences' first, both sequences' second, and so on.
        truncation: One per pair; the last counts as 1.
        component: The truncated procedure within each pair.
        retest: Test again, at full level, what is left when the other sequence is through.

    Raises:
        DesignError: An odd number of p-values, or not one truncation per pair.
    Witness: lrstat fstp2seq with two pairs, and in most sets of p-values with more.

    >>> two_sequences([0.02, 0.01, 0.03, 0.01], [0.6, 1.0]).round(6).tolist()
    [0.025, 0.02, 0.03, 0.025]
    """
    p = checked_p_values(p_values)
    pairs = p.size // 2
    if p.size != 2 * pairs or len(truncation) != pairs:
        raise DesignError(
            f"Two sequences need two p-values and one truncation per pair; found {p.size} "
            f"p-values and {len(truncation)} truncations. Write 1 where a sequence has ended."
        )
    for gamma in truncation:
        check_truncation(gamma)
    _check_count(p.size)
    rules = _Rules(
        np.repeat(np.eye(pairs, dtype=bool), 2, axis=1),
        np.array([*truncation[:-1], 1.0]),
        np.eye(p.size, k=-2, dtype=bool),
        np.zeros((p.size, p.size), dtype=bool),
        component,
        modified=True,
        all_held=False,
        exhaust=retest,
        retest=True,
    )
    return _closed(p, rules)


def _closed(p: Vector, rules: _Rules) -> Vector:
    adjusted = np.zeros(p.size)
    for mask in range(1, 2**p.size):
        members = (mask >> np.arange(p.size)) & 1 == 1
        own = min(1.0, _intersection(p, members, rules))
        adjusted[members] = np.maximum(adjusted[members], own)
    return frozen(_in_order(adjusted, rules))


def _in_order(adjusted: Vector, rules: _Rules) -> Vector:
    """Let nothing be rejected before what it waits for."""
    result = adjusted.copy()
    for family in rules.families:
        for j in np.flatnonzero(family):
            result[j] = max(result[j], result[rules.serial[j]].max(initial=0.0))
            if rules.parallel[j].any():
                result[j] = max(result[j], result[rules.parallel[j]].min())
    return result


def _intersection(p: Vector, members: Flags, rules: _Rules) -> float:
    """Give the p of one intersection: the smallest over its families."""
    free = _free(members, rules)
    parts, left = [], 1.0
    for family, gamma in zip(rules.families, rules.truncation, strict=True):
        tested = members & free & family
        size = int((free & family).sum() if rules.modified else family.sum())
        held = int((members & family if rules.all_held else tested).sum())
        if tested.any() and left > SPENT:
            parts.append((p[tested], size, float(gamma), left))
        if held:
            left *= (1.0 - gamma) * (1.0 - held / size) if held < size else 0.0
    smallest = 1.0
    for position, (own, size, gamma, share) in enumerate(parts):
        last = position == len(parts) - 1 and (own.size == 1 or not rules.retest)
        used = 1.0 if rules.exhaust and last else gamma
        smallest = min(smallest, component_p(own, size, used, rules.component) / share)
    return smallest


def _free(members: Flags, rules: _Rules) -> Flags:
    """Find the hypotheses that wait for no member, directly or through others."""
    free = np.ones(members.size, dtype=bool)
    for _ in range(rules.families.shape[0]):
        stuck = members | ~free
        waits_for_any = rules.parallel.any(axis=1) & ~(rules.parallel & ~stuck).any(axis=1)
        free = np.asarray(~((rules.serial & stuck).any(axis=1) | waits_for_any))
    return free


def _family_rows(names: tuple[str, ...], families: Sequence[HypothesisFamily]) -> NDArray[np.bool_]:
    _check_count(len(names))
    listed = [name for family in families for name in family.hypotheses]
    if sorted(listed) != sorted(names) or not all(family.hypotheses for family in families):
        raise DesignError(
            f"Every hypothesis belongs to one family: {', '.join(names)}; the families hold "
            f"{', '.join(listed) or 'none'}. Name each once."
        )
    for family in families:
        check_truncation(family.truncation)
    return np.array([[name in family.hypotheses for name in names] for family in families])


def _check_count(count: int) -> None:
    if count > MOST:
        raise DesignError(
            f"{count} hypotheses have too many intersections to list; give at most {MOST}, or use "
            "a graph (`shortcut_test`)."
        )


def _waiting_rows(
    names: tuple[str, ...], families: NDArray[np.bool_], waiting: Waiting
) -> NDArray[np.bool_]:
    rows = np.zeros((len(names), len(names)), dtype=bool)
    for name, others in waiting.items():
        for known in (name, *others):
            if known not in names:
                raise DesignError(
                    f"{known!r} waits or is waited for, but has no p-value. Name one of "
                    f"{', '.join(names)}."
                )
        own = names.index(name)
        rows[own, [names.index(other) for other in others]] = True
        if (rows[own] & families[np.argmax(families[:, own]) :].any(axis=0)).any():
            raise DesignError(
                f"{name} waits for a hypothesis of its own or a later family. A hypothesis waits "
                "for families before its own: reorder them."
            )
    return rows
