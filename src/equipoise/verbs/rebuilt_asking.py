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
from equipoise.errors import ClaimError, DataError
from equipoise.io.numbers_by_arm import ByArm, numbers_by_arm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from equipoise.appraise.claims.claim import Claimed
    from equipoise.appraise.rebuilt.figure import PublishedArm, PublishedFigure
    from equipoise.appraise.rebuilt.trial import ArmRoles

FEWEST = 2  # draws


def check_choices(
    times: Sequence[float] | None,
    shares: Mapping[str, float | None],
    ratios: Sequence[tuple[str, float | None]],
    draws: int | None,
    seed: int,
) -> None:
    """Refuse choices that cannot be, before any work is done.

    Args:
        times: of rates.
        shares: numbers between 0 and 1, by name.
        ratios: hazard ratios and times, each with its name.
        draws: reconstructions of each arm.
        seed: of the reconstructions.

    Raises:
        DataError: naming the first.
    """
    for name, share in shares.items():
        if share is not None and not 0.0 < share < 1.0:
            raise DataError(f"{name.capitalize()} is {share:g}; it lies between 0 and 1.")
    for name, ratio in ratios:
        if ratio is not None and not 0.0 < ratio < math.inf:
            raise DataError(f"The {name} is {ratio:g}; give a number above 0.")
    if times is not None and not times:
        raise DataError("No times of rates are given. Give at least one, or leave times out.")
    if draws is not None and draws < FEWEST:
        raise DataError(f"{draws} draws tell nothing of a spread. Ask for at least {FEWEST}.")
    if seed < 0:
        raise DataError(f"The seed is {seed}; give a whole number from 0 on.")


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
    from equipoise.io.claims_read import read_claims

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


def printed_beside(
    roles: ArmRoles, told: ClaimsOfFigure | None, hazard_ratio: str | None, p: str | None
) -> tuple[Claimed, ...]:
    """Read the hazard ratio and P value that were typed.

    Raises:
        ClaimError: they are no such numbers, or nobody says of which comparison they are.
    """
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
