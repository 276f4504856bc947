"""更正: change what was submitted, with a reason; the old value stays in the history."""

import secrets
from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.definition import Form
from engine.errors import Refusal
from engine.refusals import InvalidForm
from engine.views import Case
from web import submission
from web.current import account, engine, file_token, moments
from web.form_texts import texts_of
from web.refused import refusal_sentence
from web.start_page import members_of, records_of
from web.submission import Posted
from web.task_page import error_links
from web.widgets import widgets_of

blueprint = Blueprint("corrections", __name__, url_prefix="/cases")


@blueprint.get("/<number>/correct/<name>")
def show(number: str, name: str) -> str:
    """Open a submitted form for correction."""
    case, form = _opened(number, name)
    records = records_of(engine().definition(case.digest))
    return _page(case, form, Posted(texts_of(form, case.forms[name], records, moments().zone, file_token)))


@blueprint.post("/<number>/correct/<name>")
def submit(number: str, name: str) -> str | Response | tuple[str, int]:
    """Record the correction."""
    case, form = _opened(number, name)
    definition = engine().definition(case.digest)
    found = submission.posted()
    values = submission.read_forms(
        [form], found, submission.reader(records_of(definition), members_of(definition))
    )
    if submission.edits_entries() or request.form.get("do") == "resume":
        return _page(case, form, found)
    reason = submission.text_of(found, "reason")
    if not reason:
        found.errors["reason"] = "请写明更正理由。"
    if found.errors:
        return _page(case, form, found), 422
    try:
        engine().act(
            case.id,
            "correct",
            by=account(),
            to=name,
            reason=reason,
            form=values[name],
            key=submission.key_of(found),
            revision=submission.revision_of(found),
        )
    except InvalidForm as refusal:
        found.errors = submission.control_errors(refusal.errors, [form])
        return _page(case, form, found), 422
    except Refusal as refusal:
        found.errors = {"reason": refusal_sentence(refusal)}
        return _page(case, form, found), 409
    done = engine().case(case.id, by=account()).forms.get(name) != case.forms.get(name)
    flash(
        f"已更正《{name}》，原来的内容留在时间线里。"
        if done
        else f"已提出更正《{name}》。已有步骤据此办结，由另一名管理员核准后生效。"
    )
    return redirect(f"/cases/{case.number}")


def _opened(number: str, name: str) -> tuple[Case, Form]:
    case = engine().case(number, by=account())
    form = next((form for form in engine().definition(case.digest).forms if form.name == name), None)
    if form is None or name not in corrigible(case) or name not in case.forms:
        abort(403, description=f"您不能更正案件 {number} 的《{name}》")
    return case, form


def corrigible(case: Case) -> Mapping[str, str]:
    """Forms of a case that this person may correct, and what that brings about."""
    options = engine().options(case.id, by=account())
    targets = [target for option in options if option.operation == "correct" for target in option.targets]
    return {target.value: target.consequence for target in targets if target.allowed}


def _page(case: Case, form: Form, found: Posted) -> str:
    definition = engine().definition(case.digest)
    catalogue = submission.catalogue(records_of(definition), members_of(definition))
    errors = error_links(found.errors)
    return render_template(
        "correct.html",
        title=f"{'错误：' if errors else ''}更正 {form.name}",
        number=case.number,
        form=form.name,
        consequence=corrigible(case)[form.name],
        widgets=widgets_of(form, found.texts, found.errors, catalogue),
        errors=errors,
        reason=submission.text_of(found, "reason"),
        reason_error=found.errors.get("reason", ""),
        key=submission.text_of(found, "key") or secrets.token_urlsafe(16),
        revision=case.revision,
    )
