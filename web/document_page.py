"""Documents as text: the book, one document, its service, what is wrong with a paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.documents import page
from engine.documents.book import BookRow, Gap
from engine.documents.issuing import Made
from engine.documents.lint import PaperFinding
from engine.documents.paper import Paper
from engine.serving import ANNOUNCED, METHOD, PLACE, PROOF, RECEIVER, REFUSAL, WITNESSES, Method, service_text
from engine.views import DocumentView, ServiceView
from web.moments import Moments

SHORT = 12
"""Digits of a hash that lists show."""


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of the book, ready to print."""

    number: str
    title: str
    address: str
    case: str
    signer: str
    issued: str
    served: str
    status: str
    void: bool
    digest: str


def book_rows(rows: Sequence[BookRow], moments: Moments) -> tuple[BookLine, ...]:
    """Print the lines of the book."""
    return tuple(_line(row, moments) for row in rows)


def _line(row: BookRow, moments: Moments) -> BookLine:
    view = row.document
    return BookLine(
        view.number or "（不编号）",
        view.title,
        f"/docs/{view.id}",
        row.case_number,
        view.issued_by.name,
        moments.minute(view.issued_at),
        "；".join(f"{one.to} {moments.minute(one.at)}" for one in view.served),
        view.status,
        view.status == "作废",
        view.sha256[:SHORT],
    )


def gap_rows(gaps: Sequence[Gap]) -> tuple[tuple[str, str], ...]:
    """Say of each gap which numbers it is and why."""
    return tuple(
        (
            each.first if each.count == 1 else f"{each.first} 至 {each.last}（{each.count} 个）",
            each.reason or "没有对应的文书，请核查",
        )
        for each in gaps
    )


@dataclass(frozen=True, slots=True)
class DocumentText:
    """An issued document, ready to print."""

    id: str
    name: str
    number: str
    status: str
    issuer: str
    issued: str
    digest: str
    services: tuple[str, ...]
    void: str
    pdf: bool


def document_text(view: DocumentView, moments: Moments, *, pdf: bool) -> DocumentText:
    """Print what is known of a document."""
    void = view.voided
    return DocumentText(
        view.id,
        view.name,
        view.number,
        view.status,
        view.issued_by.name,
        moments.minute(view.issued_at),
        view.sha256,
        tuple(_service(one, moments) for one in view.served),
        "" if void is None else f"{moments.minute(void.at)} {void.by.name}作废：{void.reason}",
        pdf,
    )


def _service(one: ServiceView, moments: Moments) -> str:
    registered = "" if one.by is None else f"（{one.by.name}登记）"
    return f"{moments.minute(one.at)} {service_text(one.to, one.service)}{registered}"


@dataclass(frozen=True, slots=True)
class Control:
    """A control of the form of service: a text, or a choice when it has choices."""

    name: str
    label: str
    hint: str
    value: str
    choices: tuple[tuple[str, bool], ...] = ()


def service_controls(typed: Mapping[str, str]) -> tuple[Control, ...]:
    """Return the controls by which a service is noted."""
    chosen = typed.get(METHOD, Method.DIRECT.value)
    hints = {
        PLACE: "",
        RECEIVER: "在送达回证上签名的人；代收的写明与受送达人的关系",
        REFUSAL: "拒收的选“留置送达”，写明事由",
        WITNESSES: "几个人用顿号隔开；没有见证人的附照片、录像",
        PROOF: "邮寄单号、受托机关、改用公告的原因和公告的位置、同意电子送达的凭据",
        ANNOUNCED: "公告送达的写公告那一天，如 2023-04-10；期满的次日自动算作送达时间",
    }
    ways = tuple((method.value, method.value == chosen) for method in Method)
    return (
        Control(METHOD, METHOD, "", chosen, ways),
        *(Control(name, name, hint, typed.get(name, "")) for name, hint in hints.items()),
    )


def finding_rows(findings: Sequence[PaperFinding]) -> tuple[tuple[str, str, str, str, str], ...]:
    """Code, severity, what is wrong, the article, what to do."""
    return tuple((each.code, each.severity.value, each.message, each.basis, each.hint) for each in findings)


def part_rows(paper: Paper) -> tuple[tuple[str, str], ...]:
    """How the parts of a paper were understood, so that a person sees when one was not."""
    shown = [(part.kind.value, part.words) for part in paper.parts]
    return tuple((kind, words if len(words) <= 60 else f"{words[:60]}…") for kind, words in shown)


@dataclass(frozen=True, slots=True)
class PreviewPaper:
    """A paper as it would be issued, and what is wrong with it."""

    name: str
    markup: Markup
    findings: tuple[tuple[str, str, str, str, str], ...]


def preview_papers(papers: Sequence[Made]) -> tuple[PreviewPaper, ...]:
    """Print papers that are not issued yet."""
    return tuple(
        PreviewPaper(each.document.name, Markup(page.body(each.paper)), finding_rows(each.findings))  # noqa: S704 -- every text in it is escaped by `page`
        for each in papers
    )
