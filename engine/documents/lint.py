"""What is wrong with a paper before it is issued: each rule with its article, all findings at once.

An error keeps the paper from being issued; a warning asks for a reason. The rules look only at the paper and at what is
expected of it, so that a paper made elsewhere can be looked at too. Their sentences and articles: `lint.tsv`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.definition import Demand
from engine.documents.paper import NUMBER, Paper, PartKind
from engine.documents.wording import wordings


class Severity(StrEnum):
    """An error blocks the issue, a warning needs a reason."""

    ERROR = "错误"
    WARNING = "警告"


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a paper: what it must state, in whose name it goes out, on which day."""

    demands: tuple[Demand, ...] = ()
    issuer: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class PaperFinding:
    """One thing that is wrong: code, what it is, the article, what to do."""

    code: str
    severity: Severity
    message: str
    basis: str
    hint: str

    @property
    def sentence(self) -> str:
        """The finding in one line."""
        return f"{self.code} {self.message}（{self.basis}）。{self.hint}"


Findings = Iterator[PaperFinding]

_DAY = re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_CERTIFICATE = re.compile(r"证号[：:]?\s*(?P<number>[A-Za-z0-9\-]{4,})")
_APPEALS = re.compile(r"向[^，。；]{2,40}申请行政复议")
_SUES = re.compile(r"向[^，。；]{2,40}法院[^，。；]{0,8}(?:提起行政诉讼|起诉)")
_LIMIT = re.compile(r"(?P<date>\d{4}年\d{1,2}月\d{1,2}日)(?:前|之前|以前)")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|[_＿]{3,}|×{2,}")


def lint(paper: Paper, expected: Expected | None = None) -> tuple[PaperFinding, ...]:
    """Return everything that is wrong with a paper."""
    asked = expected or Expected()
    return tuple(finding for rule in _RULES for finding in rule(paper, asked))


def is_blocked(findings: tuple[PaperFinding, ...]) -> bool:
    """Whether the paper may not be issued."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def _found(code: str, **named: object) -> PaperFinding:
    said = wordings()[code]
    return PaperFinding(
        code,
        Severity(said.severity),
        said.message.format_map(named),
        said.basis,
        said.hint.format_map(named),
    )


def _date(text: str) -> date | None:
    found = _DAY.search(text)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


# ---- the number


def _number(paper: Paper, _expected: Expected) -> Findings:
    found = NUMBER.search(paper.text_of(PartKind.NUMBER).replace(" ", ""))
    if found is None:
        return
    number = found.group()
    sequence = f"{found['sequence'].lstrip('0')}{found['further'] or ''}"
    right = f"{found['code']}〔{found['year']}〕{sequence}号"
    brackets = f"{found['open']}{found['close']}"
    if brackets != "〔〕":
        yield _found("W01", number=number, brackets=brackets, right=right)
    if len(found["year"]) != 4:
        yield _found("W02", number=number)
    if found["rest"].startswith("第") or found["sequence"].startswith("0") or not found["end"]:
        yield _found("W03", number=number, right=right)
    day = _date(paper.text_of(PartKind.DATE))
    if day is not None and len(found["year"]) == 4 and int(found["year"]) != day.year:
        yield _found("W04", year=found["year"], dated=day.year)


# ---- who issues it


def organ(text: str) -> str:
    """Return the name of an organ as it stands in a letterhead or signature."""
    return re.sub(r"\s+", "", text).removesuffix("文件")


def _issuer(paper: Paper, expected: Expected) -> Findings:
    head, signed = organ(paper.text_of(PartKind.LETTERHEAD)), organ(paper.text_of(PartKind.SIGNATURE))
    if head and signed and signed not in head:
        yield _found("W05", signed=signed, head=head)
    shown = head or signed
    if expected.issuer and shown and expected.issuer not in (head, signed):
        yield _found("W06", shown=shown, issuer=expected.issuer)


# ---- dates


def _dates(paper: Paper, expected: Expected) -> Findings:
    text = paper.text_of(PartKind.DATE)
    day = _date(text)
    if text and day is None:
        yield _found("W07", date=text)
    if re.search(r"年0\d|月0\d", text):
        yield _found("W08", date=text)
    if day is None:
        return
    if expected.day is not None and day > expected.day:
        yield _found("W09", date=text)
    for found in _LIMIT.finditer(paper.words):
        limit = _date(found["date"])
        if limit is not None and limit < day:
            yield _found("W10", limit=found.group(), date=text)


# ---- what it must state


def _parts(paper: Paper, _expected: Expected) -> Findings:
    for kind, code in ((PartKind.TITLE, "W11"), (PartKind.SIGNATURE, "W12"), (PartKind.DATE, "W13")):
        if not paper.text_of(kind):
            yield _found(code)
    left = _PLACEHOLDER.search(paper.words)
    if left is not None:
        yield _found("W14", place=left.group())


def _remedy(paper: Paper, expected: Expected) -> Findings:
    if Demand.REMEDY not in expected.demands:
        return
    words = paper.words
    if not (_APPEALS.search(words) and re.search(r"(?:60|六十)日内", words)):
        yield _found("W15")
    if not (_SUES.search(words) and re.search(r"(?:6|六)个月内", words)):
        yield _found("W16")


def _defence(paper: Paper, expected: Expected) -> Findings:
    if Demand.DEFENCE in expected.demands and not ("陈述" in paper.words and "申辩" in paper.words):
        yield _found("W17")


def _officers(paper: Paper, expected: Expected) -> Findings:
    if Demand.OFFICERS not in expected.demands:
        return
    certificates = {found["number"] for found in _CERTIFICATE.finditer(paper.words)}
    if len(certificates) < 2:
        yield _found("W18", count=len(certificates))


def _title(paper: Paper, _expected: Expected) -> Findings:
    title = paper.text_of(PartKind.TITLE)
    if title.endswith(("。", "！", "，")):
        yield _found("W19", title=title)


Rule = Callable[[Paper, Expected], Findings]
_RULES: tuple[Rule, ...] = (_number, _issuer, _dates, _parts, _remedy, _defence, _officers, _title)
