"""The data cut again, patient by patient and row by row in plain Python with dates."""

from datetime import date

import numpy as np
import pytest

from dated_snapshot import ACCRUAL, MONTH, OPENED, dated
from equipoise.monitor.cut.cut import snapshot_at

CUTS = [OPENED + each for each in (90, 200, ACCRUAL - 1, 500, 700)]
DESIGNS = [
    {"kind": "day 0"},
    {"kind": "day 1"},
    {"kind": "exact"},
    {"on": False},
    {"kind": "day 1", "intervals": True},
    {"kind": "exact", "intervals": True, "recorded": False},
]


def day_of(start, months):
    return start + int(np.floor(months * MONTH + 1e-6))


def came_later(recorded, row, cut):
    return recorded is not None and recorded[row] > cut


def rows_by_hand(whole, cut, *, counted):
    """(patient, entry, time, outcome, word) of every row."""
    rows, start = whole.followups["hsct"], whole.subjects.randomized
    surplus = []
    for i, who in enumerate(rows.subject):
        if rows.on is not None and rows.on[i] <= cut:
            surplus.append(rows.time[i] * MONTH - (rows.on[i] - start[who]))
    one = 1 if surplus and np.median(surplus) > 0.5 else 0
    found = []
    for i, who in enumerate(rows.subject):
        if start[who] > cut:
            continue
        entry = 0.0 if rows.entry is None else rows.entry[i]
        time, outcome = rows.time[i], int(rows.outcome[i])
        word = rows.happening.levels[rows.happening.codes[i]]
        ended = day_of(start[who], time) if rows.on is None else rows.on[i]
        if ended > cut:
            limit = (cut - start[who] + one) / MONTH
            if rows.entry is not None and entry >= limit:
                continue
            time, outcome, word = min(time, limit), 0, "data cut"
        elif outcome and not counted and came_later(rows.recorded, i, cut):
            outcome, word = 0, "data cut"
        found.append((whole.subjects.id[who], entry, time, outcome, word))
    return found


def answers_by_hand(whole, cut, *, counted):
    """(value or None, awaited) of each patient who stays."""
    answers, start = whole.answers["mrd"], whole.subjects.randomized
    told = {}
    for who, name in enumerate(whole.subjects.id):
        if start[who] > cut:
            continue
        value, asked = int(answers.value[who]), answers.time[who]
        dated_at = None if np.isnan(asked) else day_of(start[who], asked)
        known = dated_at is not None and dated_at <= cut
        if came_later(answers.recorded, who, cut) and not (counted and dated_at is not None):
            known = False
        told[name] = (value, asked if known else None, start[who])
    took = [asked for value, asked, _ in told.values() if asked is not None and value >= 0]
    due = int(np.floor(max(took) * MONTH + 1e-6)) if took else None
    return [
        (value, False) if asked is not None else (-1, due is None or begun + due > cut)
        for value, asked, begun in told.values()
    ]


def events_by_hand(whole, cut, *, counted):
    log, start = whole.adverse_events["ae"], whole.subjects.randomized
    found = []
    for i, who in enumerate(log.subject):
        if start[who] > cut:
            continue
        undated, late = np.isnan(log.onset[i]), came_later(log.recorded, i, cut)
        begun = undated or day_of(start[who], log.onset[i]) <= cut
        if begun and not (late and (undated or not counted)):
            term = log.term.levels[log.term.codes[i]]
            found.append((whole.subjects.id[who], term, int(log.grade[i]), bool(log.fatal[i])))
    return found


def scores_by_hand(whole, cut, *, counted):
    data, start = whole.measurements["score"], whole.subjects.randomized
    return [
        data.value[who]
        if day_of(start[who], data.time[who]) <= cut
        and (counted or not came_later(data.recorded, who, cut))
        else None
        for who in range(start.size)
        if start[who] <= cut
    ]


@pytest.mark.parametrize("late", ["left out", "counted"])
@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_row_by_row(design, late):
    counted = late == "counted"
    for seed in range(3):
        whole = dated(seed, **design)
        for cut in CUTS:
            found = snapshot_at(whole, date.fromordinal(cut), late=late).snapshot
            ids, rows = found.subjects.id, found.followups["hsct"]
            entry = np.zeros(rows.time.size) if rows.entry is None else rows.entry
            words = [rows.happening.levels[code] for code in rows.happening.codes]
            names = [ids[who] for who in rows.subject]
            seen = list(zip(names, entry, rows.time, rows.outcome, words, strict=True))
            assert seen == rows_by_hand(whole, cut, counted=counted)
            answers = found.answers["mrd"]
            awaited = np.zeros(len(ids), bool) if answers.awaited is None else answers.awaited
            seen = list(zip(answers.value.tolist(), awaited.tolist(), strict=True))
            assert seen == answers_by_hand(whole, cut, counted=counted)
            log = found.adverse_events["ae"]
            terms = [log.term.levels[code] for code in log.term.codes]
            names = [ids[who] for who in log.subject]
            seen = list(zip(names, terms, log.grade.tolist(), log.fatal.tolist(), strict=True))
            assert seen == events_by_hand(whole, cut, counted=counted)
            values = found.measurements["score"].value
            seen = [None if np.isnan(value) else value for value in values]
            assert seen == [
                None if each is None or np.isnan(each) else each
                for each in scores_by_hand(whole, cut, counted=counted)
            ]


def test_patient_by_patient():
    whole = dated(5)
    for cut in CUTS:
        found = snapshot_at(whole, date.fromordinal(cut)).snapshot.subjects
        there = whole.subjects
        stay = [who for who in range(there.size) if there.randomized[who] <= cut]
        assert found.id == tuple(there.id[who] for who in stay)
        assert found.assigned.tolist() == [there.assigned[who] for who in stay]
        begun = [there.treated_from[who] for who in stay]
        assert found.treated_from.tolist() == [-1 if day > cut else day for day in begun]
        assert found.received.tolist() == [
            -1 if day > cut else there.received[who] for who, day in zip(stay, begun, strict=True)
        ]
        assert found.treated_until.tolist() == [
            -1 if max(day, there.treated_until[who]) > cut else there.treated_until[who]
            for who, day in zip(stay, begun, strict=True)
        ]
        assert found.populations["safety"].tolist() == [
            bool(there.populations["safety"][who]) and day <= cut
            for who, day in zip(stay, begun, strict=True)
        ]


def test_late_events_are_listed():
    whole, cut = dated(3), OPENED + 350
    rows, log = whole.followups["hsct"], whole.adverse_events["ae"]
    start, ids = whole.subjects.randomized, whole.subjects.id
    expected = [
        (ids[who], rows.happening.levels[rows.happening.codes[i]], rows.on[i], rows.recorded[i])
        for i, who in enumerate(rows.subject)
        if rows.on[i] <= cut < rows.recorded[i] and rows.outcome[i] > 0
    ]
    expected += [
        (ids[who], "answer", day_of(start[who], data.time[who]), data.recorded[who])
        for data in (whole.answers["mrd"],)
        for who in range(len(ids))
        if data.value[who] >= 0 and day_of(start[who], data.time[who]) <= cut < data.recorded[who]
    ]
    expected += [
        (ids[who], "value", day_of(start[who], data.time[who]), data.recorded[who])
        for data in (whole.measurements["score"],)
        for who in range(len(ids))
        if not np.isnan(data.value[who])
        and day_of(start[who], data.time[who]) <= cut < data.recorded[who]
    ]
    expected += [
        (ids[who], log.term.levels[log.term.codes[i]], day_of(start[who], log.onset[i]),
         log.recorded[i])
        for i, who in enumerate(log.subject)
        if not np.isnan(log.onset[i])
        and day_of(start[who], log.onset[i]) <= cut < log.recorded[i]
    ]  # fmt: skip
    for late in ("left out", "counted"):
        found = snapshot_at(whole, date.fromordinal(cut), late=late).late
        assert len(found) > 10
        assert {each.counted for each in found} == {late == "counted"}
        assert [
            (each.subject, each.happening, each.on.toordinal(), each.recorded.toordinal())
            for each in found
        ] == expected
