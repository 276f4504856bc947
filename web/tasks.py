"""办理: open a work item, save a draft, submit it, or do something else with it."""

import secrets
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.definition import Form
from engine.errors import Refusal
from engine.refusals import InvalidForm, OutcomeUnknown
from engine.values import Record
from engine.views import TaskView
from web import document_page, submission
from web.current import account, engine, file_token, moments
from web.form_texts import texts_of
from web.operations import chosen, prefix_of
from web.outcome_text import done_text, next_step_text
from web.start_page import records_of
from web.submission import Posted
from web.task_page import Attempt, task_page

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

STAYING = (
    "claim",
    "urge",
    "remind",
    "extend",
    "add_signer",
    "remove_signer",
    "ask",
    "take_back",
    "supplement",
    "discuss",
    "copy",
)
"""Operations after which the item is still looked at."""
CONFLICTS = ("E101", "E102", "E201", "E202")


@blueprint.get("/<item>")
def show(item: str) -> str:
    """Open a work item; the first opening is recorded."""
    view = engine().task(item, by=account())
    return _page(view, _beginning(view))


@blueprint.post("/<item>")
def submit(item: str) -> str | Response | tuple[str, int]:
    """Save a draft or submit; whatever is wrong is said beside the field and nothing is changed."""
    found = submission.posted()
    view = engine().task(item, by=account())
    if submission.edits_entries() or request.form.get("do") == "resume":
        return _page(view, found)
    forms = [each.form for each in view.forms]
    values = submission.read_forms(forms, found, submission.reader(view.records, _members(view)))
    if request.form.get("do") == "draft":
        return _save_draft(view, values, found)
    occurred = submission.occurred_at(found)
    outcome = submission.text_of(found, "outcome") or None
    if view.outcomes and outcome is None:
        found.errors["outcome"] = f"请选择结论：{'、'.join(view.outcomes)}。"
    if found.errors:
        return _page(view, found, Attempt(found.texts, found.errors)), 422
    try:
        engine().complete(
            item,
            by=account(),
            form=values,
            outcome=outcome,
            key=submission.key_of(found),
            revision=submission.revision_of(found),
            occurred_at=occurred,
            note=submission.text_of(found, "note") or None,
        )
    except InvalidForm as refusal:
        errors = submission.control_errors(refusal.errors, forms)
        return _page(view, found, Attempt(found.texts, errors)), 422
    except OutcomeUnknown as refusal:
        return _page(view, found, Attempt(found.texts, {"outcome": str(refusal)})), 422
    flash(
        f"已提交“{view.item.step}”。{next_step_text(engine().case(view.item.case, by=account()), moments())}"
    )
    return redirect("/inbox")


@blueprint.post("/<item>/preview")
def preview(item: str) -> str | tuple[str, int]:
    """Show the documents that submitting would issue, with what is wrong with them; nothing is recorded."""
    found = submission.posted()
    view = engine().task(item, by=account())
    forms = [each.form for each in view.forms]
    values = submission.read_forms(forms, found, submission.reader(view.records, _members(view)))
    if found.errors:
        return _page(view, found, Attempt(found.texts, found.errors)), 422
    outcome = submission.text_of(found, "outcome") or None
    refusal, papers = "", tuple[document_page.PreviewPaper, ...]()
    try:
        papers = document_page.preview_papers(engine().preview(item, account(), values, outcome))
    except InvalidForm as wrong:
        return _page(view, found, Attempt(found.texts, submission.control_errors(wrong.errors, forms))), 422
    except Refusal as wrong:
        refusal = f"{wrong}。{wrong.hint}"
    return render_template(
        "task_preview.html",
        title=f"预览文书 {view.item.step}",
        address=f"/tasks/{item}",
        step=view.item.step,
        refusal=refusal,
        papers=papers,
    )


@blueprint.post("/<item>/<operation>")
def operate(item: str, operation: str) -> str | Response | tuple[str, int]:
    """Carry out an operation on a work item."""
    found = submission.posted()
    view = engine().task(item, by=account())
    option = chosen(view.options, operation, submission.text_of(found, "to"))
    forms = _forms(view)
    asked = forms.get(option.form or "") if option else None
    prefix = prefix_of(operation, "")
    values = submission.read_forms(
        [asked] if asked else [], found, submission.reader(view.records, _members(view)), prefix
    )
    if submission.edits_entries() or found.errors:
        return _page(view, found, Attempt(found.texts, found.errors, operation)), 422
    try:
        engine().act(
            item,
            operation,
            by=account(),
            to=submission.destination(found),
            reason=submission.text_of(found, "reason") or None,
            form=values or None,
            key=submission.key_of(found),
            revision=submission.revision_of(found),
        )
    except InvalidForm as refusal:
        errors = submission.control_errors(refusal.errors, [asked] if asked else [], prefix)
        return _page(view, found, Attempt(found.texts, errors, operation, str(refusal))), 422
    except Refusal as refusal:
        if refusal.code in CONFLICTS or option is None:
            raise
        sentence = f"{refusal}。{refusal.hint}"
        return _page(view, found, Attempt(found.texts, {}, operation, sentence)), 409
    flash(
        done_text(view.item.case, operation, f"已{option.label if option else operation}“{view.item.step}”。")
    )
    return redirect(f"/tasks/{item}" if operation in STAYING else "/inbox")


def _save_draft(view: TaskView, values: Mapping[str, Record], found: Posted) -> Response | tuple[str, int]:
    unreadable = {name: said for name, said in found.errors.items() if "".join(found.texts.get(name, ()))}
    if unreadable:
        return _page(view, found, Attempt(found.texts, unreadable)), 422
    engine().act(view.item.id, "draft", by=account(), form=values)
    if request.headers.get("X-Autosave"):
        return Response(status=204)
    flash("已暂存，内容还没有提交。")
    return redirect(f"/tasks/{view.item.id}")


def _beginning(view: TaskView) -> Posted:
    texts: dict[str, list[str]] = {}
    for each in view.forms:
        texts |= texts_of(each.form, each.values, view.records, moments().zone, file_token)
    return Posted(texts)


def _members(view: TaskView) -> dict[str, tuple[str, ...]]:
    return {name: each.members for name, each in view.enumerations.items()}


def _forms(view: TaskView) -> Mapping[str, Form]:
    return records_of(engine().definition(engine().case(view.item.case, by=account()).digest))


def _page(view: TaskView, found: Posted, attempt: Attempt | None = None) -> str:
    case = engine().case(view.item.case, by=account())
    page = task_page(
        view,
        found.texts if attempt is None or attempt.operation == "complete" else _beginning(view).texts,
        submission.catalogue(view.records, _members(view)),
        records_of(engine().definition(case.digest)),
        moments(),
        attempt,
        case.files,
    )
    return render_template(
        "task.html",
        title=f"{'错误：' if page.errors else ''}{page.step} {page.title}",
        task=page,
        key=submission.text_of(found, "key") or secrets.token_urlsafe(16),
        revision=page.revision,
        note=submission.text_of(found, "note"),
        occurred=submission.text_of(found, "occurred_at"),
        occurred_error=found.errors.get("occurred_at", ""),
        more_open=bool(
            found.errors.get("occurred_at") or submission.text_of(found, "note") or page.is_external
        ),
    )
