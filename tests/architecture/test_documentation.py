"""Every page of the documentation is reached from the README, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = sorted([README, *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)", flags=re.DOTALL)


def links_of(page):
    """Give the links to places of this repository: the file, and the heading in it."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in LINK.findall(text):
        if not re.match(r"[a-z]+:", link):
            path, _, heading = link.partition("#")
            yield (page.parent / path).resolve() if path else page, heading


def headings_of(page):
    """Give the anchors of a page's headings, as GitHub makes them."""
    for line in re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line).lower()
        yield re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target, heading in links_of(page):
        assert target.exists(), f"{page.name} links to {target}"
        if heading and target.suffix == ".md":
            assert heading in set(headings_of(target)), f"{target.name} has no #{heading}"


def test_every_page_is_reached_from_the_readme():
    reached, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        waiting += [target for target, _ in links_of(page) if target.suffix == ".md"]
    assert set(ROOT.glob("docs/*.md")) - reached == set()


@pytest.mark.parametrize("room", ["monitor", "simulate", "appraise", "io"])
def test_every_folder_of_a_room_is_told(room):
    told = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    table = told.split(f"| folder of `{room}/` |")[1].split("\n\n")[0]
    folders = {each.parent.name for each in (ROOT / "src/equipoise" / room).glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)/` \|", table, flags=re.MULTILINE)) == folders
