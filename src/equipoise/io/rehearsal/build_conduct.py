"""From a protocol's `conduct` to the values, telling what is derived where nothing is written."""

from typing import TYPE_CHECKING

from equipoise.io.protocol.build_planning import length_of
from equipoise.io.protocol.building import Building
from equipoise.io.rehearsal import conduct_schema as grammar
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.rehearsal import (
    DURATIONS,
    ArmDropping,
    ConductPromise,
    Enrichment,
    LookTrigger,
    SizeReestimation,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.protocol.rehearsal import StopRule
    from equipoise.protocol.trial import Hypothesis


def build_conduct(
    building: Building, design: DesignPromise | None, hypotheses: "Sequence[Hypothesis]"
) -> ConductPromise:
    """Give how the trial is run; what is derived is told where there is a design."""
    section = building.file.conduct or grammar.ConductSection.model_validate({})
    longest = length_of(section.maximum_duration, building)
    stop = section.stop
    if design is not None:
        _tell_look_times(building, section)
        longest = _maximum_duration(building, design, longest)
        stop = _stop(building, section, hypotheses)
    randomization = section.randomization
    return ConductPromise(
        accrual=section.accrual,
        randomization=randomization.method,
        block=_block(randomization.block),
        by_stratum=randomization.by_stratum,
        probability=float(randomization.probability),
        imbalance=randomization.imbalance,
        weights=tuple((name, float(each)) for name, each in randomization.weights.items()),
        looks=tuple(_look(building, each) for each in section.looks or ()),
        gap=length_of(section.gap, building) or 0.0,
        maximum_duration=longest,
        data_lag=length_of(section.data_lag, building) or 0.0,
        reporting_delay=tuple(
            (endpoint, delay.measured_in(building.file.trial.time_unit))
            for endpoint, delay in section.reporting_delay.items()
        ),
        futility_obeyed=section.futility == "obeyed",
        stop=stop,
        drop_arms=tuple(
            ArmDropping(
                each.look, each.keep, each.below, tuple(each.hypotheses), each.enroll, each.method
            )
            for each in section.drop_arms
        ),
        reestimate_size=tuple(map(_reestimation, section.reestimate_size)),
        enrich=tuple(
            Enrichment(
                each.look,
                each.population,
                each.full,
                each.subgroup,
                float(each.full_below),
                float(each.subgroup_above),
            )
            for each in section.enrich
        ),
        closed_test=section.closed_test,
    )


def _block(written: int | list[int] | None) -> tuple[int, ...]:
    if written is None:
        return ()
    return tuple(written) if isinstance(written, list) else (written,)


def _tell_look_times(building: Building, section: grammar.ConductSection) -> None:
    if section.looks is None:
        source = "the looks of the design"
        building.note(("conduct", "looks"), "at the numbers or times the design plans", source)


def _maximum_duration(
    building: Building, design: DesignPromise, given: float | None
) -> float | None:
    if given is not None:
        return given
    planning, path = design.planning, ("conduct", "maximum_duration")
    times = f"{DURATIONS:g} times the planned duration"
    if planning.accrual_duration and planning.follow_up:
        longest = DURATIONS * (planning.accrual_duration[0] + planning.follow_up[0])
        building.note(path, f"{longest:g} {building.file.trial.time_unit}s", times)
        return longest
    building.note(path, times, "nothing else is written")
    return None


def _stop(
    building: Building, section: grammar.ConductSection, hypotheses: "Sequence[Hypothesis]"
) -> "StopRule":
    secondary = any(each.role == "secondary" for each in hypotheses)
    usual: StopRule = "primary decided" if secondary else "all decided"
    source = "there are secondary hypotheses" if secondary else "every hypothesis is primary"
    return building.given_or(section.stop, ("conduct", "stop"), usual, source)


def _look(building: Building, section: grammar.LookTriggerSection) -> LookTrigger:
    return LookTrigger(
        planned=section.planned,
        events=section.events,
        endpoint=section.endpoint,
        population=section.population,
        arms=tuple(section.arms),
        calendar=length_of(section.calendar, building),
        patients=section.patients,
        followed=length_of(section.followed, building),
        after_look=section.after_look,
        later=length_of(section.later, building),
        whichever=section.whichever,
        gap=length_of(section.gap, building),
    )


def _reestimation(section: grammar.ReestimateSizeSection) -> SizeReestimation:
    low, high = section.promising
    return SizeReestimation(
        section.look,
        section.hypothesis,
        float(section.target),
        (float(low), float(high)),
        float(section.most),
        section.method,
    )
