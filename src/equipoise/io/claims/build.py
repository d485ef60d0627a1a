"""From the file, whose every text can be read and whose arms are known, to the claims."""

from collections.abc import Iterator
from pathlib import Path

from equipoise.appraise.checks.reading import Pair
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
from equipoise.appraise.claims.printed import Kind, PrintedEstimate
from equipoise.io.claims.fields import yes
from equipoise.io.claims.forms import Entry, compared, entries
from equipoise.io.claims.numbers import NumbersOfFile
from equipoise.io.claims.plan import claimed_plan, sides_of
from equipoise.io.claims.schema import (
    ClaimedEndpointSection,
    ClaimsFile,
    CountSection,
    DifferenceSection,
    P,
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
        for ratio in entries(told.hazard_ratio, RatioSection, (*here, "hazard_ratio")):
            yield self.ratio(endpoint, ratio, told.standing)
        yield from self.p_values(endpoint, told.p, here, told.standing)
        yield from self.events(endpoint, told, here)
        for time, difference in told.differences.items():
            when = self.numbers.moment(time)
            for entry in entries(difference, DifferenceSection, (*here, "differences", time)):
                yield self.difference(endpoint, entry, when, told.standing)
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
                section = PSection.model_construct(value=row.p, time=time)
                yield self.p(endpoint, section, (*here, "rates", time, "p"), told.standing)

    def ratio(self, endpoint: str, entry: Entry[RatioSection], around: str) -> ClaimedRatio:
        read = self.estimate(entry, "ratio", around)
        inverted = yes(entry.told.inverted or "no")
        return ClaimedRatio(
            endpoint, *self.arms_compared(entry.told), read.number, read.interval, inverted
        )

    def difference(
        self, about: str, entry: Entry[DifferenceSection], time: float | None, around: str
    ) -> ClaimedDifference:
        read = self.estimate(entry, "difference", around)
        arms = self.arms_compared(entry.told)
        return ClaimedDifference(about, *arms, read.number, read.interval, time)

    def p_values(
        self, about: str, told: P | None, here: tuple[Key, ...], around: str
    ) -> Iterator[ClaimedP]:
        for entry in entries(told, PSection, (*here, "p")):
            yield self.p(about, entry.told, entry.value, around)

    def p(self, about: str, told: PSection, path: tuple[Key, ...], around: str) -> ClaimedP:
        with self.numbers.standing_as(told.standing, around):
            number = self.numbers.number(told.value, "P", *path)
        time = None if told.time is None else self.numbers.moment(told.time)
        called = None if told.significant is None else yes(told.significant)
        treated, control = compared(self.file, told)
        if treated is None or control is None:  # the two that are meant cannot be told
            treated = control = None
        test, sides = told.test or "not stated", sides_of(told.sides)
        return ClaimedP(about, number, test, sides, time, treated, control, called)

    def estimate(
        self, entry: Entry[RatioSection] | Entry[DifferenceSection], kind: Kind, around: str
    ) -> PrintedEstimate:
        """Read a number of a comparison with what stands beside it."""
        with self.numbers.standing_as(entry.told.standing, around):
            return self.numbers.estimate(entry.told.value, kind, *entry.value)

    def arms_compared(self, told: RatioSection | DifferenceSection) -> Pair:
        """Name the arms of a number that compares two, as the file was checked to say."""
        treated, control = compared(self.file, told)
        assert treated is not None and control is not None  # noqa: S101, PT018 - checked before
        return treated, control

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
        for entry in entries(told.difference, DifferenceSection, (*here, "difference")):
            yield self.difference(what, entry, None, told.standing)
