"""A plain install has no matplotlib, jinja2, typst or python-docx: data come out all the same."""

import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.verbs import analyze

ROOT = Path(__file__).parents[2]
PROTOCOL, DATA = (ROOT / "examples" / "colon" / name for name in ("protocol.yaml", "data"))
PLAIN = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"matplotlib", "jinja2", "typst", "docx"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
sys.argv = ["equipoise", *sys.argv[1:]]
from equipoise.cli import main
main()
"""


def plain_install(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PLAIN, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


def test_results_are_written_as_data(tmp_path):
    out = tmp_path / "out"
    done = plain_install("analyze", PROTOCOL, "--data", DATA, "--out", out, "--format", "none")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.iterdir()} == {
        "results.json",
        "results.parquet",
        "curves.parquet",
        "reporting-event.json",
        "manifest.json",
    }


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_a_document_is_refused_in_one_line_before_any_work(tmp_path, kind):
    nowhere = tmp_path / "no-such-data"  # were anything read first, this would be the complaint
    done = plain_install(
        "analyze", PROTOCOL, "--data", nowhere, "--out", tmp_path / "out", "--format", kind
    )
    assert done.returncode == 1
    assert 'pip install "equipoise[documents]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("formats", [(), "none", ["none"]])
def test_no_documents_in_every_spelling(tmp_path, formats):
    analyze(PROTOCOL, DATA, out=tmp_path / "out", formats=formats)
    assert not list((tmp_path / "out").glob("report.*"))
    assert (tmp_path / "out" / "results.json").exists()


def test_one_format_may_be_a_plain_text(tmp_path):
    analyze(PROTOCOL, DATA, out=tmp_path / "out", formats="html")
    assert [path.name for path in (tmp_path / "out").glob("report.*")] == ["report.html"]


def test_an_unknown_format_names_those_there_are(tmp_path):
    done = plain_install(
        "analyze", PROTOCOL, "--data", DATA, "--out", tmp_path / "out", "--format", "odt"
    )
    assert done.returncode == 1
    assert "no report format 'odt'. Choose from html, pdf, docx, or none" in done.stderr


def test_a_format_without_a_folder_is_refused():
    done = plain_install("analyze", PROTOCOL, "--data", DATA, "--format", "html")
    assert done.returncode == 2
    assert "--out" in done.stderr
