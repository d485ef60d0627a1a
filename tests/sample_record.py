"""A small dated trial, its looks, and the record of them, for the tests of monitoring records."""

from dataclasses import replace
from datetime import date

import numpy as np

import sample_snapshot
from equipoise.analyze.snapshot import Disposition, Source
from equipoise.io.unmasking_key import draw_key
from equipoise.kernel.arrays import codes, vector
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.look.look import HypothesisLook, Look, SeenStatistic
from equipoise.monitor.record.lines import extended, opened
from equipoise.monitor.record.recording import Circumstances, opening_of, recorded_look

SALT = "0123456789abcdef" * 2
NOW = "2020-01-01T12:00:00Z"
BEGIN = date(2018, 1, 1)


def dated(seed=1, patients=60, **more):
    """The sample snapshot with dates of randomization, files and reasons of withdrawal."""
    found = sample_snapshot.snapshot(seed, patients, **more)
    rng = np.random.default_rng(seed)
    days = BEGIN.toordinal() + np.sort(rng.integers(0, 500, patients))
    return replace(
        found,
        subjects=replace(found.subjects, randomized=codes(days)),
        disposition=Disposition(
            None, None, {"control": 30, "new": 30}, {}, {},
            {"control": {"toxicity": 2, "moved": 3}, "new": {"toxicity": 4}}, {}, ()
        ),
        sources=(Source("a.csv", "ab" * 32, 1, 1, 1),),
    )  # fmt: skip


def cut_of(snapshot, as_of=date(2021, 12, 31)):
    """The data of a look; the sample is never truncated."""
    return DataCut(as_of, snapshot, (), 0, BEGIN, as_of, ())


def part_of(snapshot, patients):
    """The snapshot of the first patients alone."""
    subjects, keep = snapshot.subjects, slice(0, patients)

    def rows(held):
        inside = held.subject < patients
        fields = ("subject", "time", "outcome")
        return replace(held, **{name: getattr(held, name)[inside] for name in fields})

    variables = {
        name: replace(held, codes=held.codes[keep]) if hasattr(held, "codes") else held[keep]
        for name, held in subjects.variables.items()
    }
    return replace(
        snapshot,
        subjects=replace(
            subjects,
            id=subjects.id[keep],
            assigned=subjects.assigned[keep],
            received=subjects.received[keep],
            randomized=subjects.randomized[keep],
            variables=variables,
            populations={name: held[keep] for name, held in subjects.populations.items()},
        ),
        followups={name: rows(held) for name, held in snapshot.followups.items()},
        answers={
            name: replace(held, value=held.value[keep]) for name, held in snapshot.answers.items()
        },
        measurements={
            name: replace(held, value=held.value[keep])
            for name, held in snapshot.measurements.items()
        },
        adverse_events={},
    )


def look_of(number=1, as_of="2019-06-30", *, stop=False, z=1.25, information=26.0):
    """A look at one hypothesis."""
    seen = SeenStatistic("hsct", z, "", "events", information, None, 6.5, "log-rank")
    each = HypothesisLook(
        hypothesis="hsct", label="Transplant", endpoint="hsct", seen=seen, planned=131.0,
        fraction=information / 131.0, tested=True, level=0.025, bound=3.1, futility=-0.5,
        harm=None, futility_from=None, p_bound=0.001, effect_bound=None, alpha_spent=0.001,
        beta_spent=0.01, decision=0, sentence="Go on.", past=(), drawn=None, place=number,
    )  # fmt: skip
    return Look(
        number=number, final=False, why_final="", as_of=as_of, hypotheses=(each,), stop=stop,
        sentence="Go on.", spending_time=None, remarks=(),
    )  # fmt: skip


def opening(snapshot):
    """The opening of the snapshot's trial."""
    key = draw_key(snapshot.protocol, seed=1)
    return opening_of(snapshot.protocol, key, salt=SALT, opened=NOW, software="0.1")


def entry(snapshot, number=1, as_of="2019-06-30", *, kind="look", reason="", **more):
    """The entry of a look at the snapshot."""
    when = Circumstances(NOW, "0.1", kind, reason)
    look = look_of(number, as_of, **more)
    return recorded_look(look, cut_of(snapshot, date.fromisoformat(as_of)), SALT, when)


def record(snapshot, *entries):
    """A record with these entries after its opening."""
    return extended(opened(opening(snapshot)), *entries)


def moved(snapshot, patient, time):
    """The snapshot with one patient's transplant at another time."""
    held = snapshot.followups["hsct"]
    times = held.time.copy()
    times[held.subject == patient] = time
    return replace(snapshot, followups={"hsct": replace(held, time=vector(times))})
