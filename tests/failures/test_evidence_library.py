"""A library that is not as it was shipped is refused, file by file."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.evidence.reading import SHA256, read_figures


@pytest.fixture(name="library")
def library_folder(tmp_path):
    held = Path(str(files("equipoise.evidence").joinpath("data")))
    for name in SHA256:
        shutil.copy(held / name, tmp_path / name)
    return tmp_path


def test_as_shipped(library):
    assert len(read_figures(library)) == 304


@pytest.mark.parametrize("name", SHA256)
def test_a_changed_file(library, name):
    path = library / name
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DataError, match=f"{name} of the evidence library is not as it was"):
        read_figures(library)


@pytest.mark.parametrize("name", SHA256)
def test_a_missing_file(library, name):
    (library / name).unlink()
    with pytest.raises(DataError, match=f"lacks {name}. Install Equipoise anew"):
        read_figures(library)
