"""What `rebuild` is asked: choices that can be, and what was printed beside the figure."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from equipoise.appraise.claims.claim import ClaimedP, ClaimedRatio, Claims
from equipoise.appraise.claims.printed import printed, printed_estimate
from equipoise.appraise.claims.units import in_unit
from equipoise.appraise.curves.curve import claimed_at_risk
from equipoise.appraise.rebuilt.claimed import ClaimsOfFigure, claims_of_figure
from equipoise.appraise.rebuilt.figure import AS_GIVEN, DRAWS, RebuildAsked
from equipoise.errors import ClaimError, DataError
from equipoise.io.numbers_by_arm import ByArm, numbers_by_arm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from equipoise.appraise.claims.claim import Claimed
    from equipoise.appraise.rebuilt.figure import PublishedArm, PublishedFigure
    from equipoise.appraise.rebuilt.trial import ArmRoles

FEWEST = 2  # draws


def checked_choices(
    choices: Mapping[str, Any],
    times: Sequence[float] | None,
    margins: Sequence[float],
    how: tuple[float, int | None, int],
) -> RebuildAsked:
    """Refuse choices that cannot be, before any work is done, and fill in those not made.

    Args:
        choices: until, alpha, sides and planned; None: as usual.
        times: of rates.
        margins: hazard ratios.
        how: level of intervals, draws, seed.

    Raises:
        DataError: naming the first that cannot be.
    """
    level, draws, seed = how
    for name, share in (("Alpha", choices["alpha"]), ("The level", level)):
        if share is not None and not 0.0 < share < 1.0:
            raise DataError(f"{name} is {share:g}; it lies between 0 and 1.")
    above = [("planned hazard ratio", choices["planned"]), ("end of means", choices["until"])]
    for name, ratio in (*above, *(("margin", each) for each in margins)):
        if ratio is not None and not 0.0 < ratio < math.inf:
            raise DataError(f"The {name} is {ratio:g}; give a number above 0.")
    if times is not None and not len(times):
        raise DataError("No times of rates are given. Give at least one, or leave times out.")
    if draws is not None and draws < FEWEST:
        raise DataError(f"{draws} draws tell nothing of a spread. Ask for at least {FEWEST}.")
    if seed < 0:
        raise DataError(f"The seed is {seed}; give a whole number from 0 on.")
    made = {name: value for name, value in choices.items() if value is not None}
    return RebuildAsked(
        times=None if times is None else tuple(float(each) for each in times),
        margins=tuple(float(each) for each in margins),
        level=level,
        draws=DRAWS if draws is None else draws,
        seed=seed,
        **made,
    )


def refuse_alone(roles: ArmRoles, comparing: Mapping[str, Any]) -> None:
    """Refuse what compares, where there is one curve.

    Args:
        roles: of the arms.
        comparing: what was given that only a comparison uses, by name; None or empty: not given.

    Raises:
        DataError: naming the first.
    """
    if roles.control is not None:
        return
    for name, value in comparing.items():
        if value is not None:
            raise DataError(
                f"One curve has nothing to be compared with: leave {name} out, or give the figure "
                "of both arms."
            )


def with_numbers(
    figure: PublishedFigure, patients: ByArm | None, events: ByArm | None
) -> PublishedFigure:
    """Give arms the patients and events that were asked for.

    Raises:
        DataError: another count of numbers than arms, an unknown arm, or no whole number.
    """
    many = numbers_by_arm("patients", patients, figure.labels)
    had = numbers_by_arm("events", events, figure.labels)
    return replace(
        figure,
        arms=tuple(
            replace(arm, patients=many.get(arm.label), events=had.get(arm.label))
            for arm in figure.arms
        ),
    )


def claims_beside(
    figure: PublishedFigure,
    roles: ArmRoles,
    claims: Claims | str | Path | None,
    endpoint: str | None,
) -> ClaimsOfFigure | None:
    """Take what the publication prints of the figure's endpoint.

    Raises:
        DataError: an endpoint without claims, or claims beside times of no known unit.
        ClaimError: the file cannot be read, or has no such endpoint or arm.
    """
    if claims is None:
        if endpoint is not None:
            raise DataError(f"The endpoint {endpoint!r} is one of a claims file: give claims, too.")
        return None
    from equipoise.io.claims.read import read_claims

    told = claims if isinstance(claims, Claims) else read_claims(claims)
    if not figure.unit_told:
        raise DataError(
            f"{figure.source} names no unit of time, so that the times of {told.source} mean "
            "nothing beside it. Give unit: day, week, month or year."
        )
    compared = {*roles.experimental, roles.control} if roles.control else set(figure.labels)
    labels = [label for label in figure.labels if label in compared]
    return claims_of_figure(in_unit(told, figure.time_unit), endpoint, labels)


def with_claims(figure: PublishedFigure, told: ClaimsOfFigure) -> PublishedFigure:
    """Give arms the events that the claims print, and what else the figure lacks; and say so.

    Raises:
        ClaimError: numbers at risk that grow.
    """
    said: list[str] = []
    arms = tuple(_filled(arm, told, said) for arm in figure.arms)
    return replace(
        figure,
        arms=arms,
        read=(*figure.read, *said),
        assumed=(*figure.assumed, *told.left_out),
    )


def _filled(arm: PublishedArm, told: ClaimsOfFigure, said: list[str]) -> PublishedArm:
    """Fill in what the claims print of one arm and nobody else told."""
    taken: list[str] = []
    if arm.events is None and arm.label in told.events:
        arm = replace(arm, events=told.events[arm.label])
        taken.append(f"{arm.events} events")
    if arm.at_risk is None and arm.label in told.at_risk:
        arm = replace(arm, at_risk=claimed_at_risk(told.at_risk[arm.label]))
        taken.append("numbers at risk")
    known = arm.patients is not None or (arm.at_risk is not None and arm.at_risk.times[0] == 0.0)
    if not known and arm.label in told.patients:
        arm = replace(arm, patients=told.patients[arm.label])
        taken.append(f"{arm.patients} patients")
    if taken:
        said.append(f"Of {arm.label}, {told.source} prints {' and '.join(taken)}.")
    return arm


def with_published(
    asked: RebuildAsked,
    roles: ArmRoles,
    told: ClaimsOfFigure | None,
    typed: tuple[str | None, str | None],
) -> RebuildAsked:
    """Add what was printed: the hazard ratio and P that were typed, and the claims.

    Raises:
        ClaimError: what was typed is no such number, or nobody says of which comparison it is.
    """
    printed_ones = _typed(roles, told, *typed)
    if told is None:
        return replace(asked, published=printed_ones, claims=AS_GIVEN if printed_ones else "")
    return replace(
        asked,
        published=(*printed_ones, *told.claimed),
        ids=told.ids,
        claims=told.source,
        endpoint=told.endpoint,
    )


def _typed(
    roles: ArmRoles, told: ClaimsOfFigure | None, hazard_ratio: str | None, p: str | None
) -> tuple[Claimed, ...]:
    """Read the hazard ratio and P value that were typed."""
    if hazard_ratio is None and p is None:
        return ()
    if len(roles.experimental) > 1:
        raise ClaimError(
            f"A printed hazard ratio or P is of one comparison, but {len(roles.experimental)} arms "
            f"are compared with {roles.control} ({', '.join(roles.experimental)}). Name one: "
            "--experimental (in Python experimental=)."
        )
    ids = told.ids if told else {}
    control, experimental = (
        ids.get(label, label) for label in (roles.control or "", roles.experimental[0])
    )
    about = told.endpoint if told else "the endpoint"
    found: list[Claimed] = []
    if hazard_ratio is not None:
        read = printed_estimate(hazard_ratio, "ratio")
        found.append(ClaimedRatio(about, experimental, control, read.number, read.interval))
    if p is not None:
        found.append(ClaimedP(about, printed(p, "P")))
    return tuple(found)
