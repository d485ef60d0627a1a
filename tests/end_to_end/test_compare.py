"""`equipoise compare` tells whether two reports are the same, and where they are not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.report.write import write_report
from equipoise.verbs import compare
from sample_analysis import two_arm_analysis
from sample_document import sample_document


@pytest.fixture
def report(tmp_path: Path) -> Path:
    write_report(two_arm_analysis(), sample_document(), tmp_path / "a", formats=("html",))
    return tmp_path / "a"


def on_the_command_line(*words: object) -> tuple[int, str]:
    command = [sys.executable, "-m", "equipoise", "compare", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return done.returncode, done.stdout + done.stderr


def test_a_second_run_is_the_same(report, tmp_path):
    write_report(
        two_arm_analysis(), sample_document(), tmp_path / "b", formats=("html",), command="another"
    )
    assert compare(report, tmp_path / "b") == ()
    code, said = on_the_command_line(report, tmp_path / "b")
    assert (code, said) == (0, "The same, bit for bit (clock and command aside).\n")


def test_a_document_more(report, tmp_path):
    write_report(two_arm_analysis(), sample_document(), tmp_path / "b", formats=("html", "docx"))
    assert "outputs/report.docx" in {each.where for each in compare(report, tmp_path / "b")}
    code, said = on_the_command_line(report, tmp_path / "b")
    assert code == 1
    assert "outputs/report.docx: (nothing) | " in said


@pytest.mark.parametrize("change", ["edit", "remove"])
def test_a_file_that_its_manifest_no_longer_describes(report, tmp_path, change):
    shutil.copytree(report, tmp_path / "b")
    page = tmp_path / "b" / "report.html"
    page.unlink() if change == "remove" else page.write_text("edited")
    (found,) = compare(report, tmp_path / "b")
    assert found.where == "files/report.html"
    assert (found.first, found.second) == ("as its manifest says", "not as its manifest says")
    code, said = on_the_command_line(report, tmp_path / "b", "--json")
    assert code == 1
    assert json.loads(said)["same"] is False


def test_a_folder_without_a_manifest(report, tmp_path):
    with pytest.raises(DataError, match=r"holds no manifest\.json"):
        compare(report, tmp_path)
    code, said = on_the_command_line(report, tmp_path)
    assert code == 1
    assert said.startswith("error: ")
