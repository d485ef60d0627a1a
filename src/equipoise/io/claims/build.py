"""From the file, whose every text can be read and whose arms are known, to the claims."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedArm,
    ClaimedAtRisk,
    ClaimedCount,
    ClaimedDifference,
    ClaimedEvents,
    ClaimedFollowUp,
    ClaimedMedian,
    ClaimedP,
    ClaimedRate,
    ClaimedRatio,
    Claims,
)
from equipoise.io.claims.fields import yes
from equipoise.io.claims.numbers import UNVERIFIED, NumbersOfFile
from equipoise.io.claims.plan import claimed_plan, sides_of
from equipoise.io.claims.schema import (
    ClaimedEndpointSection,
    ClaimsFile,
    CountSection,
    PSection,
    RatioSection,
)
from equipoise.io.protocol.nodes import Key, Node
from equipoise.protocol.derive import label_of


def build_claims(file: ClaimsFile, root: Node, name: str) -> Claims:
    """Put the claims of a file together; every text in it can be read."""
    numbers = NumbersOfFile(root, name, file.trial.time_unit)
    builder = _Builder(file, numbers)
    arms, patients = builder.arms(), numbers.optional(file.patients, "count", "patients")
    claimed = tuple(builder.claimed())
    plan = claimed_plan(file.plan, numbers)
    called: list[tuple[str, ClaimedEndpointSection | CountSection]] = [
        *file.endpoints.items(),
        *file.counts.items(),
    ]
    return Claims(
        id=_id(name),
        source=_source(file),
        time_unit=file.trial.time_unit,
        arms=arms,
        patients=patients,
        claimed=claimed,
        plan=plan,
        significant=tuple(each for each, told in called if yes(told.significant or "no")),
        file=name,
        trial=file.trial.name,
        citation=_citation(file),
        unverified=tuple(numbers.unverified),
        labels=tuple((each, told.label) for each, told in called if told.label),
    )


def _id(name: str) -> str:
    return Path(name).stem.removeprefix("claims-")


def _source(file: ClaimsFile) -> str:
    source = file.source
    return source if isinstance(source, str) else source.name or source.where


def _citation(file: ClaimsFile) -> str:
    source = file.source
    if isinstance(source, str):
        return source
    parts = (source.title, source.where, source.date, source.url)
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


class _Builder:
    """Goes through the file from top to bottom."""

    def __init__(self, file: ClaimsFile, numbers: NumbersOfFile) -> None:
        self.file, self.numbers = file, numbers
        self.treated = [arm for arm, told in file.arms.items() if told.role == "experimental"]
        self.controls = [arm for arm, told in file.arms.items() if told.role == "control"]

    def arms(self) -> tuple[ClaimedArm, ...]:
        return tuple(
            ClaimedArm(
                arm,
                told.label or label_of(arm),
                told.role,
                self.numbers.optional(told.patients, "count", "arms", arm, "patients"),
            )
            for arm, told in self.file.arms.items()
        )

    def claimed(self) -> Iterator[Claimed]:
        yield from self.follow_up()
        for endpoint, told in self.file.endpoints.items():
            self.numbers.standing = told.standing
            yield from self.endpoint(endpoint, told)
        for what, counted in self.file.counts.items():
            self.numbers.standing = counted.standing
            yield from self.counts(what, counted)
        self.numbers.standing = "published"

    def follow_up(self) -> Iterator[ClaimedFollowUp]:
        told, numbers = self.file.follow_up, self.numbers
        if isinstance(told, str):
            yield ClaimedFollowUp(numbers.time(told, "follow_up").number)
        elif told is not None:
            numbers.standing = told.standing
            at = ("follow_up", "median")
            median = None if told.median is None else numbers.time(told.median, *at).number
            span = None if told.range is None else numbers.span(told.range, "follow_up", "range")
            if median is not None or span is not None:
                yield ClaimedFollowUp(median, span)
            for arm, text in (told.__pydantic_extra__ or {}).items():
                yield ClaimedFollowUp(numbers.time(text, "follow_up", arm).number, None, arm)
            numbers.standing = "published"

    def endpoint(self, endpoint: str, told: ClaimedEndpointSection) -> Iterator[Claimed]:
        here: tuple[Key, ...] = ("endpoints", endpoint)
        yield from self.rates(endpoint, told, here)
        for arm, text in told.medians.items():
            read = self.numbers.time(text, *here, "medians", arm)
            yield ClaimedMedian(endpoint, arm, read.number, read.interval)
        yield from self.ratios(endpoint, told, here)
        yield from self.p_values(endpoint, told.p, here, told.standing)
        yield from self.events(endpoint, told, here)
        for time, text in told.differences.items():
            when = self.numbers.moment(time)
            yield self.difference(endpoint, text, when, (*here, "differences", time))
        yield from self.at_risk(endpoint, told, here)

    def rates(
        self, endpoint: str, told: ClaimedEndpointSection, here: tuple[Key, ...]
    ) -> Iterator[Claimed]:
        for time, row in told.rates.items():
            when = self.numbers.moment(time)
            for arm, text in (row.__pydantic_extra__ or {}).items():
                read = self.numbers.estimate(text, "proportion", *here, "rates", time, arm)
                yield ClaimedRate(
                    endpoint,
                    arm,
                    when,
                    read.number,
                    read.standard_error,
                    read.interval,
                    told.kind,
                )
            if row.p is not None:
                p = self.numbers.number(row.p, "P", *here, "rates", time, "p")
                yield self.with_arms(ClaimedP(endpoint, p, time=when))

    def ratios(
        self, endpoint: str, told: ClaimedEndpointSection, here: tuple[Key, ...]
    ) -> Iterator[ClaimedRatio]:
        ratio = told.hazard_ratio
        if ratio is None:
            return
        path: tuple[Key, ...] = (*here, "hazard_ratio")
        if isinstance(ratio, str):
            section = RatioSection.model_construct(value=ratio)
            yield self.ratio(endpoint, section, path, told.standing)
        elif isinstance(ratio, RatioSection):
            yield self.ratio(endpoint, ratio, (*path, "value"), told.standing)
        else:
            for index, each in enumerate(ratio):
                yield self.ratio(endpoint, each, (*path, index, "value"), told.standing)

    def ratio(
        self, endpoint: str, told: RatioSection, path: tuple[Key, ...], around: str
    ) -> ClaimedRatio:
        self.numbers.standing = UNVERIFIED if UNVERIFIED in {told.standing, around} else "published"
        read = self.numbers.estimate(told.value, "ratio", *path)
        self.numbers.standing = around
        return ClaimedRatio(
            endpoint,
            told.experimental or self.treated[0],
            told.control or self.controls[0],
            read.number,
            read.interval,
            yes(told.inverted or "no"),
        )

    def p_values(
        self,
        about: str,
        told: str | PSection | list[PSection] | None,
        here: tuple[Key, ...],
        around: str,
    ) -> Iterator[ClaimedP]:
        path: tuple[Key, ...] = (*here, "p")
        if told is None:
            return
        if isinstance(told, str):
            yield self.p(about, PSection.model_construct(value=told), path, around)
        elif isinstance(told, PSection):
            yield self.p(about, told, (*path, "value"), around)
        else:
            for index, each in enumerate(told):
                yield self.p(about, each, (*path, index, "value"), around)

    def p(self, about: str, told: PSection, path: tuple[Key, ...], around: str) -> ClaimedP:
        self.numbers.standing = UNVERIFIED if UNVERIFIED in {told.standing, around} else "published"
        number = self.numbers.number(told.value, "P", *path)
        self.numbers.standing = around
        time = None if told.time is None else self.numbers.moment(told.time)
        called = None if told.significant is None else yes(told.significant)
        test, sides = told.test or "not stated", sides_of(told.sides)
        p = ClaimedP(about, number, test, sides, time, told.experimental, told.control, called)
        return self.with_arms(p)

    def with_arms(self, p: ClaimedP) -> ClaimedP:
        """Name the arms that a P compares, where no others can be meant."""
        only = [found[0] if len(found) == 1 else None for found in (self.treated, self.controls)]
        named = p.experimental or only[0], p.control or only[1]
        if None in named:
            return p
        return replace(p, experimental=named[0], control=named[1])

    def events(
        self, endpoint: str, told: ClaimedEndpointSection, here: tuple[Key, ...]
    ) -> Iterator[ClaimedEvents]:
        if isinstance(told.events, str):
            number = self.numbers.number(told.events, "count", *here, "events")
            yield ClaimedEvents(endpoint, None, number)
        for arm, text in told.events.items() if isinstance(told.events, dict) else ():
            number = self.numbers.number(text, "count", *here, "events", arm)
            yield ClaimedEvents(endpoint, arm, number)

    def at_risk(
        self, endpoint: str, told: ClaimedEndpointSection, here: tuple[Key, ...]
    ) -> Iterator[ClaimedAtRisk]:
        if told.at_risk is None:
            return
        times = tuple(self.numbers.moment(each) for each in told.at_risk.times)
        for arm, texts in (told.at_risk.__pydantic_extra__ or {}).items():
            patients = tuple(
                self.numbers.number(text, "count", *here, "at_risk", arm, index)
                for index, text in enumerate(texts)
            )
            yield ClaimedAtRisk(endpoint, arm, times, patients)

    def counts(self, what: str, told: CountSection) -> Iterator[Claimed]:
        here: tuple[Key, ...] = ("counts", what)
        denominators = (told.of.__pydantic_extra__ or {}) if told.of is not None else {}
        for arm, text in (told.__pydantic_extra__ or {}).items():
            count, percent, of = self.numbers.patients(text, *here, arm)
            if of is None:
                of = self.numbers.optional(denominators.get(arm), "count", *here, "of", arm)
            yield ClaimedCount(what, arm, count, percent, of)
        yield from self.p_values(what, told.p, here, told.standing)
        if told.difference is not None:
            yield self.difference(what, told.difference, None, (*here, "difference"))

    def difference(
        self, about: str, text: str, time: float | None, path: tuple[Key, ...]
    ) -> ClaimedDifference:
        read = self.numbers.estimate(text, "difference", *path)
        arms = self.treated[0], self.controls[0]
        return ClaimedDifference(about, *arms, read.number, read.interval, time)
