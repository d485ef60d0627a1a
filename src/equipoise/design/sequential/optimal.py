"""The Wang-Tsiatis bounds with the smallest expected information for a power.

δ is chosen between 0 and 1 to make E(t at the end) (θ/θ_fixed)² smallest: the expected
information over that of the fixed design of the same alpha and power, under the null, the
alternative, halfway, summed over the three, or added to the largest information.  It is found
to three decimals, as a protocol can state it (and rpact does), for the minimum is flat.
"""

from dataclasses import replace

from equipoise.design.sequential.design import GroupSequential, SequentialQuestion
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import OptimalWangTsiatis, WangTsiatis
from equipoise.errors import DesignError
from equipoise.kernel.minimum import least_between

DECIMALS = 3  # of an optimal delta
ACCURACY = 1e-5  # of the delta before it is rounded
DELTAS = (0.0, 1.0)  # considered
FRACTIONS: dict[str, tuple[float, ...]] = {  # of the planned effect, to expect under
    "alternative": (1.0,),
    "halfway": (0.5,),
    "null": (0.0,),
    "all three": (0.0, 0.5, 1.0),
    "alternative and maximum": (1.0,),
}


def solve(asked: SequentialQuestion) -> GroupSequential:
    """Find the design with the optimal delta; it says in `assumed` which one it is.

    Raises:
        DesignError: A drift is given, not a power.

    Witness: rpact 3.3.4 `WToptimum` (rp08, gs-rpact-0032, gs-rpact-0033).
    """
    rule = asked.stopping.efficacy
    assert isinstance(rule, OptimalWangTsiatis)  # noqa: S101 - for the type checker
    if rule.under not in FRACTIONS:
        raise DesignError(
            f'Wang and Tsiatis\'s delta cannot be optimal under "{rule.under}"; choose one of '
            f"{', '.join(FRACTIONS)}."
        )
    if asked.power is None:
        raise DesignError(
            "The Wang-Tsiatis bounds that are optimal depend on the power; give a power rather "
            "than a drift, or choose delta."
        )

    def design(delta: float) -> GroupSequential:
        stopping = replace(asked.stopping, efficacy=WangTsiatis(delta))
        return group_sequential(
            stopping,
            power=asked.power,
            drift_shape=asked.drift_shape,
            alternative_information=asked.alternative_information,
        )

    found = least_between(lambda delta: cost(rule, design(delta)), *DELTAS, within=ACCURACY)
    delta = round(found.at, DECIMALS)
    best = design(delta)
    return replace(
        best,
        asked=asked,
        assumed=(
            *best.assumed,
            f"Wang and Tsiatis's delta is {delta:g}: least expected information, {rule.under}.",
        ),
    )


def cost(rule: OptimalWangTsiatis, design: GroupSequential) -> float:
    """Give what is to be smallest, in units of the fixed design's information."""
    shape = design.asked.drift_shape
    planned = design.drift * (1.0 if shape is None else shape)
    expected = sum(design.expected_information(part * planned) for part in FRACTIONS[rule.under])
    largest = design.information[-1] if rule.under == "alternative and maximum" else 0.0
    return float((design.drift / design.fixed_drift) ** 2 * (expected + largest))
