"""通知落实 as text: each sentence, the elements that carry it out, the cases now running under them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from engine.obligations import Carried, Element


@dataclass(frozen=True, slots=True)
class ElementRow:
    """An element, the list of its cases, and how many of them are open."""

    text: str
    address: str
    running: str


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence of the notice."""

    id: str
    text: str
    mechanism: str
    elements: tuple[ElementRow, ...]
    said: str  # instead of elements: why there are none


@dataclass(frozen=True, slots=True)
class ArticleSection:
    """The sentences of one article."""

    name: str
    figure: str
    rows: tuple[SentenceRow, ...]


def article_name(article: int) -> str:
    """Name an article as people call it."""
    return "前言" if article == 0 else f"第{article}条"


def sections(found: Sequence[Carried], running: Mapping[str, int]) -> tuple[ArticleSection, ...]:
    """Return the articles with their sentences; `running`: open cases by process."""
    return tuple(
        _section(article, tuple(rows), running)
        for article, rows in groupby(found, key=lambda each: each.obligation.article)
    )


def total(found: Sequence[Carried]) -> str:
    """Say how much of the notice is carried out."""
    due = [each for each in found if each.obligation.executable]
    done = sum(not each.missing for each in due)
    return f"应当落实 {len(due)} 条，已落实 {done} 条；另有原则要求 {len(found) - len(due)} 条"


def _section(article: int, rows: tuple[Carried, ...], running: Mapping[str, int]) -> ArticleSection:
    due = [each for each in rows if each.obligation.executable]
    figure = f"{sum(not each.missing for each in due)}/{len(due)} 条" if due else "原则要求"
    return ArticleSection(article_name(article), figure, tuple(_sentence(each, running) for each in rows))


def _sentence(row: Carried, running: Mapping[str, int]) -> SentenceRow:
    obligation = row.obligation
    said = obligation.reason or ("还没有规程落实这一句" if row.missing else "")
    elements = tuple(_element(each, running) for each in row.elements)
    return SentenceRow(obligation.id, obligation.text, obligation.mechanism, elements, said)


def _element(element: Element, running: Mapping[str, int]) -> ElementRow:
    open_cases = running.get(element.process, 0)
    return ElementRow(
        f"{element.process} · {element.kind}“{element.name}”",
        f"/cases?process={quote(element.process)}&status=open",
        f"在办 {open_cases} 件" if open_cases else "现在没有在办",
    )
