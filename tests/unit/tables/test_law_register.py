"""The law register knows what the tables cite, in the text in force on the day the row is valid."""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from dsl.compile import Compiled, compile_sources
from dsl.source import Source
from engine.definition import Citation
from engine.parts import parts_of
from tests.unit.tables.shared import ROOT, SHARED, program

REGISTER: list[dict[str, Any]] = json.loads((SHARED / "laws.json").read_text(encoding="utf-8"))["laws"]
BY_TITLE = {title: law for law in REGISTER for title in (law["title"], *law.get("aliases", ()))}


def cited() -> Iterator[tuple[str, Citation, date | None, date | None]]:
    """Every citation of a table, with the days on which its version is valid."""
    for table in program().definition.tables:
        for version in table.versions:
            for citation in (*version.basis, *(each for row in version.rows for each in row.basis)):
                yield table.name, citation, version.valid_from, version.valid_until


@cache
def library() -> Compiled:
    """All definitions of the library."""
    files = sorted((ROOT / "processes").rglob("*.flow"))
    return compile_sources([Source(str(path), path.read_text(encoding="utf-8")) for path in files])


def in_force(law: dict[str, Any], day: date) -> str | None:
    """Name of the text in force on a day."""
    for version in law["versions"]:
        if (
            date.fromisoformat(version["from"])
            <= day
            <= date.fromisoformat(version.get("until", "9999-12-31"))
        ):
            return str(version["name"])
    return None


def test_titles_and_aliases_name_one_law_each() -> None:
    names = [name for law in REGISTER for name in (law["title"], *law.get("aliases", ()))]

    assert len(names) == len(set(names))


def test_versions_of_a_law_follow_each_other() -> None:
    for law in REGISTER:
        for earlier, later in zip(law["versions"], law["versions"][1:], strict=False):
            assert date.fromisoformat(earlier["until"]) < date.fromisoformat(later["from"]), law["title"]


def test_every_cited_law_is_registered() -> None:
    assert {citation.law for _, citation, _, _ in cited()} <= BY_TITLE.keys()


def test_every_cited_article_stands_in_the_text_in_force_at_the_end_of_the_version() -> None:
    missing = []
    for table, citation, _, until in cited():
        law = BY_TITLE[citation.law]
        version = in_force(law, until or date(2026, 11, 25))
        articles = {each["article"] for each in law["articles"] if each.get("version", version) == version}
        if citation.article and not any(citation.article.startswith(each) for each in articles if each):
            missing.append((table, citation.law, citation.article, version))

    assert not missing


@pytest.mark.parametrize("mark", ["V", "P", "M"])
def test_every_gist_says_how_far_it_was_checked(mark: str) -> None:
    marks = {article["mark"] for law in REGISTER for article in law["articles"]}

    assert mark in marks
    assert marks <= {"V", "P", "M"}


def test_what_is_remembered_only_is_cited_as_unverified() -> None:
    """An article that nobody has read, or that the register does not know, is shown 待核实 wherever it is cited."""
    checked = {
        (title, article["article"])
        for title, law in BY_TITLE.items()
        for article in law["articles"]
        if article["mark"] != "M" and article["article"]
    }
    silent = {
        (definition.name, citation.law, citation.article)
        for definition in library().definitions
        for citation in parts_of(definition)
        if isinstance(citation, Citation) and citation.article and not citation.unverified
        if not any(citation.law == law and citation.article.startswith(article) for law, article in checked)
    }

    assert silent == {READ_IN_THE_PRESS}


READ_IN_THE_PRESS = ("严重失信主体名单", "安全生产严重失信主体名单管理办法", "第七条第（二）项")
"""The one item of its article that the facts of the project know from public text."""
