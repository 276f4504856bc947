"""台账导入: the template, the check of an uploaded workbook, and the import of its good rows."""

from collections import Counter
from collections.abc import Mapping

from flask import Blueprint, Response, abort, render_template, request

from engine.definition import Definition, Form
from engine.importing import RowOutcome, RowState
from engine.values import FileRef
from web.current import account, engine, file_of, file_token, town
from web.import_book import Codes, UnreadableBook, annotated, letters, read_rows, template
from web.ledgers import workbook
from web.register_book import MEDIA_TYPE
from web.start_page import members_of

blueprint = Blueprint("ledger_import", __name__, url_prefix="/ledgers")

PREVIEW = 50


@blueprint.get("/<name>/template")
def empty(name: str) -> Response:
    """Give the template of a register."""
    definition, form = _importable(name)
    version = f"{definition.name} {definition.version}"
    return workbook(template(name, form, version, _codes(definition)), f"{name}导入模板.xlsx")


@blueprint.get("/<name>/import")
def ask(name: str) -> str:
    """Ask for a workbook."""
    _importable(name)
    return render_template("ledger_import.html", title=f"导入 {name}", name=name)


@blueprint.post("/<name>/import")
def check_or_run(name: str) -> str | tuple[str, int]:
    """Check an uploaded workbook, or import the good rows of one that was checked."""
    definition, form = _importable(name)
    kept = file_of(request.form.get("file_token", ""))
    file = kept or _received(name)
    if file is None:
        return _failed(name, "请选取填好的模板（.xlsx）")
    try:
        content = _content(file)
        rows, columns = read_rows(content, form, _codes(definition)), letters(content, form)
    except UnreadableBook as problem:
        return _failed(name, str(problem))
    if kept is None:
        outcomes = engine().check_import(definition.name, account(), rows, file)
    else:
        outcomes = engine().import_rows(definition.name, name, account(), rows, file)
    return render_template(
        "ledger_import.html",
        title=f"导入 {name}",
        name=name,
        file=file,
        token=file_token(file),
        counts=_counts(outcomes),
        ready=kept is None and any(each.state is RowState.READY for each in outcomes),
        wrong=any(each.state is RowState.WRONG for each in outcomes),
        rows=tuple(_row(each, columns) for each in outcomes[:PREVIEW]),
        more=max(0, len(outcomes) - PREVIEW),
    )


@blueprint.post("/<name>/import/problems")
def problems(name: str) -> Response:
    """Give the uploaded workbook back with what is wrong in it."""
    definition, form = _importable(name)
    file = file_of(request.form.get("file_token", ""))
    if file is None:
        abort(400, description="没有收到要核对的文件，请重新上传")
    content = _content(file)
    rows = read_rows(content, form, _codes(definition))
    outcomes = engine().check_import(definition.name, account(), rows, file)
    return workbook(annotated(content, form, outcomes), f"有问题 {file.name}")


def _importable(name: str) -> tuple[Definition, Form]:
    page = next((each for each in engine().registers(account()) if each.name == name), None)
    if page is None:
        abort(404, description=f"没有台账“{name}”")
    form = engine().import_form(page.imports) if page.imports is not None else None
    if page.imports is None or form is None:
        abort(403, description=f"您的岗位不能发起“{'、'.join(page.processes)}”，所以不能导入“{name}”")
    return engine().definition(page.imports), form


def _codes(definition: Definition) -> Codes:
    return Codes(
        {label: code for code, label in town().units.items()},
        {label: code for code, label in town().people.items()},
        members_of(definition),
    )


def _received(name: str) -> FileRef | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    return engine().add_file(sent.stream.read(), sent.filename or name, MEDIA_TYPE, by=account())


def _content(file: FileRef) -> bytes:
    return engine().file(file.sha256, by=account()).path.read_bytes()


def _failed(name: str, said: str) -> tuple[str, int]:
    page = render_template("ledger_import.html", title=f"错误：导入 {name}", name=name, error=said)
    return page, 422


def _counts(outcomes: tuple[RowOutcome, ...]) -> str:
    counts = Counter(outcome.state for outcome in outcomes)
    return "，".join(f"{state.value} {counts[state]}" for state in RowState if counts[state])


def _row(outcome: RowOutcome, columns: Mapping[str, str]) -> tuple[int, str, str, str, str]:
    number = outcome.row.number
    said = "；".join(
        f"{columns[name]}{number} {name}：{text}" if name in columns else f"{name}：{text}" if name else text
        for name, text in outcome.errors.items()
    )
    return number, outcome.row.key, outcome.state.value, outcome.case, said
