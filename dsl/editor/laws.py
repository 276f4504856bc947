"""The gists of articles, from the register of laws as it is loaded into a town (`laws.json`)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dsl.clauses import Article
from dsl.literals import write_article

_MARKS = {"P": "见于公开报道或摘要", "M": "待核实"}


@dataclass(frozen=True, slots=True)
class Gist:
    """What an article says, in our words, and how sure it is; the full text where it was loaded."""

    text: str
    mark: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True)
class Laws:
    """Gists by law (every name it goes by) and article."""

    _articles: Mapping[str, Mapping[str, tuple[Gist, ...]]] = field(default_factory=dict)

    def knows(self, law: str) -> bool:
        """Tell whether the register has a law."""
        return law in self._articles

    def find(self, law: str, article: Article) -> tuple[Gist, ...]:
        """Return the gists of a place in a law: of the very place, else of the article around it."""
        known = self._articles.get(law, {})
        written = write_article(article, "zh")
        whole = re.match(r"第[^款项目]+?条(?:之[一二三四五六七八九十]+)?", written)
        return known.get(written) or known.get(whole.group() if whole else "", ())


def read_laws(text: str) -> Laws:
    """Read a register of laws.

    Raises:
        ValueError: the text is no such register.
    """
    articles: dict[str, dict[str, tuple[Gist, ...]]] = {}
    try:
        for law in json.loads(text)["laws"]:
            own: dict[str, tuple[Gist, ...]] = {}
            for each in law.get("articles", ()):
                gist = Gist(each.get("gist", ""), _MARKS.get(each.get("mark", ""), ""), each.get("text", ""))
                own[each["article"]] = (*own.get(each["article"], ()), gist)
            for name in (law["title"], *law.get("aliases", ())):
                articles.setdefault(name, own)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a register of laws: {error}") from error
    return Laws(articles)
