"""消息: 催办, 通知, 升级, 抄送."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from engine.views import Notice
from web.current import account, engine, moments
from web.moments import Moments

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


def notice_rows(
    notices: tuple[Notice, ...], moments: Moments
) -> tuple[tuple[str, str, str, str, str, bool, int], ...]:
    """Notices: kind, text, case number, address, sent, unread, id."""
    return tuple(
        (
            each.kind,
            each.text,
            each.case_number,
            f"/tasks/{each.item}" if each.item else f"/cases/{each.case_number}",
            moments.minute(each.sent_at),
            each.read_at is None,
            each.id,
        )
        for each in notices
    )


@blueprint.get("")
def listing() -> str:
    """List the messages, newest first."""
    return render_template(
        "notices.html", title="消息", rows=notice_rows(tuple(engine().notices(account())), moments())
    )


@blueprint.post("/<int:notice>/read")
def read(notice: int) -> Response:
    """Mark a message as read."""
    engine().mark_read(account(), notice)
    return redirect("/notices")
