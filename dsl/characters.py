"""Characters that deceive: hidden ones, control codes, and letters of another script that look alike."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Final

from dsl.findings import Edit, Finding, Severity
from dsl.source import BIDI, Place, Source, is_control, is_hidden

_TROUBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffd\ud800-\udfff"
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0]"
)
_QUOTATION: Final = re.compile(r"\"[^\"\n]*\"?|[“”][^“”\n]*[“”]?|「[^」\n]*」?|(?:#|//)[^\n]*")
_LIMIT: Final = 20
_LOOK_ALIKE: Final = frozenset(
    {"GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "HIRAGANA", "KATAKANA"}
)

_WORD = re.compile(r"\w+")


def deceptions(source: Source) -> list[Finding]:
    """Hidden and control characters of a text, at most twenty.

    Zero-width characters are allowed inside quoted text and comments (some scripts and emoji need them); characters
    that turn the direction of writing are allowed nowhere. A byte order mark at the very start is no finding.
    """
    findings: list[Finding] = []
    broken = source.text.count("\ufffd")
    if broken:
        first = source.text.index("\ufffd")
        message = f"有 {broken} 处不是 UTF-8 文字"
        hint = "请用编辑器把文件另存为 UTF-8"
        findings.append(Finding("S113", Severity.ERROR, message, hint, source.place(first, first + 1)))
    quotations = _quotations(source) if _TROUBLE.search(source.text) else []
    for found in _TROUBLE.finditer(source.text):
        finding = _judge(source, found.start(), quotations)
        if finding is not None:
            findings.append(finding)
        if len(findings) == _LIMIT:
            break
    return findings


def _judge(source: Source, offset: int, quotations: list[tuple[int, int]]) -> Finding | None:
    character = source.text[offset]
    place = source.place(offset, offset + 1)
    if character == "\ufffd":
        return None
    if is_control(character):
        message = f"这里有一个控制字符（U+{ord(character):04X}）"
        return Finding("S112", Severity.ERROR, message, "请删去它", place, fix=(Edit(place, ""),))
    if character == "\ufeff" and offset == 0:
        return None
    if character not in BIDI and _is_inside(quotations, offset):
        return None
    kind = "改变文字方向的控制符" if character in BIDI else "看不见的零宽字符"
    return Finding(
        "S111",
        Severity.ERROR,
        f"这里有一个{kind}（U+{ord(character):04X}）",
        "请删去它并重新输入这个词",
        place,
        fix=(Edit(place, ""),),
    )


def _quotations(source: Source) -> list[tuple[int, int]]:
    """Where comments and quoted text stand, in order; a quotation without its end goes on to the end of the line."""
    return [found.span() for found in _QUOTATION.finditer(source.folded)]


def _is_inside(quotations: list[tuple[int, int]], offset: int) -> bool:
    before = bisect_right(quotations, (offset, offset)) - 1
    return before >= 0 and offset < quotations[before][1]


def hidden_words(source: Source) -> frozenset[str]:
    """Words in which a hidden character stands, as they read after folding: what they name is not known."""
    if not _TROUBLE.search(source.text):
        return frozenset()
    inside = {found.start() for found in _TROUBLE.finditer(source.text)}
    return frozenset(
        found.group()
        for found in _WORD.finditer(source.folded)
        if any(found.start() <= offset < found.end() for offset in inside)
    )


def disguise(name: str) -> str | None:
    """Why a name is not what it looks like, or None."""
    if name.isascii():
        return None
    hidden = next((character for character in name if is_hidden(character)), None)
    if hidden is not None:
        return f"里有看不见的字符（U+{ord(hidden):04X}）"
    scripts = set(_scripts(name))
    if len(scripts) > 1 and scripts & _LOOK_ALIKE:
        return f"混用了长得相像的文字（{'、'.join(sorted(scripts))}）"
    return None


def _scripts(name: str) -> Iterator[str]:
    for character in name:
        if character.isalpha():
            yield unicodedata.name(character, "OTHER").split()[0]


def twins(names: Mapping[str, Place]) -> list[Finding]:
    """Warnings for names that differ only in compatibility forms: 整改① and 整改1."""
    first: dict[str, str] = {}
    findings: list[Finding] = []
    for name, place in names.items():
        plain = name if name.isascii() else unicodedata.normalize("NFKC", name)
        other = first.setdefault(plain, name)
        if other != name:
            message = f"名称“{name}”与“{other}”只差写法"
            findings.append(
                Finding("S120", Severity.WARNING, message, "请改用明显不同的名称，或统一写法", place)
            )
    return findings
