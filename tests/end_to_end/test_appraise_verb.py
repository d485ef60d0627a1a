"""`equipoise appraise`: AALL1331 in news and papers, few numbers, the report, the page."""

import doctest
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from document_walk import UNUSABLE, blocks, texts
from equipoise.cli import app
from equipoise.errors import EquipoiseError
from equipoise.io.claims.publish import claims_schema_text, with_claims_tables
from equipoise.io.claims.read import read_claims
from equipoise.report.appraise.build import build_appraisal_document
from equipoise.report.document import Figure, Statement, Table
from equipoise.verbs import appraise, appraise_numbers

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "appraise.md"
EXAMPLES = ROOT / "examples" / "aall1331"
NEWS, PAPER, LOW_RISK = (
    EXAMPLES / f"claims-{name}.yaml" for name in ("ash2019", "jama2021", "jco2023-low-risk")
)
NOTED = 'set -e; equipoise() { printf "%s\\n" "$(IFS="|"; echo "$*")"; }'  # in place of the command


def run(*words):
    return CliRunner().invoke(app, ["appraise", *map(str, words)])


@pytest.fixture(scope="module")
def news():
    return appraise(NEWS, PAPER, trials=20_000)


class TestTheNewsOfAALL1331:
    def test_the_p_of_survival_is_unlikely_and_a_zero_would_mend_it(self, news):
        (found,) = news.about("p-of-matching-trials", "os")
        assert found.grade == "unlikely"
        assert ".005" in found.sentence

    def test_the_p_of_disease_free_survival_is_possible_its_sidedness_open(self, news):
        (found,) = news.about("p-of-matching-trials", "dfs")
        assert found.grade == "possible"
        assert news.sidedness["dfs"].fits == {1, 2}

    def test_significant_is_not_earned(self, news):
        for found in news.about("significance"):
            assert found.grade in {"unlikely", "impossible"}
            assert "not earned" in found.sentence

    def test_transplants_conflict_with_the_paper_alone(self, news):
        between = {each.grade for each in news.about("counts-between-sources", "hsct")}
        assert "impossible" in between
        alone = appraise(NEWS, trials=0)
        assert {each.grade for each in alone.findings if each.about == "hsct"} == {"consistent"}


class TestThePapers:
    def test_sidedness_is_found_one_sided(self):
        for file in (PAPER, LOW_RISK):
            found = appraise(file, trials=0).sidedness
            assert found["dfs"].fits == {1}
            assert found["os"].fits == {1}

    def test_the_interval_off_its_center_and_the_censoring_are_found(self):
        found = appraise(PAPER, trials=0)
        (off,) = [
            each
            for each in found.findings
            if each.about == "hsct" and "off the middle of its interval" in each.sentence
        ]
        assert off.grade == "possible"
        (censored,) = found.about("differential-censoring", "dfs")
        assert "about 6 to 8 patients of Chemotherapy" in censored.sentence

    def test_what_is_unverified_is_marked(self):
        told = json.loads(run(PAPER, "--json").output)
        marked = {
            (each["relation"], each["about"]) for each in told["findings"] if each["unverified"]
        }
        assert ("p-of-ratio", "dfs") in marked
        assert ("early-stopping", "os") in marked
        assert ("ratio-in-its-interval", "dfs") not in marked


class TestTheCommand:
    def test_findings_are_told_by_grade_the_gravest_first(self):
        done = run(NEWS, PAPER, "--trials", 0)
        assert done.exit_code == 0
        heads = ["Impossible as printed", "Unlikely as printed", "Possible, and", "Consistent"]
        places = [done.output.index(head) for head in heads]
        assert places == sorted(places)
        assert "not an accusation" in " ".join(done.output.split())
        assert "claims-ash2019.yaml" not in done.output

    def test_arithmetic_and_lines_are_shown_when_asked(self):
        done = run(LOW_RISK, "--arithmetic")
        said = " ".join(done.output.split())
        assert "one-sided P: 1 - Φ(z) =" in said
        assert "claims-jco2023-low-risk.yaml:" in "".join(done.output.split())

    def test_labels_stand_for_ids(self):
        assert "mrd_" not in run(PAPER, "--trials", 0).output

    def test_few_numbers(self):
        assert "83 of 105" in " ".join(run("--percent", 79, "--of", 105).output.split())
        done = run("--hazard-ratio", "0.70 (0.47-1.03)", "--p", ".03", "--events", "48 59")
        assert "one-sided P .032 to .043" in " ".join(done.output.split())

    def test_as_json(self):
        told = json.loads(run("--percent", "79.3", "--of", 105, "--json").output)
        assert told["ok"]
        assert told["grades"]["impossible"] == 1

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ((), "name a claims file, or give numbers"),
            ((NEWS, "--p", ".05"), "leave --p out"),
            (("--percent", "79", "--of", "105", "--out", "x"), "a report is written of a claims"),
            (("--medians", "7 4", "--unit", "decade"), "use one of day, week, month, year"),
            ((NEWS, "--format", "pdf"), "documents need a folder"),
        ],
    )
    def test_options_that_do_not_go_together(self, words, said):
        done = run(*words)
        assert done.exit_code == 2
        assert said in " ".join(done.output.replace("│", " ").split())

    def test_problems_are_told_to_machines_too(self, tmp_path):
        file = tmp_path / "claims.yaml"
        file.write_text(NEWS.read_text(encoding="utf-8").replace("79%", "179%"), encoding="utf-8")
        done = run(file, "--json")
        assert done.exit_code == 1
        assert f"{file}:" in done.output
        assert "a percentage over 100" in done.output


class TestTheReport:
    def test_every_finding_is_a_statement_with_its_arithmetic(self, news):
        document = build_appraisal_document(news)
        told = [each for each in blocks(document, Statement) if each.grounds]
        assert len(told) == sum(bool(each.arithmetic) for each in news.findings)
        assert len(blocks(document, Figure)) == 2
        assert len(blocks(document, Table)) >= 4

    def test_no_text_is_unusable(self, news):
        found = [text for text in texts(build_appraisal_document(news)) if UNUSABLE.search(text)]
        assert not found

    def test_shrinkage_is_drawn_beside_the_paper(self, news):
        (figure,) = (
            each
            for each in blocks(build_appraisal_document(news), Figure)
            if each.id == "hazard-ratios"
        )
        assert re.search(r"Believed, ASH 2019 0\.6\d", figure.alternative_text)
        assert "Printed, JAMA 2021 0.62" in figure.alternative_text

    def test_the_folder(self, tmp_path):
        out = tmp_path / "report"
        appraise(LOW_RISK, out=out, formats="html,docx")
        made = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        assert made["kind"] == "appraisal"
        assert set(made["inputs"]) == {LOW_RISK.name}
        page = (out / "report.html").read_text(encoding="utf-8")
        assert page.count('<details class="statement') == len(
            json.loads((out / "appraisal.json").read_text(encoding="utf-8"))["findings"]
        )
        again = tmp_path / "again"
        appraise(LOW_RISK, out=again, formats="html,docx")
        for name in made["outputs"]:
            assert (out / name).read_bytes() == (again / name).read_bytes()
        assert str(ROOT) not in page
        (out / "report.html").write_text("edited", encoding="utf-8")
        with pytest.raises(EquipoiseError, match="not as Equipoise wrote them"):
            appraise(LOW_RISK, out=out)

    def test_a_claim_of_counts_alone(self):
        found = appraise_numbers(percent="79 v 45", patients="105 103", p="<.0001")
        document = build_appraisal_document(found)
        assert {each.id for each in document.sections} >= {"overview", "p-values", "numbers"}


THREE_ARMS = """\
claims: 1
source: A three-arm trial
trial: {name: T, time_unit: month}
arms:
  high_dose: {role: experimental, patients: 150}
  low_dose: {role: experimental, patients: 148}
  placebo: {role: control, patients: 152}
plan: {alpha: 0.025, stopped_early: yes}
endpoints:
  event_free_survival:
    rates: {24: {high_dose: 60%, low_dose: 52%, placebo: 40%}}
    hazard_ratio:
      - {value: 0.60 (0.44-0.82), experimental: high_dose}
      - {value: 0.80 (0.60-1.07), experimental: low_dose}
    p:
      - {value: .001, experimental: high_dose}
      - {value: .13, experimental: low_dose}
      - {value: .001, time: 24, experimental: high_dose}
    significant: yes
"""


class TestSeveralArms:
    @pytest.fixture
    def file(self, tmp_path):
        file = tmp_path / "three.yaml"
        file.write_text(THREE_ARMS, encoding="utf-8")
        return file

    def test_every_sentence_that_compares_two_names_them(self, file):
        said = " ".join(run(file, "--trials", 0).output.split())
        for relation in ("the hazard ratio", "trials that stop early", "at the planned"):
            for arm in ("High dose", "Low dose"):
                assert f"Event free survival ({arm} v Placebo): {relation}" in said
        assert "event_free_survival" not in said

    def test_machines_are_told_which_p_is_meant(self, file):
        told = json.loads(run(file, "--json", "--trials", 0).output)["sidedness"]
        low = told["event_free_survival: low_dose v placebo"]
        assert (low["experimental"], low["control"], low["p"]) == ("low_dose", "placebo", ".13")
        assert told["event_free_survival: high_dose v placebo, at 24 months"]["time"] == 24
        assert len(told) == 3

    def test_the_report_tells_them_apart(self, file):
        document = build_appraisal_document(appraise(file, trials=0))
        written = "\n".join(texts(document))
        for words in (
            "Event free survival (Low dose v Placebo)",
            "Event free survival (High dose v Placebo) at 24 months",
            "Event free survival (High dose v Placebo), hazard ratio",
        ):
            assert words in written


class TestTimesInOtherUnits:
    def test_months_and_years_are_one_claim(self, tmp_path):
        text = PAPER.read_text(encoding="utf-8")
        text = text.replace("time_unit: year", "time_unit: month")
        text = text.replace("rates: {2:", "rates: {24:").replace("median: 2.9", "median: 34.8")
        other = tmp_path / "months.yaml"
        other.write_text(text, encoding="utf-8")
        found, same = appraise(NEWS, other, trials=0), appraise(NEWS, PAPER, trials=0)
        assert [each.grade for each in found.findings] == [each.grade for each in same.findings]
        moved = [each.sentence for each in found.about("estimates-between-sources")]
        assert moved == [each.sentence for each in same.about("estimates-between-sources")]
        assert moved


class TestThePage:
    def test_its_language_is_that_of_the_grammar(self):
        published = (ROOT / "schema" / "claims.schema.json").read_text(encoding="utf-8")
        assert published == claims_schema_text(), "run python tools/publish_protocol_language.py"
        assert run("--schema").output == published
        page = PAGE.read_text(encoding="utf-8")
        assert page == with_claims_tables(page), "run python tools/publish_protocol_language.py"

    def test_its_examples_run(self, monkeypatch, tmp_path):
        monkeypatch.chdir(ROOT)
        done = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
        assert done.attempted >= 9
        assert done.failed == 0
        first = re.findall(r"```yaml\n(claims: 1\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
        file = tmp_path / "claims.yaml"
        file.write_text(first[0], encoding="utf-8")
        assert len(read_claims(file).claimed) == 7

    def test_its_commands_run(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        shutil.copytree(EXAMPLES, tmp_path / "examples" / "aall1331")
        found = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
        code = "\n".join([NOTED, *found])
        told = subprocess.run(["/bin/bash", "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
        calls = [line.split("|") for line in told.stdout.splitlines()]
        assert len(calls) >= 10
        for call in calls:
            short = ["--trials", "0"] if "--out" not in call else ["--format", "none"]
            done = CliRunner().invoke(app, [*call, *short])
            assert done.exit_code == 0, (call, done.output)
