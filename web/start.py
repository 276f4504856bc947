"""发起: what may be started, and the start form."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.definition import ByForm, ByHand, Definition, Form
from engine.refusals import InvalidForm
from web import submission
from web.current import account, engine, file_token, moments
from web.form_texts import Texts, texts_of
from web.outcome_text import next_step_text
from web.start_page import members_of, records_of, start_form, start_page, start_rows
from web.submission import Posted

blueprint = Blueprint("start", __name__, url_prefix="/start")


@blueprint.get("")
def listing() -> str:
    """List what this person may start."""
    return render_template("start.html", title="发起", rows=start_rows(engine().startable(account())))


@blueprint.get("/<process>")
def show(process: str) -> str:
    """Open a start form."""
    definition, form = _startable(process)
    view = engine().start_view(process, account()).form
    texts: Texts = {}
    if form is not None and view is not None:
        texts = texts_of(form, view.values, records_of(definition), moments().zone, file_token)
    return _page(process, definition, form, Posted({name: list(sent) for name, sent in texts.items()}))


@blueprint.post("/<process>")
def submit(process: str) -> str | Response | tuple[str, int]:
    """Start a case; a second click gets the case of the first."""
    definition, form = _startable(process)
    found = submission.posted()
    if submission.edits_entries() or request.form.get("do") == "resume":
        return _page(process, definition, form, found)
    asked = [form] if form else []
    how = submission.reader(records_of(definition), members_of(definition))
    values = submission.read_forms(asked, found, how)
    occurred = submission.occurred_at(found)
    if found.errors:
        return _page(process, definition, form, found), 422
    try:
        case = engine().start(
            process,
            by=account(),
            form=values[form.name] if form else None,
            occurred_at=occurred,
            key=submission.key_of(found),
        )
    except InvalidForm as refusal:
        found.errors = submission.control_errors(refusal.errors, asked)
        return _page(process, definition, form, found), 422
    flash(
        f"已登记，案件编号 {case.number}。{next_step_text(engine().case(case.id, by=account()), moments())}"
    )
    return redirect(f"/cases/{case.number}")


def _startable(process: str) -> tuple[Definition, Form | None]:
    found = next((each for each in engine().startable(account()) if each.process == process), None)
    if found is None:
        abort(403, description=f"您的岗位不能发起“{process}”{_starters(process)}")
    definition = engine().definition(process)
    return definition, start_form(definition, found.form)


def _starters(process: str) -> str:
    """Name the posts that may start a process."""
    if process not in {each.name for each in engine().definitions()}:
        return "，流程里没有这一项"
    starts = engine().definition(process).starts
    roles = dict.fromkeys(
        by.role for start in starts if isinstance(start, ByForm | ByHand) for by in start.performers
    )
    return f"，要有这些岗位之一：{'、'.join(roles)}" if roles else "，它由系统启动"


def _page(name: str, definition: Definition, form: Form | None, found: Posted) -> str:
    catalogue = submission.catalogue(records_of(definition), members_of(definition))
    page = start_page(name, definition, form, found.texts, found.errors, catalogue)
    return render_template(
        "start_form.html",
        title=f"{'错误：' if page.errors else ''}发起 {name}",
        start=page,
        key=submission.text_of(found, "key") or secrets.token_urlsafe(16),
        occurred=submission.text_of(found, "occurred_at"),
        occurred_error=found.errors.get("occurred_at", ""),
        more_open="occurred_at" in found.errors,
    )
