"""文书: the book of issued documents; one of them to read, print, keep, serve and declare void; a paper looked over."""

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engine.documents import page
from engine.documents.lint import lint
from engine.documents.paper import PartKind, UnreadablePaper, read_docx, read_text
from engine.documents.receipt import receipt
from engine.errors import Refusal
from engine.records import IssuedDocument
from engine.serving import FIELDS
from web import document_page, submission
from web.access import need_administrator
from web.current import account, engine, moments, town
from web.document_book import document_book
from web.ledgers import workbook
from web.list_page import Filter, filter_bar, page_size, pager

blueprint = Blueprint("docs", __name__, url_prefix="/docs")

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STATUSES = (("issued", "签发"), ("serving", "送达中"), ("served", "送达"), ("void", "作废"))


@blueprint.get("/gongwen.css")
def stylesheet() -> Response:
    """Give the style sheet of papers."""
    return Response(page.stylesheet(), mimetype="text/css")


# ---- the book


@blueprint.get("")
def listing() -> str:
    """Show the book of issued documents, the latest number first."""
    filters = _filters()
    query = {name: request.args.get(name, "") for name in ("size", "after", *(each.name for each in filters))}
    found = engine().documents(
        account(), _wanted(filters), after=query["after"] or None, limit=page_size(query["size"])
    )
    return render_template(
        "docs.html",
        title="发文登记簿",
        rows=document_page.book_rows(found.items, moments()),
        page=pager(found, "/docs", query),
        bar=filter_bar("/docs", query, filters, ("size",)),
        year=_year(),
        gaps=document_page.gap_rows(engine().document_gaps(_year())),
        series=engine().document_series() if account() in town().administrators else (),
        export=f"/docs/export?{request.query_string.decode()}",
    )


@blueprint.get("/export")
def export() -> Response:
    """Give the book as asked for as a workbook."""
    wanted = _wanted(_filters())
    rows = engine().export_documents(account(), wanted)
    person = town().people.get(account(), account())
    content = document_book(rows, engine().town_name(), wanted, moments(), person)
    return workbook(content, "发文登记簿.xlsx")


@blueprint.post("/series")
def begin_series() -> AnyResponse:
    """Note up to which number a series was used on paper before."""
    need_administrator()
    form = request.form
    used = form.get("used", "")
    engine().begin_series(
        form.get("series", ""),
        _year(),
        int(used) if used.isdecimal() else 0,
        by=account(),
        reason=form.get("reason", ""),
    )
    flash("已登记，本年这个系列从下一个号起编。")
    return redirect("/docs")


def _filters() -> tuple[Filter, ...]:
    years = tuple((str(year), f"{year}年") for year in range(_present_year(), _present_year() - 5, -1))
    return (
        Filter("year", "年份", years),
        Filter("name", "文书", tuple((name, name) for name in engine().document_names())),
        Filter("status", "状态", STATUSES),
        Filter("q", "文号、标题、案号"),
    )


def _present_year() -> int:
    return moments().now.astimezone(moments().zone).year


def _wanted(filters: tuple[Filter, ...]) -> Mapping[str, str]:
    return {each.name: request.args[each.name] for each in filters if request.args.get(each.name)}


def _year() -> int:
    asked = request.values.get("year", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 else _present_year()


# ---- a paper made elsewhere


@blueprint.get("/check")
def ask() -> str:
    """Ask for a paper to look over."""
    return render_template("docs_check.html", title="检查公文")


@blueprint.post("/check")
def check() -> str | tuple[str, int]:
    """Look over a paper: every mistake with its article and what to do. Nothing is kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return render_template(
            "docs_check.html", title="错误：检查公文", error="请选取一份公文（.docx 或 .txt）"
        ), 422
    content = sent.stream.read()
    try:
        is_word = sent.filename.lower().endswith(".docx")
        paper = read_docx(content) if is_word else read_text(content.decode("utf-8"))
    except (UnreadablePaper, UnicodeDecodeError) as problem:
        return render_template(
            "docs_check.html", title="错误：检查公文", error=f"读不了这个文件：{problem}"
        ), 422
    return render_template(
        "docs_check.html",
        title="检查公文",
        name=sent.filename,
        findings=document_page.finding_rows(lint(paper)),
        parts=document_page.part_rows(paper),
        checked=True,
    )


# ---- one document


@blueprint.get("/<identity>")
def show(identity: str) -> str:
    """Show an issued document with its number, text, digest and service."""
    return _page(engine().document(identity, by=account()))


def _page(document: IssuedDocument, found: Mapping[str, str] | None = None, error: str = "") -> str:
    view = document.view
    return render_template(
        "document.html",
        title=f"{view.name} {view.number}",
        document=document_page.document_text(view, moments(), pdf=page.can_print_pdf()),
        paper=_markup(document),
        case=document.case_number,
        serving=document_page.service_controls(found or {}),
        parties=_parties(document),
        standing=view.voided is None and view.status != "作废",
        key=secrets.token_urlsafe(16),
        error=error,
        typed=found or {},
    )


def _markup(document: IssuedDocument) -> Markup:
    return Markup(page.body(document.paper))  # noqa: S704 -- every text in it is escaped by `page`


def _parties(document: IssuedDocument) -> tuple[str, ...]:
    """Whom it is addressed to, as a proposal for 送达."""
    named = document.paper.text_of(PartKind.ADDRESSEE).rstrip("：:")
    return (named,) if named else ()


@blueprint.get("/<identity>/print")
def printable(identity: str) -> str:
    """Show the document alone, at the size it is printed at."""
    document = engine().document(identity, by=account())
    return render_template("document_print.html", title=document.view.title, paper=_markup(document))


@blueprint.get("/<identity>/docx")
def word(identity: str) -> AnyResponse:
    """Give the document as it was issued."""
    document = engine().document(identity, by=account())
    name = f"{document.view.name} {document.view.number}.docx"
    return send_file(document.path, mimetype=DOCX, as_attachment=True, download_name=name)


@blueprint.get("/<identity>/pdf")
def pdf(identity: str) -> AnyResponse | tuple[str, int]:
    """Give the document as PDF, made when it is first asked for."""
    try:
        found = engine().document_pdf(identity, by=account())
    except page.NoPdf as problem:
        return _page(engine().document(identity, by=account()), error=str(problem)), 503
    return send_file(found.path, mimetype=found.media_type, as_attachment=True, download_name=found.name)


@blueprint.get("/<identity>/receipt")
def receipt_form(identity: str) -> Response:
    """Give the receipt to be signed on service."""
    document = engine().document(identity, by=account())
    party = request.args.get("to", "").strip() or "、".join(_parties(document))
    issuer = document.paper.text_of(PartKind.SIGNATURE) or engine().town_name()
    response = Response(receipt(document.view, party, issuer), mimetype=DOCX)
    name = quote(f"送达回证 {document.view.number}.docx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@blueprint.post("/<identity>/serve")
def serve(identity: str) -> AnyResponse | str | tuple[str, int]:
    """Note how the document was served."""
    document = engine().document(identity, by=account())
    found = submission.posted()
    typed = {name: submission.text_of(found, name) for name in ("to", "occurred_at", *FIELDS)}
    occurred = submission.occurred_at(found)
    if not typed["to"] or found.errors:
        said = "；".join(found.errors.values()) or "请写明受送达人。"
        return _page(document, typed, said), 422
    try:
        engine().act(
            document.case,
            "serve",
            by=account(),
            to=f"{document.view.name}#{typed['to']}",
            form={name: typed[name] for name in FIELDS if typed[name]},
            files=submission.files_of(found, "files"),
            occurred_at=occurred,
            key=submission.key_of(found),
        )
    except Refusal as refusal:
        return _page(document, typed, f"{refusal}。{refusal.hint}"), 409
    flash(f"已登记送达：{typed['to']}。")
    return redirect(f"/docs/{identity}")


@blueprint.post("/<identity>/void")
def void(identity: str) -> AnyResponse | tuple[str, int]:
    """Declare the document void; its number stays taken."""
    document = engine().document(identity, by=account())
    found = submission.posted()
    reason = submission.text_of(found, "reason")
    try:
        engine().act(
            document.case,
            "void_document",
            by=account(),
            to=identity.partition("-")[2],
            reason=reason,
            key=submission.key_of(found),
        )
    except Refusal as refusal:
        return _page(document, {"reason": reason}, f"{refusal}。{refusal.hint}"), 409
    flash(f"《{document.view.name}》{document.view.number}已作废，文号保留，不再使用。")
    return redirect(f"/docs/{identity}")
