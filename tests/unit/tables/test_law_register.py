"""The law register knows what the tables cite, in the text in force on the day the row is valid."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from engine.definition import Citation
from tests.unit.tables.shared import SHARED, program

REGISTER: list[dict[str, Any]] = json.loads((SHARED / "laws.json").read_text(encoding="utf-8"))["laws"]
BY_TITLE = {title: law for law in REGISTER for title in (law["title"], *law.get("aliases", ()))}


def cited() -> Iterator[tuple[str, Citation, date | None, date | None]]:
    """Every citation of a table, with the days on which its version is valid."""
    for table in program().definition.tables:
        for version in table.versions:
            for citation in (*version.basis, *(each for row in version.rows for each in row.basis)):
                yield table.name, citation, version.valid_from, version.valid_until


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
    unsure = {
        (law["title"], article["article"])
        for law in REGISTER
        for article in law["articles"]
        if article["mark"] == "M" and article["article"]
    }
    silent = [
        (table, citation.law, citation.article)
        for table, citation, _, _ in cited()
        if (citation.law, citation.article) in unsure and not citation.unverified
    ]

    assert not silent
