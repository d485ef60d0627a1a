"""What is compared with what: any two arms, each source in itself, nothing with what cannot be."""

from pathlib import Path

import pytest

from equipoise.appraise.checks.check import Appraisal, appraise
from equipoise.errors import ClaimError
from equipoise.io.claims.read import claims_of_text
from equipoise.report.appraise.build import build_appraisal_document
from equipoise.report.html import html
from equipoise.verbs import appraise as appraise_files
from equipoise.verbs import appraise_numbers, pool_studies

ROOT = Path(__file__).parents[2]
THREE = """claims: 1
source: {name: NEJM 2015, where: "N Engl J Med 2015;373:23"}
trial: {name: CheckMate 067, time_unit: month}
arms:
  combo: {label: Both, role: experimental, patients: 314}
  nivo: {label: Nivolumab, role: experimental, patients: 316}
  ipi: {label: Ipilimumab, role: control, patients: 315}
"""
TWO = """claims: 1
source: {name: %s, where: "A journal"}
trial: {name: T, time_unit: year}
arms:
  new: {label: New, role: experimental, patients: 154}
  old: {label: Old, role: control, patients: 151}
"""


def read(text: str) -> Appraisal:
    return appraise(claims_of_text(text, "claims.yaml"), trials=0)


def refused(text: str) -> str:
    with pytest.raises(ClaimError) as found:
        read(text)
    return str(found.value)


class TestAnyTwoArmsCanBeCompared:
    def test_two_experimental_arms(self):
        found = read(
            THREE + "endpoints:\n  pfs:\n"
            "    hazard_ratio: {value: 0.74 (0.60-0.92), experimental: combo, control: nivo}\n"
            "    p: {value: .006, experimental: combo, control: nivo}\n"
        )
        (told,) = found.about("p-of-ratio")
        assert told.sentence.startswith("PFS (Both v Nivolumab): the hazard ratio 0.74")
        assert told.grade == "consistent"

    def test_their_difference_is_of_their_own_numbers(self):
        found = read(
            THREE + "counts:\n  orr: {combo: 57.6%, nivo: 43.7%, ipi: 19.0%, difference: "
            "[{value: 38.6%, experimental: combo}, "
            "{value: 13.9%, experimental: combo, control: nivo}, "
            "{value: 38.6%, experimental: nivo}]}\n"
        )
        told = [(each.sentence.split(":")[0], each.grade) for each in found.findings]
        told = [each for each in told if " v " in each[0]]
        assert told == [
            ("ORR (Both v Ipilimumab)", "consistent"),
            ("ORR (Both v Nivolumab)", "possible"),  # 181/314 - 138/316 = 14.0%
            ("ORR (Nivolumab v Ipilimumab)", "unlikely"),  # 138/316 - 60/315 = 24.6%
        ]

    def test_which_must_be_said_where_it_is_open(self):
        told = refused(THREE + "counts:\n  orr: {combo: 58%, ipi: 19%, difference: 39%}\n")
        assert "there is more than one experimental arm: say which is meant" in told
        assert "write {value: ..., experimental: combo}" in told

    def test_not_the_wrong_way_round(self):
        ratio = "{value: 2.4, experimental: ipi, control: combo}"
        told = refused(f"{THREE}endpoints:\n  pfs: {{hazard_ratio: {ratio}}}\n")
        assert "the wrong way round, found 'ipi' v 'combo'" in told
        assert "write {value: ..., experimental: combo, control: ipi}, with `inverted: yes`" in told

    @pytest.mark.parametrize("name", ["p", "of", "label", "difference", "significant", "standing"])
    def test_arms_are_not_called_as_keys_are(self, name: str):
        told = refused(THREE.replace("nivo:", f"{name}:") + "counts:\n  orr: {combo: 58%}\n")
        assert told.count("\n") == 0
        assert "claims.yaml:6:3: arms: an arm cannot be called so" in told
        assert f"found '{name}'; give this arm another short name" in told


class TestALevelIsTold:
    def test_where_it_is_not_95(self):
        found = read(
            THREE + "endpoints:\n  pfs:\n    hazard_ratio:\n"
            '      - {value: "0.42 (99.5% CI, 0.31 to 0.57)", experimental: combo}\n'
            '      - {value: "0.57 (95% CI, 0.46 to 0.71)", experimental: nivo}\n'
        )
        page = html(build_appraisal_document(found))
        assert "Printed, 99.5% interval" in page
        assert page.count("Printed, 95% interval") == 0
        assert "95% interval, unless another is named" in page

    def test_of_a_difference(self):
        found = read(
            (TWO % "A")
            + 'counts:\n  orr: {new: 50%, old: 30%, difference: "20% (90% CI, 11-29)"}\n'
        )
        (told,) = found.about("difference-in-its-interval")
        assert "20% (11 to 29, 90% interval)" in told.sentence


class TestEachSourceIsCheckedInItself:
    def appraised(self) -> Appraisal:
        wrong = "endpoints:\n  os: {hazard_ratio: 0.70 (0.47-1.03), p: .2}\n"
        right = wrong.replace(".2}", ".07}")
        sources = [
            claims_of_text(TWO % name + each, f"{name}.yaml")
            for name, each in (("News", right), ("Paper", wrong))
        ]
        return appraise(*sources, trials=0)

    def test_and_its_findings_name_it(self):
        found = self.appraised().about("p-of-ratio")
        assert [(each.source, each.grade) for each in found] == [
            ("News", "consistent"),
            ("Paper", "unlikely"),
        ]
        assert found[1].sentence.startswith("Paper. OS: the hazard ratio 0.70")

    def test_findings_between_them_name_both(self):
        (told,) = self.appraised().about("p-between-sources")
        assert not told.source
        assert "in News" in told.sentence
        assert "in Paper" in told.sentence

    def test_sources_called_alike_are_told_by_their_files(self):
        made = claims_of_text(TWO % "News" + "counts:\n  orr: {new: 50%}\n", "claims-one.yaml")
        again = claims_of_text(TWO % "News" + "counts:\n  orr: {new: 50%}\n", "claims-two.yaml")
        found = appraise(made, again, trials=0)
        assert {each.source for each in found.findings if each.source} == {
            "News (one)",
            "News (two)",
        }


class TestNothingRestsOnWhatCannotBe:
    def test_more_deaths_than_patients(self):
        rates = "rates: {0.5: {new: 80.2%, old: 72.4%}}"
        os = f"endpoints:\n  os: {{{rates}, events: {{new: 44, old: 164}}}}\n"
        found = read(TWO % "A" + os)
        assert [each.grade for each in found.about("count-within-patients")] == ["impossible"]
        assert len(found.about("events-of-rate")) == 1
        assert all("164 events and" not in each.sentence for each in found.findings)

    def test_a_ratio_outside_its_interval(self):
        found = read(TWO % "A" + "endpoints:\n  os: {hazard_ratio: 0.36 (0.45-0.88), p: .007}\n")
        assert [(each.relation, each.grade) for each in found.findings] == [
            ("ratio-in-its-interval", "impossible"),
            ("p-alone", "cannot tell"),
        ]
        assert "what is printed beside it is impossible" in found.findings[1].sentence


class TestNumbersTypedInPython:
    def test_whole_numbers_are_their_text(self):
        typed = appraise_numbers(percent=79, patients=105, p=".03")
        assert typed == appraise_numbers(percent="79", patients="105", p=".03")

    def test_a_p_of_one_arm_is_held_against_nothing_and_that_is_said(self):
        (told,) = appraise_numbers(percent=79, patients=105, p=".03").about("p-alone")
        assert told.sentence == (
            "The percentage: P = .03 is held against nothing: it compares two arms, and one is "
            "given."
        )

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"p": 0.005}, "Python cannot tell 0.70 from 0.7, found '0.005'.*p=\"0.005\""),
            ({"patients": (105, 103)}, "Patients is a number as printed"),
            ({"percent": True}, "Percent is a number as printed"),
            ({"time": "2"}, "Time is a number"),
            ({"time_unit": "years"}, "use one of day, week, month, year"),
            ({"sides": 3}, "one or two sides"),
            ({"name": 5}, "Name is a text"),
        ],
        ids=str,
    )
    def test_what_cannot_be_read_is_one_refusal(self, typed: dict[str, object], said: str):
        with pytest.raises(ClaimError, match=said):
            appraise_numbers(**{"hazard_ratio": "0.70 (0.47-1.03)", **typed})

    def test_what_is_no_claim_is_refused(self):
        with pytest.raises(ClaimError, match="Claims, or the file that holds them"):
            appraise_files(79)

    def test_an_alpha_is_chosen_not_printed(self):
        typed = {"hazard_ratio": "0.70 (0.47-1.03)", "p": ".03"}
        assert appraise_numbers(**typed, alpha=0.025) == appraise_numbers(**typed, alpha="0.025")

    def test_what_it_prints_is_short(self):
        told = str(appraise_numbers(hazard_ratio="0.70 (0.47-1.03)", p=".03"))
        assert told.startswith("Findings: 1 possible, 1 consistent\n")
        assert len(told) < 1000

    def test_pooled_evidence_prints_its_answers(self):
        told = str(pool_studies(ROOT / "examples/aall1331/pooling.yaml")).splitlines()
        assert "Overall survival: hazard ratio 0.5716 (0.3807 to 0.8582) of 2 studies" in told


class TestSentencesAreTheSameEverywhere:
    def test_they_begin_with_a_capital(self):
        found = read(TWO % "A" + "counts:\n  response: {new: 50%}\n")
        assert found.findings[0].sentence.startswith("Response: 50%")
