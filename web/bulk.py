"""成批办理: one operation on what is marked in a list; confirmed with its number, told item by item."""

import re
import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.errors import Refusal
from engine.option_making import LABELS
from web import bulk_page
from web.bulk_page import MOST, OPERATIONS, REASONS, WARNINGS, Picked
from web.current import account, engine, moments, town
from web.refused import refusal_sentence

_TARGET = re.compile(r"[0-9]{1,15}(-[0-9]{1,9})?")
"""A case, or an item of one."""

blueprint = Blueprint("bulk", __name__, url_prefix="/bulk")


@blueprint.post("")
def confirm() -> str | Response | tuple[str, int]:
    """Ask whether what is marked shall be done, saying with how many and with what consequence."""
    targets = _targets()
    if not targets:
        flash("还没有勾选，请先在列表左侧勾选要办理的事项。")
        return redirect(_back())
    return _confirm(targets, _operation())


@blueprint.post("/run")
def run() -> str | Response | tuple[str, int]:
    """Do it, once for the form that was opened."""
    operation, targets = _operation(), _targets()
    reason, to = request.form.get("reason", "").strip(), request.form.get("to", "")
    if operation in REASONS and not reason:
        return _confirm(targets, operation, "请填写理由，没有办理。"), 422
    if operation == "transfer" and not to:
        return _confirm(targets, operation, "请选择转给谁，没有办理。"), 422
    key = request.form.get("key", "") or secrets.token_urlsafe(16)
    try:
        engine().act_on_all(targets, operation, by=account(), key=key, to=to or None, reason=reason)
    except Refusal as refusal:
        return _confirm(targets, operation, refusal_sentence(refusal)), 409
    return redirect(f"/bulk/{key}")


@blueprint.get("/<key>")
def result(key: str) -> str:
    """Show what was done and what was not, and why; the latter can be tried again alone."""
    found = engine().bulk_result(key, account())
    labels = {each.target: each.label for each in _picked([each.target for each in found.refused])}
    shown = bulk_page.outcome(found, labels, moments().minute(found.at))
    return render_template("bulk_result.html", title=shown.title, outcome=shown)


def _confirm(targets: list[str], operation: str, error: str = "") -> str:
    label = LABELS[operation]
    return render_template(
        "bulk_confirm.html",
        title=f"{'错误：' if error else ''}成批{label}",
        operation=operation,
        label=label,
        picked=_picked(targets),
        warning=WARNINGS.get(operation, ""),
        needs_reason=operation in REASONS,
        people=tuple(sorted(town().people.items())) if operation == "transfer" else (),
        reason=request.form.get("reason", ""),
        to=request.form.get("to", ""),
        error=error,
        key=request.form.get("key", "") or secrets.token_urlsafe(16),
    )


def _picked(targets: list[str]) -> tuple[Picked, ...]:
    """Say what targets are, with one statement for items and one for cases."""
    items = engine().items([each for each in targets if "-" in each], by=account())
    cases = engine().case_numbers([int(each) for each in targets if each.isdecimal()], by=account())
    return bulk_page.picked(targets, items, cases)


def _operation() -> str:
    operation = request.form.get("operation", "")
    if operation not in OPERATIONS:
        abort(400)
    return operation


def _targets() -> list[str]:
    sent = (each for each in request.form.getlist("item") if _TARGET.fullmatch(each))
    return list(dict.fromkeys(map(bulk_page.target_of, sent)))[:MOST]


def _back() -> str:
    """Return the list from which the form was sent: an address of ours, or the inbox."""
    back = request.form.get("back", "")
    return back if back.startswith(("/inbox", "/cases")) else "/inbox"
