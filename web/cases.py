"""案件: the list, and one case from every side."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from dsl.describing import chapters
from dsl.diagram import svg
from engine.definition import Definition, Form
from engine.errors import Refusal
from engine.refusals import InvalidForm
from engine.views import Case
from web import bulk_page, case_page, submission
from web.chips import citation_text
from web.corrections import corrigible
from web.current import account, engine, moments, names, town
from web.inbox import grades
from web.list_page import Filter, filter_bar, page_size, pager
from web.operations import Attempted, chosen, operations, prefix_of
from web.outcome_text import done_text
from web.start_page import members_of, records_of
from web.submission import Posted
from web.timeline import FILTERS as TIMELINE_FILTERS
from web.timeline import timeline
from web.value_text import Names
from web.widgets import Choice

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

STATUSES = (
    ("open", "办理中"),
    ("finished", "办结"),
    ("suspended", "挂起"),
    ("withdrawn", "撤销"),
    ("terminated", "终止"),
    ("void", "作废"),
)


@blueprint.get("")
def listing() -> str:
    """List the cases this person may see, newest first."""
    filters = _filters()
    query = {name: request.args.get(name, "") for name in ("size", "after", *(each.name for each in filters))}
    wanted = {each.name: query[each.name] for each in filters if query[each.name]}
    page = engine().cases(
        by=account(), filters=wanted, after=query["after"] or None, limit=page_size(query["size"])
    )
    return render_template(
        "cases.html",
        title="案件",
        rows=case_page.case_rows(page.items, moments()),
        page=pager(page, "/cases", query),
        bar=filter_bar("/cases", query, filters, ("size",)),
        bulk=bulk_page.bar(bulk_page.OF_CASES if account() in town().administrators else ()),
        back=request.full_path.rstrip("?"),
    )


def _filters() -> tuple[Filter, ...]:
    processes = tuple((name, name) for name in sorted(each.name for each in engine().definitions()))
    return (
        Filter("process", "流程", processes),
        Filter("status", "状态", STATUSES),
        Filter("grade", "等级", tuple((grade, grade) for grade in grades())),
        Filter("q", "搜索"),
        Filter("step", "现在在"),
        Filter("version", "版本", _versions()),
        Filter("village", "村（社区）", town().villages()),
        Filter("unit", "单位", hints=tuple(town().units.values())),
    )


def _versions() -> tuple[tuple[str, str], ...]:
    """The versions that open cases are under, where a process has more than one."""
    running = engine().running_versions()
    return tuple(
        (each.digest, f"{each.process} {each.version}{'' if each.current else '（旧版）'}")
        for each in running
        if not each.current or any(other.process == each.process and other is not each for other in running)
    )


@blueprint.get("/<number>")
def summary(number: str) -> str:
    """Show what the case is about and where it stands."""
    case = _case(number)
    return _summary(case, engine().definition(case.digest), Posted({}))


@blueprint.get("/<number>/diagram")
def diagram(number: str) -> str:
    """Draw the version the case runs on with the live position, and the same as a list."""
    case = _case(number)
    return render_template(
        "case_diagram.html",
        **_frame(case, "diagram"),
        drawing=Markup(svg(engine().definition(case.digest), case.places)),  # noqa: S704 -- our own SVG, texts escaped
        places=case_page.place_rows(case.places, names()),
    )


@blueprint.get("/<number>/timeline")
def history(number: str) -> str:
    """Show the recorded history, newest first."""
    case = _case(number)
    only, oldest_first = request.args.get("only", ""), request.args.get("order") == "old"
    entries = engine().history(case.id, by=account())
    shown = timeline(entries, case.number, moments(), only)
    return render_template(
        "case_timeline.html",
        **_frame(case, "timeline"),
        entries=shown[::-1] if oldest_first else shown,
        total=len(entries),
        order="最早的在前" if oldest_first else "最近的在前",
        turned=f"?only={only}" if oldest_first else f"?only={only}&order=old",
        choices=tuple(Choice(value, label, value == only, "") for value, label in TIMELINE_FILTERS),
    )


@blueprint.get("/<number>/clocks")
def clocks(number: str) -> str:
    """Show every clock with its computation."""
    case = _case(number)
    return render_template(
        "case_clocks.html", **_frame(case, "clocks"), clocks=case_page.clock_rows(case.clocks, moments())
    )


@blueprint.get("/<number>/docs")
def documents(number: str) -> str:
    """List the documents of the case."""
    case = _case(number)
    rows = case_page.document_rows(case.documents, moments())
    return render_template("case_docs.html", **_frame(case, "docs"), documents=rows)


@blueprint.get("/<number>/evidence")
def evidence(number: str) -> str:
    """Show files and photos of the case."""
    case = _case(number)
    return render_template(
        "case_evidence.html", **_frame(case, "evidence"), files=case_page.file_links(case.files)
    )


@blueprint.get("/<number>/links")
def links(number: str) -> str:
    """List linked cases."""
    case = _case(number)
    return render_template("case_links.html", **_frame(case, "links"), links=case_page.link_rows(case.links))


@blueprint.get("/<number>/basis")
def basis(number: str) -> str:
    """Show step by step the articles it rests on, and in prose the version of the process that it runs under."""
    case = _case(number)
    definition = engine().definition(case.digest)
    return render_template(
        "case_basis.html",
        **_frame(case, "basis"),
        basis=tuple(map(citation_text, case.basis)),
        steps=case_page.step_basis(definition),
        chapters=chapters(definition),
    )


@blueprint.get("/<number>/verify")
def verify(number: str) -> str:
    """Check the chain of this case."""
    case = _case(number)
    found = engine().verify(case.id)
    return render_template("case_verify.html", **_frame(case, "verify"), result=case_page.verification(found))


@blueprint.post("/<number>/act/<operation>")
def operate(number: str, operation: str) -> str | Response | tuple[str, int]:
    """Carry out an operation on the case."""
    case = _case(number)
    definition = engine().definition(case.digest)
    found = submission.posted()
    option = chosen(engine().options(case.id, by=account()), operation, submission.text_of(found, "to"))
    if option is None:
        abort(403, description=f"您现在不能对案件 {number} 做这项操作")
    form = _form(definition, option.form)
    prefix = prefix_of(operation, "")
    asked = [form] if form else []
    how = submission.reader(records_of(definition), members_of(definition))
    values = submission.read_forms(asked, found, how, prefix)
    if submission.edits_entries() or found.errors:
        return _summary(case, definition, found, operation), 422
    try:
        engine().act(
            case.id,
            operation,
            by=account(),
            to=submission.destination(found),
            reason=submission.text_of(found, "reason") or None,
            form=values or None,
            files=submission.files_of(found, "files"),
            key=submission.key_of(found),
            revision=submission.revision_of(found),
        )
    except InvalidForm as refusal:
        found.errors = submission.control_errors(refusal.errors, asked, prefix)
        return _summary(case, definition, found, operation, str(refusal)), 422
    except Refusal as refusal:
        return _summary(case, definition, found, operation, f"{refusal}。{refusal.hint}"), 409
    flash(done_text(case.id, operation, f"已{option.label}。"))
    return redirect(f"/cases/{case.number}")


def _case(number: str) -> Case:
    return engine().case(number, by=account())


def _form(definition: Definition, name: str | None) -> Form | None:
    return next((form for form in definition.forms if form.name == name), None)


def _frame(case: Case, tab: str) -> dict[str, object]:
    header = case_page.case_header(case, moments())
    label = dict(case_page.TABS)[tab]
    return {
        "title": f"{case.number} {label}",
        "case": header,
        "tabs": case_page.tabs(case.number, tab),
        "tab": label,
    }


def _summary(case: Case, definition: Definition, found: Posted, attempted: str = "", error: str = "") -> str:
    records = records_of(definition)
    shown = Names(names().moments, names().people, names().units, records)
    return render_template(
        "case.html",
        **_frame(case, ""),
        facts=case.summary,
        data=case_page.data_facts(case, definition, shown),
        items=case_page.open_items(case.items, account()),
        waiting=case_page.waiting_rows(engine().standstills(case.id, by=account())),
        gates=case_page.gates(case),
        consequences=case_page.consequences(case, definition),
        forms=case_page.filled_forms(case, definition, shown, corrigible(case)),
        operations=operations(
            engine().options(case.id, by=account()),
            f"/cases/{case.number}/act",
            records,
            submission.catalogue(records, members_of(definition)),
            Attempted(attempted, found.texts, found.errors, error) if attempted else None,
        ),
        key=submission.text_of(found, "key") or secrets.token_urlsafe(16),
        revision=case.revision,
    )
