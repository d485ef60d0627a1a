"""No arm's name stands by a result of a masked closed report; every number is the look's own."""

import re

import pytest

import closed_reports as trials
from document_walk import UNUSABLE, blocks, texts
from equipoise.report.document import Figure, Table

MINUS = "\u2212"


@pytest.fixture(scope="module", name="look")
def look_of_example():
    return trials.example()


@pytest.fixture(scope="module", name="told")
def document_of_example(look):
    return trials.document(look)


def public(protocol):
    """What the protocol says in public, which names arms."""
    said = [each.label for each in (*protocol.hypotheses, *protocol.estimands)]
    said += [each.label for each in protocol.endpoints]
    return sorted(said, key=len, reverse=True)


def names(protocol):
    return [name.casefold() for arm in protocol.arms for name in (arm.id, arm.label)]


def named(document, protocol):
    """Every text in which an arm is named, the protocol's own words aside."""
    found = []
    for text in texts(document):
        said = text
        for words in public(protocol):
            said = said.replace(words, "")
        found += [text for name in names(protocol) if name in said.casefold()]
    for picture in blocks(document, Figure):
        found += [picture.id for name in names(protocol) if name in picture.svg.casefold()]
        found += [picture.id for name in names(protocol) if name in picture.id]
    return found + [
        each.id for each in blocks(document, Table) for n in names(protocol) if n in each.id
    ]


class TestLetters:
    """Tables, figures and alternative texts by arm know letters alone."""

    def test_no_arm_is_named(self, look, told):
        assert named(told, look.protocol) == []

    def test_the_letters_are_there(self, told):
        said = " ".join(texts(told))
        assert "Arm A" in said
        assert "Arm B" in said

    def test_no_arm_is_called_experimental(self, told):
        of_letters = [t for t in texts(told) if "experimental over control" in t]
        assert of_letters == []

    def test_the_search_finds_names_where_they_are(self):
        result = trials.example(unmask=True)
        assert named(trials.document(result), result.protocol)

    def test_names_in_remarks_become_letters(self, look):
        from equipoise.report.monitoring.closed_names import under_letters  # noqa: PLC0415

        first = look.protocol.arms[0]
        letter = look.masking.label(first)
        assert (
            under_letters(look, f"No {first.id}, no {first.label}.") == f"No {letter}, no {letter}."
        )
        assert under_letters(look, f"un{first.id}ed") == f"un{first.id}ed"


class TestWords:
    """What is printed can be read, and claims nothing."""

    def test_nothing_unprintable(self, told):
        assert [text for text in texts(told) if UNUSABLE.search(text)] == []

    def test_no_verdict_and_no_supportive_test(self, told):
        said = " ".join(texts(told))
        assert "not prespecified:" not in said
        assert "significance level" not in said
        assert "a look is decided by its bounds, not by P" in said

    def test_ids_are_unique(self, told):
        ids = [each.id for kind in (Figure, Table) for each in blocks(told, kind)]
        assert len(ids) == len(set(ids))

    def test_every_table_is_rectangular(self, told):
        for each in blocks(told, Table):
            assert {len(row.cells) for row in each.rows} <= {len(each.header)}, each.id


def table(document, identifier):
    return next(each for each in blocks(document, Table) if each.id == identifier)


def cells(document, identifier):
    """The rows of a table, by their first cells (indented ones by what heads them, too)."""
    found, head = {}, ""
    for row in table(document, identifier).rows:
        head = row.cells[0] if not row.indent else head
        found[row.cells[0] if not row.indent else (head, row.cells[0])] = row.cells[1:]
    return found


def percent(value, places=1):
    return f"{100 * value:.{places}f}".replace("-", MINUS)


def with_error(found):
    places = 1 if found.error >= 0.0005 or found.error == 0 else 2
    return f"{percent(found.value, places)}% ± {percent(found.error, places)}"


def fixed(value, places):
    return f"{value:.{places}f}".replace("-", MINUS)


def drawn(look):
    """Give the models of the rest that were simulated."""
    return [each for each in look.rests if each.rest is not None]


class TestNumbers:
    """What a table prints is in the look."""

    def test_the_cut(self, look, told):
        printed = [row.cells[1] for row in table(told, "data-cut").rows]
        cut = look.cut
        assert printed == [
            "31 Dec 2017",
            f"{cut.first_randomized.day} Dec 2014",
            f"{cut.latest_seen.day} Sep 2018",
            str(cut.snapshot.subjects.size),
            str(cut.after),
            str(len(cut.late)),
        ]

    def test_deaths_and_exposure(self, look, told):
        review = look.safety
        deaths = cells(told, "safety-deaths-table")
        for place, (arm, found) in enumerate(zip(review.arms, review.deaths, strict=True)):
            assert (arm.id, arm.label) == (found.arm, f"Arm {arm.id}")
            share = percent(found.deaths / found.patients)
            assert deaths["Deaths, n (%)"][place] == f"{found.deaths} ({share})"
            rate = dict(review.death_rates)[arm.id]
            limits = f"({rate.interval.lower:.1f} to {rate.interval.upper:.1f})"
            key = "Deaths per 100 patient-years in the trial (95% CI)"
            assert deaths[key][place] == f"{rate.value:.1f} {limits}"
            years = cells(told, "safety-exposure-table")["Patient-years in the trial"]
            assert years[place] == fixed(review.exposure[place].followed, 1)
        (ratio,) = dict(review.death_ratios).values()
        (printed,) = cells(told, "safety-death-ratios").values()
        assert printed[0].startswith(f"{ratio.value:.2f} (")

    def test_harms(self, look, told):
        (events,) = look.safety.events
        arms = [arm.id for arm in look.safety.arms]
        short = cells(told, "ae-overview")
        for row in events.overview:
            for place, arm in enumerate(arms):
                found, of = row.by_arm[arm], events.patients[arm]
                share = f"{found.patients} ({percent(found.patients / of)}) [{found.events}]"
                label = row.label[:1].upper() + row.label[1:]
                assert short[label][place] == share
        rates = cells(told, "ae-rates")
        for each in events.rates:
            label = each.label[:1].upper() + each.label[1:]
            for place, arm in enumerate(arms):
                assert rates[label][place].startswith(f"{each.by_arm[arm].value:.1f} (")
                assert rates[label][place].endswith(f"[{each.events[arm]}]")
        frequent = [row.cells[0] for row in table(told, "ae-frequent").rows]
        assert frequent == [row.label[:1].upper() + row.label[1:] for row in events.frequent]

    def test_bounds(self, look, told):
        standing, ahead = (cells(told, f"safety-bounds-{each}") for each in ("standing", "ahead"))
        for place, each in enumerate(look.safety_looks):
            assert standing["Patients who can be judged"][place] == str(each.evaluable)
            assert standing["Of these harmed"][place] == str(each.harmed)
            assert standing["Stops at"][place] == str(each.checks[-1].stop_at)
            at = each.soonest
            soonest = "–" if at is None else f"{at.stop_at} of {at.patients}"
            assert ahead["Soonest that the bound can be reached"][place] == soonest
            above = percent(each.above_acceptable)
            printed = ahead["Posterior chance that the rate is above acceptable"][place]
            assert printed.strip("<>%") == above or printed[0] in "<>"

    def test_power(self, look, told):
        printed = cells(told, "rest-power")
        names = list(dict.fromkeys(o.hypothesis for e in drawn(look) for o in e.rest.hypotheses))
        for each in drawn(look):
            row = printed[each.label[:1].upper() + each.label[1:]]
            found = {one.hypothesis: one for one in each.rest.hypotheses}
            for place, name in enumerate(names):
                one = found.get(name)
                assert row[2 * place] == ("–" if one is None else with_error(one.power))
                alone = None if one is None else one.alone
                assert row[2 * place + 1] == ("–" if alone is None else with_error(alone))

    def test_looks_to_come(self, look, told):
        for name in ("H1", "H2"):
            printed = cells(told, f"rest-crossings-{name.lower()}")
            for each in drawn(look):
                for one in each.rest.hypotheses:
                    for to_come in one.looks if one.hypothesis == name else ():
                        label = each.label[:1].upper() + each.label[1:]
                        row = printed[label, f"Look {to_come.look}"]
                        assert row[0].startswith(f"{to_come.information.median:.0f} (")
                        assert row[1].startswith(fixed(to_come.z.median, 2))
                        ends = (to_come.tested, to_come.efficacy, to_come.futility)
                        assert row[2:5] == tuple(map(with_error, ends))

    def test_what_stopping_costs_and_saves(self, look, told):
        printed = cells(told, "rest-stopping-table")
        for each in drawn(look):
            now = each.rest.stopping_now
            claim, *saved = printed[each.label[:1].upper() + each.label[1:]]
            assert claim == with_error(now.claim)
            for cell, spread in zip(saved, (now.patients, now.events, now.time), strict=True):
                low, high = spread.quantiles[0].value, spread.quantiles[-1].value
                mean = f"{spread.mean.value:.1f} ± {spread.mean.error:.1f}"
                assert cell == f"{mean}\n({low:.1f} to {high:.1f})"
        first = look.rests[0].rest.stopping_now
        (said,) = (t for t in texts(told) if t.startswith("If the rest of the trial goes"))
        for number in (percent(first.claim.value), percent(first.claim.error)):
            assert number in said
        for spread in (first.patients, first.events, first.time):
            assert f"{spread.mean.value:.1f}" in said

    def test_dates(self, look, told):
        printed = cells(told, "rest-forecast")
        pairs = zip(look.forecast.targets, look.opened.forecast.targets, strict=True)
        for by_arm, blinded in pairs:
            row = printed[f"{by_arm.target} events"]
            for cell, when in ((row[0], by_arm.when), (row[2], blinded.when)):
                middle = when.median_date
                assert cell.startswith(f"{middle.day} {middle:%b} {middle.year} (")
        looks = cells(told, "rest-look-dates")
        for each in drawn(look):
            row = looks[each.label[:1].upper() + each.label[1:]]
            dates = [one.dates for one in each.rest.hypotheses[0].looks]
            for cell, found in zip(row, dates, strict=True):
                assert cell.startswith(f"{found[2].day} {found[2]:%b} {found[2].year} (")

    def test_effects(self, look, told):
        rows = table(told, "endpoints-effects").rows
        by_name = {row.cells[0]: row.cells for row in rows}
        dfs, survival, mrd, transplant, _ = look.analysis.endpoints
        for each in (dfs, survival):
            found = each.comparisons[0].hazard_ratio
            assert by_name[each.endpoint.label][5].startswith(f"{found.value:.2f} (")
        share = mrd.comparisons[0].stratified_difference or mrd.comparisons[0].difference
        assert by_name[mrd.endpoint.label][5].startswith(percent(share.value))
        cause = transplant.comparisons[0].cause_specific_hazard_ratio
        assert by_name["Transplant in remission (cause-specific)"][5].startswith(
            f"{cause.value:.2f}"
        )
        (mark,) = transplant.comparisons[0].landmarks
        (when,) = (name for name in by_name if "incidence at" in name)
        assert by_name[when][5].startswith(percent(mark.estimate.value))
        (picture,) = (each for each in blocks(told, Figure) if each.id == "endpoints-forest")
        for row in rows:
            assert re.sub(r" \(.*", "", row.cells[5]) in picture.alternative_text


def test_every_comparison_of_letters_says_that_the_bounds_go_another_way():
    from closed_reports import document, example  # noqa: PLC0415
    from equipoise.report.document import Figure, Table  # noqa: PLC0415
    from equipoise.report.monitoring.closed_overview import MASKED  # noqa: PLC0415

    def blocks(sections):
        for section in sections:
            yield from section.blocks
            yield from blocks(section.sections)

    said = "z, bounds and decisions speak of the experimental arm"
    compared = 0
    for block in blocks(document(example()).sections):
        if isinstance(block, Table):
            words = [*block.header, *(row.cells[0] for row in block.rows), block.title]
        elif isinstance(block, Figure):
            words = [block.title, block.alternative_text]
        else:
            continue
        if any("Arm A versus Arm B" in each for each in words):
            compared += 1
            assert sum(said in each for each in block.footnotes) == 1, block.id
    assert compared > 3
    assert "one effect may stand in both directions" in MASKED
    named = [b for b in blocks(document(example(unmask=True)).sections) if isinstance(b, Table)]
    assert not any(said in note for block in named for note in block.footnotes)
