"""Step texts: one normal form for quotes, blanks and full-width marks, and patterns with named places.

A pattern is what the table of steps shows: `{人}办理"{步骤}"[,结论"{结论}"]`. Text in braces is a place, text in square
brackets may be missing; `{操作=挂起|恢复}` is one of the words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

_QUOTES = str.maketrans("“”„‟「」『』＂", '"' * 9)
_WIDTHS = str.maketrans(
    "：，；（）［］％＝＋０１２３４５６７８９　",
    ":,;()[]%=+0123456789 ",
)
_BLANKS_AROUND_WORDS = re.compile(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])")
_PLACE = re.compile(r"\{(\w+)(?:=([^{}]+))?\}")
_IN_QUOTES = "_in_quotes"
_LIST_OF_NAMES = r'"[^"]*"(?:[、,]"[^"]*")*'


class UnbalancedQuotes(ValueError):
    """A quotation is opened and not closed."""


def normal(text: str) -> str:
    """Return a step text without what makes no difference: kinds of quotes, blanks, widths, a mark at the end.

    Quoted texts keep everything inside. A blank between two Latin words or numbers stays one blank.

    Raises:
        UnbalancedQuotes
    """
    parts = text.translate(_QUOTES).split('"')
    if len(parts) % 2 == 0:
        raise UnbalancedQuotes(f"引号没有成对：{text}")
    for position in range(0, len(parts), 2):
        plain = parts[position].translate(_WIDTHS)
        parts[position] = re.sub(r"\s+", " ", _BLANKS_AROUND_WORDS.sub("", plain))
    return '"'.join(parts).rstrip(":。.,; ")


def same(name: str, other: str) -> bool:
    """Tell whether two names differ only in the width of their marks: 李（一）, 李(一)."""
    return name.translate(_WIDTHS).strip() == other.translate(_WIDTHS).strip()


def unquoted(text: str) -> str:
    """Return the parts of a normal text outside its quotes, the quoted ones replaced by empty quotes."""
    return '""'.join(text.split('"')[::2])


def names(text: str) -> tuple[str, ...]:
    """Read "甲"、"乙"."""
    return tuple(re.findall(r'"([^"]*)"', text))


@dataclass(frozen=True)
class Pattern:
    """A step as written in the table of steps."""

    text: str

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(_regular(normal(self.text)))

    def match(self, text: str) -> Mapping[str, str] | None:
        """Return what stands at the places of a normal text, None when it is another step."""
        found = self._expression.fullmatch(text)
        if found is None:
            return None
        places = found.groupdict().items()
        return {name.removesuffix(_IN_QUOTES): value for name, value in places if value is not None}


def _regular(pattern: str) -> str:
    written = "".join(
        _quoted(part) if position % 2 else _plain(part) for position, part in enumerate(pattern.split('"'))
    )
    return written.replace(r"\[", "(?:").replace(r"\]", ")?")


def _quoted(part: str) -> str:
    place = _PLACE.fullmatch(part)
    return f'"(?P<{place[1]}>[^"]*)"' if place else f'"{re.escape(part)}"'


def _plain(part: str) -> str:
    written, end = "", 0
    for place in _PLACE.finditer(part):
        kind = f"(?P<{place[1]}>{place[2]})" if place[2] else _of_kind(place[1])
        written += re.escape(part[end : place.start()]) + kind
        end = place.end()
    return written + re.escape(part[end:])


def _of_kind(place: str) -> str:
    match place:
        case "人" | "另一人" | "对象":
            return f'(?:"(?P<{place}{_IN_QUOTES}>[^"]*)"|(?P<{place}>[^",]+?))'
        case "数":
            return f"(?P<{place}>\\d+)"
        case "名单":
            return f"(?P<{place}>{_LIST_OF_NAMES})"
        case _:
            return f'(?P<{place}>[^",]+?)'
