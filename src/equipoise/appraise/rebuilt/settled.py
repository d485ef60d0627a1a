"""What is settled before a figure is rebuilt: sizes, kind, times of rates, ids of arms.

Rates are at the same times in every arm: those asked for, else up to six times of the numbers at
risk, else 6 months, 1, 2, 3, 5 and 10 years, as far as all curves go; and those of printed rates.
"""

from collections.abc import Sequence

from equipoise.appraise.claims.claim import ClaimedDifference, ClaimedRate
from equipoise.appraise.curves.curve import Kind
from equipoise.appraise.library.analysis import MONTHS
from equipoise.appraise.rebuilt.analysis import MOST_TIMES
from equipoise.appraise.rebuilt.figure import PublishedArm, PublishedFigure, RebuildAsked
from equipoise.errors import DataError
from equipoise.protocol.trial import DAYS_PER


def refuse_unknown_sizes(arms: Sequence[PublishedArm]) -> None:
    """Refuse arms of which nobody says how many patients they have.

    Raises:
        DataError: naming them.
    """
    unknown = [
        arm.label
        for arm in arms
        if arm.patients is None and (arm.at_risk is None or arm.at_risk.times[0] > 0.0)
    ]
    if unknown:
        raise DataError(
            f"Nothing says how many patients {', '.join(map(repr, unknown))} had. Give the "
            "patients of each arm (--patients), or the numbers at risk from time 0 on (--at-risk)."
        )


def kind_of(arms: Sequence[PublishedArm], source: str) -> Kind:
    """Refuse arms of which some fall and some rise.

    Raises:
        DataError: naming one of each.
    """
    kinds = {arm.curve.kind: arm.label for arm in arms}
    if len(kinds) > 1:
        raise DataError(
            f"In {source} {kinds['survival']!r} falls and {kinds['incidence']!r} rises. Rebuild "
            "them apart: drop the others by an empty label."
        )
    return arms[0].curve.kind


def times_of_rates(
    arms: Sequence[PublishedArm], figure: PublishedFigure, asked: RebuildAsked
) -> tuple[float, ...]:
    """Settle the times of rates.

    Raises:
        DataError: one lies before 0 or beyond a curve.
    """
    shortest = min(arms, key=lambda arm: arm.curve.end)
    if asked.times is not None:
        for at in asked.times:
            if not 0.0 < at <= shortest.curve.end:
                raise DataError(
                    f"A rate is asked for at {at:g}, but the curve of {shortest.label!r} goes from "
                    f"0 to {shortest.curve.end:.4g} {figure.time_unit}s. Ask for a time within."
                )
        own = list(asked.times)
    else:
        table = next((arm.at_risk.times for arm in arms if arm.at_risk is not None), None)
        unit = DAYS_PER[figure.time_unit] / DAYS_PER["month"]
        every = [each / unit for each in MONTHS] if table is None else table.tolist()
        inside = [float(at) for at in every if 0.0 < at <= shortest.curve.end]
        step = max(1, -(-len(inside) // MOST_TIMES))
        own = inside[step - 1 :: step]
    printed = [
        each.time
        for each in asked.published
        if isinstance(each, ClaimedRate | ClaimedDifference) and each.time is not None
    ]
    return tuple(sorted({*own, *(at for at in printed if 0.0 < at <= shortest.curve.end)}))


def ids_of(labels: Sequence[str]) -> list[str]:
    """Make ids of labels, each told from all others.

    >>> ids_of(["Lev+5FU", "Lev 5FU", "5-FU"])
    ['lev-5fu', 'lev-5fu-2', 'arm-5-fu']
    """
    found: list[str] = []
    for label in labels:
        letters = "".join(c if c.isascii() and c.isalnum() else " " for c in label.lower())
        plain = "-".join(letters.split()) or "arm"
        plain = plain if plain[0].isalpha() else f"arm-{plain}"
        name, again = plain, 1
        while name in found:
            again += 1
            name = f"{plain}-{again}"
        found.append(name)
    return found
