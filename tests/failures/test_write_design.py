"""A design is written whole or not at all, and never over an analysis or over edits."""

import json

import pytest

from equipoise.analyze.progress import only_notices
from equipoise.errors import EquipoiseError
from equipoise.report.compare import compare_folders
from equipoise.report.design.write import write_design
from equipoise.report.manifest import kind_of, read_manifest
from equipoise.report.write import write_report
from sample_analysis import two_arm_analysis
from sample_design import sample_design, sample_report
from sample_document import sample_document

DESIGN = sample_design("rate-fixed")
DOCUMENT = sample_report("rate-fixed")


def written(out, **options):
    return write_design(DESIGN, DOCUMENT, out, **{"formats": ("html",), **options})


def everything_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_files_are_there(tmp_path):
    made = written(tmp_path / "d", formats=("html", "pdf", "docx"))
    assert everything_in(tmp_path / "d") == {
        "design.json",
        "manifest.json",
        "report.html",
        "report.pdf",
        "report.docx",
        "figures/h1-power-plot.svg",
        "figures/h1-power-plot.png",
    }
    on_disk = read_manifest((tmp_path / "d" / "manifest.json").read_text())
    assert on_disk == json.loads(json.dumps(made))
    assert kind_of(on_disk) == "design"


def test_data_alone(tmp_path):
    write_design(DESIGN, None, tmp_path / "d")
    assert everything_in(tmp_path / "d") == {"design.json", "manifest.json"}
    told = json.loads((tmp_path / "d" / "design.json").read_text())
    assert told["hypotheses"][0]["plan"]["power"] == DESIGN.main.plan.power


def test_two_runs_compare_as_the_same(tmp_path):
    written(tmp_path / "a", command="one")
    written(tmp_path / "b", command="another")
    assert compare_folders(tmp_path / "a", tmp_path / "b") == ()
    (tmp_path / "b" / "design.json").write_text("{}")
    (found,) = compare_folders(tmp_path / "a", tmp_path / "b")
    assert found.where == "files/design.json"


def test_an_analysis_is_not_replaced(tmp_path):
    write_report(two_arm_analysis(), sample_document(), tmp_path / "r", formats=())
    before = everything_in(tmp_path / "r")
    with pytest.raises(EquipoiseError, match="holds the report of an analysis, which that of a"):
        written(tmp_path / "r")
    assert everything_in(tmp_path / "r") == before
    written(tmp_path / "r", force=True, progress=only_notices)
    assert "results.json" not in everything_in(tmp_path / "r")


def test_a_design_is_not_replaced_by_an_analysis(tmp_path):
    written(tmp_path / "d")
    with pytest.raises(EquipoiseError, match="holds the report of a design, which that of an"):
        write_report(two_arm_analysis(), sample_document(), tmp_path / "d", formats=())


def test_edits_are_not_lost(tmp_path):
    written(tmp_path / "d")
    (tmp_path / "d" / "report.html").write_text("with my remarks")
    with pytest.raises(EquipoiseError, match=r"not as Equipoise wrote them: report\.html"):
        written(tmp_path / "d")
    written(tmp_path / "d", force=True)
    assert (tmp_path / "d" / "report.html").read_text() != "with my remarks"


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(EquipoiseError, match="holds no report"):
        written(tmp_path)
    assert everything_in(tmp_path) == {"thesis.txt"}
