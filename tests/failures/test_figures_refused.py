"""Files that hold no curve to read: the message says what is missing and what to do."""

import gzip

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from equipoise.errors import ClaimError, DataError
from equipoise.io.figures.read import read_figure


def drawing(path, *, curve=True, text=True, picture=False):
    mpl.rcParams["svg.fonttype"] = "none"
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
    if picture:
        figure.clear()
        figure.figimage(np.random.default_rng(0).uniform(size=(40, 40)))
    if curve and not picture:
        axes.step([0, 2, 5, 9], [1, 0.8, 0.5, 0.5], where="post")
    if not text:
        axes.set_xticklabels([])
        axes.set_yticklabels([])
    figure.savefig(path)
    return path


@pytest.mark.parametrize("suffix", ["pdf", "svg"])
class TestWhatIsMissing:
    def test_axes(self, suffix, tmp_path):
        path = drawing(tmp_path / f"a.{suffix}", text=False)
        with pytest.raises(DataError, match=r"has no text, so its axes.*x_axis and y_axis by hand"):
            read_figure(path)

    def test_curves(self, suffix, tmp_path):
        with pytest.raises(DataError, match="no curve was found between"):
            read_figure(drawing(tmp_path / f"a.{suffix}", curve=False))

    def test_lines(self, suffix, tmp_path):
        path = drawing(tmp_path / f"a.{suffix}", picture=True)
        with pytest.raises(DataError, match=r"a\.(pdf|svg) (holds a bitmap only|shows no pair)"):
            read_figure(path)

    def test_even_axes(self, suffix, tmp_path):
        figure = Figure(figsize=(4, 3))
        figure.text(0.1, 0.1, "Table 1: 12 patients, 3 deaths")
        figure.text(0.2, 0.5, "7 of 9")
        figure.savefig(tmp_path / f"a.{suffix}")
        with pytest.raises(DataError):
            read_figure(tmp_path / f"a.{suffix}")


class TestOptionsThatCannotBe:
    def test_panel(self, tmp_path):
        with pytest.raises(DataError, match="has 1 plots; there is no plot 2"):
            read_figure(drawing(tmp_path / "a.svg"), panel=2)

    def test_page(self, tmp_path):
        with pytest.raises(DataError, match="has 1 pages; there is no page 3"):
            read_figure(drawing(tmp_path / "a.pdf"), page=3)

    def test_labels(self, tmp_path):
        with pytest.raises(DataError, match=r"2 labels were given for 1 curves \(solid #1f77b4\)"):
            read_figure(drawing(tmp_path / "a.pdf"), labels=["a", "b"])

    def test_calibration(self, tmp_path):
        path = drawing(tmp_path / "a.pdf")
        with pytest.raises(DataError, match="two different places and values"):
            read_figure(path, x_axis=((10, 0), (10, 5)))


class TestFilesOfOtherKinds:
    @pytest.mark.parametrize("name", ["scan.png", "scan.jpg"])
    def test_bitmaps(self, name, tmp_path):
        (tmp_path / name).write_bytes(b"")
        with pytest.raises(DataError, match=r"is a bitmap.*digitize the curves to CSV"):
            read_figure(tmp_path / name)

    def test_words(self, tmp_path):
        with pytest.raises(DataError, match=r"neither \.pdf nor \.svg"):
            read_figure(tmp_path / "figure.docx")

    def test_absent(self, tmp_path):
        with pytest.raises(DataError, match="cannot be opened: No such file"):
            read_figure(tmp_path / "none.pdf")

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.4 broken", b"\x00\x01\x02"])
    @pytest.mark.parametrize("suffix", ["pdf", "svg", "svgz"])
    def test_broken(self, content, suffix, tmp_path):
        path = tmp_path / f"a.{suffix}"
        path.write_bytes(content)
        with pytest.raises(DataError, match="cannot be read as"):
            read_figure(path)

    def test_another_xml(self, tmp_path):
        (tmp_path / "a.svg").write_text("<html><body>no figure</body></html>")
        with pytest.raises(DataError):
            read_figure(tmp_path / "a.svg")

    def test_compressed(self, tmp_path):
        plain = drawing(tmp_path / "a.svg")
        (tmp_path / "a.svgz").write_bytes(gzip.compress(plain.read_bytes()))
        assert len(read_figure(tmp_path / "a.svgz").arms) == 1


def test_numbers_at_risk_that_grow_name_their_arm(tmp_path):
    figure = Figure(figsize=(5, 4))
    axes = figure.add_axes((0.2, 0.4, 0.7, 0.5))
    axes.step([0, 2, 5, 9], [1, 0.8, 0.5, 0.5], where="post", label="Placebo")
    axes.set_xticks([0, 3, 6, 9])
    axes.legend()
    for time, many in zip([0, 3, 6, 9], [50, 30, 41, 2], strict=True):
        axes.text(time, -0.3, str(many), transform=axes.get_xaxis_transform(), ha="center")
    figure.savefig(tmp_path / "a.pdf")
    with pytest.raises(ClaimError, match=r"Placebo.*grows from 30 at 3 to 41 at 6"):
        read_figure(tmp_path / "a.pdf")
    assert read_figure(tmp_path / "a.pdf", at_risk=False).arms[0].at_risk is None
