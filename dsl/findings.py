"""Findings: something wrong or doubtful in a definition, with its place, and how it is shown."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from dsl.english import in_english
from dsl.explain import CODES
from dsl.source import Place, Source, display_width, is_control, is_hidden
from engine.record import record


class Severity(StrEnum):
    """An error blocks deployment, a warning needs a recorded reason, information needs nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


LABELS: Final = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}
Language: TypeAlias = Literal["zh", "en"]
_LEFT, _RIGHT = 48, 72  # display columns shown around the caret of a very long line


@record
class Edit:
    """One replacement of a repair: `text` instead of what stands at `place`; an empty stretch inserts."""

    place: Place
    text: str


@record
class Finding:
    """What is wrong, what to do about it, where.

    Args:
        code: stands in `dsl.codes`, with the meaning and the English sentence.
        basis: the article concerned.
        witness: what shows it: the nodes of a run, values that no row covers, the way of a secret.
        fix: edits that together repair it, for a machine to make.
        missing: the name that nobody declared, when that is what is wrong.
        again: the other places where the same is wrong.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    place: Place
    basis: str | None = None
    witness: tuple[str, ...] = ()
    fix: tuple[Edit, ...] = ()
    missing: str | None = None
    again: tuple[Place, ...] = ()


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by file and place, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=_position))


def _position(finding: Finding) -> tuple[str, int, int, str]:
    return finding.place.source, finding.place.line, finding.place.column, finding.code


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings blocks deployment."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def as_json(finding: Finding) -> dict[str, object]:
    """The form of `anliu check --format json`: line and column from 1, in code points.

    `basis`, `witness`, `fix` (edits with places of the same form) and `again` (places) only when known.
    """
    data: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "english": english(finding),
        "hint": finding.hint,
        "english_hint": english_hint(finding),
        **_span(finding.place),
    }
    if finding.basis is not None:
        data["basis"] = finding.basis
    if finding.witness:
        data["witness"] = list(finding.witness)
    if finding.fix:
        data["fix"] = [_span(edit.place) | {"text": edit.text} for edit in finding.fix]
    if finding.again:
        data["again"] = [_span(each) for each in finding.again]
    return data


def _span(place: Place) -> dict[str, object]:
    return {
        "file": place.source,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def english(finding: Finding) -> str:
    """The sentence of a finding in English, with the same names and numbers; that of its code where there is no other."""
    return in_english(finding.message) or CODES[finding.code].english


def english_hint(finding: Finding) -> str:
    """The hint of a finding in English; empty where there is none, since the sentence of the code says what to do."""
    return in_english(finding.hint) or ""


def render(finding: Finding, source: Source | None = None, lang: Language = "zh") -> str:
    """A finding as text: code and message, file:line:column, the line, the hint behind a caret, what shows it.

    The caret stands under the right character of a Chinese line. Without `source` the line is left out.
    """
    place = finding.place
    lines = [_headline(finding, lang), f"  {place.source}:{place.line}:{place.column}"]
    basis = f"（{finding.basis}）" if finding.basis else ""
    hint = f"{finding.hint}{basis}" if lang == "zh" else english_hint(finding)
    if source is not None:
        shown, blanks, marks = _frame(source, place)
        lines += [f"    {shown}", f"    {' ' * blanks}{'^' * marks} {hint}".rstrip()]
    elif hint:
        lines.append(f"  {hint}")
    example = " → ".join(finding.witness)
    if example and example not in finding.message:
        lines.append(f"    {'例：' if lang == 'zh' else 'e.g. '}{example}")
    if finding.again:
        lines.append(f"    {_elsewhere(finding.again, lang)}")
    return _printable("\n".join(lines))


def _headline(finding: Finding, lang: Language) -> str:
    if lang == "zh":
        return f"{finding.code} {LABELS[finding.severity]}：{finding.message}"
    return f"{finding.code} {finding.severity.value}: {english(finding)}"


def _elsewhere(places: tuple[Place, ...], lang: Language) -> str:
    """The other lines on which the same is wrong."""
    numbers = [str(line) for line in dict.fromkeys(place.line for place in places)]
    return f"同样：第 {'、'.join(numbers)} 行" if lang == "zh" else f"also on line {', '.join(numbers)}"


def _frame(source: Source, place: Place) -> tuple[str, int, int]:
    """The line as shown, columns before the caret, columns of the caret."""
    text = "".join(_visible(character) for character in source.line_text(place.line))
    start = min(place.column - 1, len(text))
    end = len(text) if place.end_line > place.line else min(place.end_column - 1, len(text))
    before, marked, after = text[:start], text[start:end], text[end:]
    before = _clip_left(before, _LEFT)
    marked = _clip_right(marked, _RIGHT)
    after = _clip_right(after, max(_RIGHT - display_width(marked), 0))
    return before + marked + after, display_width(before), max(display_width(marked), 1)


def _clip_left(text: str, columns: int) -> str:
    tail = text[-columns:]
    while display_width(tail) > columns:
        tail = tail[1:]
    return tail if tail == text else "…" + tail


def _clip_right(text: str, columns: int) -> str:
    head = text[:columns]
    while display_width(head) > columns:
        head = head[:-1]
    return head if head == text else head + "…"


def _visible(character: str) -> str:
    if character == "\t":
        return " "
    return "\ufffd" if is_control(character) or is_hidden(character) else character


def _printable(text: str) -> str:
    """Text that any terminal and encoder takes: no control characters, no lone surrogates."""
    return "".join(character if character == "\n" else _visible(character) for character in text)


def render_all(findings: Iterable[Finding], sources: dict[str, Source], lang: Language = "zh") -> str:
    """All findings in order of place, a blank line between two, a count at the end."""
    ordered = in_order(findings)
    blocks = [render(finding, sources.get(finding.place.source), lang) for finding in ordered]
    return "\n\n".join([*blocks, summary(ordered, lang)]) + "\n"


def summary(findings: tuple[Finding, ...], lang: Language = "zh") -> str:
    """共 3 项：1 个错误、2 个警告."""
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    if lang == "en":
        named = ", ".join(f"{count} {severity.value}" for severity, count in counts.items() if count)
        return f"{len(findings)} found: {named}" if findings else "nothing found"
    if not findings:
        return "没有发现问题"
    parts = [f"{count} 个{LABELS[severity]}" for severity, count in counts.items() if count]
    return f"共 {len(findings)} 项：{'、'.join(parts)}"
