"""The law register: titles and versions of laws, how many articles each has, how far a limit may be extended.

It is a JSON file beside the shared definitions. Its gists are our own words; full texts are loaded beside it (`law_texts`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from dsl.clauses import Article
from dsl.law_texts import LawText
from dsl.literals import read_article, read_span
from dsl.numerals import ImpossibleValue
from engine.values import Span

RANKS: Final = {"法律": 4, "行政法规": 3, "地方性法规": 3, "部门规章": 2, "地方政府规章": 2}
"""Rank of what may lay down duties and penalties; what is not named here, such as 规范性文件, ranks below."""

_MARKS: Final = {"P": "见于公开报道或摘要", "M": "待核实"}


class BadRegister(ValueError):
    """The file is no law register."""


@dataclass(frozen=True, slots=True)
class LawVersion:
    """The text in force from a day to a day (both included; None: until today), and the number of its articles.

    `mark` tells how sure the days are, as that of an article does of its gist.
    """

    name: str
    valid_from: date
    valid_until: date | None = None
    length: int | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredArticle:
    """An article with its gist; of one version only when `version` names it; `extension`: the longest allowed.

    `mark` tells how sure the gist is (empty: read in the text of the law).
    """

    article: Article | None
    gist: str
    version: str | None = None
    extension: Span | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """A law with its versions, the earliest first."""

    title: str
    kind: str
    versions: tuple[LawVersion, ...]
    articles: tuple[RegisteredArticle, ...]

    @property
    def rank(self) -> int:
        """How high it stands; 0 for what lays down no duties or penalties."""
        return RANKS.get(self.kind, 0)

    def version_on(self, day: date | None) -> LawVersion | None:
        """Return the text in force on a day; without a day the one that has no end."""
        for version in reversed(self.versions):
            if day is None:
                return version if version.valid_until is None else None
            if version.valid_from <= day <= (version.valid_until or date.max):
                return version
        return None

    def entries(self, cited: Article) -> tuple[RegisteredArticle, ...]:
        """Return what the register says about an article, of any version: about all of it, or the part cited."""
        return tuple(
            each for each in self.articles if each.article is not None and _covers(each.article, cited)
        )


def _covers(known: Article, cited: Article) -> bool:
    same = (known.chapter, known.number, known.suffix) == (cited.chapter, cited.number, cited.suffix)
    return same and known.paragraph in (None, cited.paragraph) and known.item in (None, cited.item)


@dataclass(frozen=True, slots=True)
class LawRegister:
    """Laws by title and alias; the texts that were loaded by title and version."""

    laws: Mapping[str, Law] = field(default_factory=dict)
    texts: Mapping[tuple[str, str], LawText] = field(default_factory=dict)

    @property
    def versions(self) -> tuple[tuple[str, str], ...]:
        """Title and version of every text that a law has had."""
        laws = dict.fromkeys(self.laws.values())
        return tuple((law.title, version.name) for law in laws for version in law.versions)

    def full(self, law: str, cited: Article) -> tuple[tuple[LawVersion, str], ...]:
        """Return the words of a place in a law, in each version whose text was loaded and has it."""
        known = self.laws.get(law)
        found = (
            (version, self.texts[known.title, version.name].of(cited))
            for version in (known.versions if known else ())
            if known and (known.title, version.name) in self.texts
        )
        return tuple((version, text) for version, text in found if text)

    def gists(self, law: str, cited: Article) -> tuple[RegisteredArticle, ...]:
        """Return what is known of a place in a law: of the very place, else of the article around it."""
        known = self.laws[law].articles if law in self.laws else ()
        around = replace(cited, paragraph=None, item=None, subitem=None)
        return tuple(each for each in known if each.article == cited) or tuple(
            each for each in known if each.article == around
        )


def read_register(text: str) -> LawRegister:
    """Read the JSON form.

    Raises:
        BadRegister: it is not one.
    """
    laws: dict[str, Law] = {}
    try:
        for entry in json.loads(text)["laws"]:
            law = _law(entry)
            laws |= dict.fromkeys((law.title, *entry.get("aliases", ())), law)
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError, ImpossibleValue) as error:
        raise BadRegister(f"法规库读不懂：{error}") from error
    return LawRegister(laws)


def _law(entry: Mapping[str, Any]) -> Law:
    versions = tuple(
        LawVersion(
            str(each["name"]),
            date.fromisoformat(each["from"]),
            date.fromisoformat(each["until"]) if "until" in each else None,
            each.get("length"),
            _MARKS.get(each.get("mark", ""), ""),
        )
        for each in entry["versions"]
    )
    articles = tuple(
        RegisteredArticle(
            read_article(each["article"]) if each["article"] else None,
            str(each["gist"]),
            each.get("version"),
            read_span(each["extension"]) if "extension" in each else None,
            _MARKS.get(each.get("mark", ""), ""),
        )
        for each in entry["articles"]
    )
    return Law(str(entry["title"]), str(entry.get("kind", "")), versions, articles)
