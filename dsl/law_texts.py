"""The full texts of laws, loaded beside the register by whoever has them: one file for each version of a law.

A file holds the text as it is published: `第一条` and a space at the head of each article, a line for each paragraph (款) and
each item (项), chapters on lines of their own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dsl.clauses import Article
from dsl.literals import read_article, write_article
from dsl.numerals import ImpossibleValue, read_integer

FOLDER: Final = "laws"
"""The folder beside the register."""

_HEAD = re.compile(r"(第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)(?:\s+(.*))?")
_PART = re.compile(r"第[〇零一二三四五六七八九十百千]+[编章节](?:\s+.*)?")
_ITEM = re.compile(r"[(（]([一二三四五六七八九十百]+)[)）]")


class BadText(ValueError):
    """The text is not that of a law, or something of it is missing."""


@dataclass(frozen=True, slots=True)
class LawText:
    """The text of one version: the lines of each article, a paragraph or an item each."""

    articles: Mapping[Article, tuple[str, ...]]

    def of(self, cited: Article) -> str:
        """Return the article, paragraph or item cited, its paragraphs a line each; nothing when the text lacks it."""
        lines = self.articles.get(replace(cited, paragraph=None, item=None, subitem=None), ())
        if cited.paragraph is not None:
            paragraphs = tuple(_paragraphs(lines))
            lines = paragraphs[cited.paragraph - 1] if cited.paragraph <= len(paragraphs) else ()
        if cited.item is not None:
            lines = tuple(line for line in lines if _item(line) == cited.item)
        return "\n".join(lines)


def read_law_text(text: str) -> LawText:
    """Read a published text.

    Raises:
        BadText: it has no 第一条, or an article does not follow the one before it.
    """
    articles: dict[Article, tuple[str, ...]] = {}
    last: Article | None = None
    for line in filter(None, map(str.strip, text.splitlines())):
        head = _HEAD.fullmatch(line)
        if head is not None:
            last = _next(last, head[1])
            articles[last] = (head[2],) if head[2] else ()
        elif last is not None and _PART.fullmatch(line) is None:
            articles[last] += (line,)
    if not articles:
        raise BadText("没有找到“第一条”：每一条应当另起一行，条号后面空一格")
    return LawText(articles)


def file_of(title: str, version: str) -> str:
    """Return the name of the file that holds a version of a law."""
    return f"{title}@{version}.txt"


def loaded(versions: Iterable[tuple[str, str]], folder: Path) -> dict[tuple[str, str], LawText]:
    """Return the texts in a folder by title and version; one that cannot be read is left out, as `anliu laws list` says."""
    found: dict[tuple[str, str], LawText] = {}
    for title, version in versions:
        file = folder / file_of(title, version)
        if file.is_file():
            with suppress(BadText, UnicodeDecodeError):
                found[title, version] = read_law_text(file.read_text(encoding="utf-8-sig"))
    return found


def _next(last: Article | None, heading: str) -> Article:
    """Return the article that a heading begins, if it is one that may follow."""
    try:
        article = read_article(heading)
    except ImpossibleValue as impossible:
        raise BadText(f"{heading}：{impossible}") from impossible
    expected: tuple[Article, ...] = (Article(1),)
    if last is not None:
        expected = (Article(last.number + 1), Article(last.number, suffix=(last.suffix or 0) + 1))
    if article not in expected:
        before = f"{write_article(last, 'zh')}后面" if last else "开头"
        raise BadText(
            f"{before}应当是{write_article(expected[0], 'zh')}，却是{heading}：文本不全，或者混有别的文件"
        )
    return article


def _paragraphs(lines: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Return the paragraphs of an article, each with its items."""
    found: list[str] = []
    for line in lines:
        if found and _item(line) is None:
            yield tuple(found)
            found = []
        found.append(line)
    if found:
        yield tuple(found)


def _item(line: str) -> int | None:
    found = _ITEM.match(line)
    return None if found is None else read_integer(found[1])
