"""台账: the registers, one of them as asked for, and as a workbook."""

from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request

from engine.register_views import RegisterPage
from web.current import account, engine, moments, town
from web.ledger_page import Asked, entries, ledger_page
from web.register_book import MEDIA_TYPE, Preamble, register_book

blueprint = Blueprint("ledgers", __name__, url_prefix="/ledgers")


@blueprint.get("")
def listing() -> str:
    """List the registers."""
    return render_template("ledgers.html", title="台账", rows=entries(engine().registers(account())))


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show a register as the address asks."""
    return _page(name)


@blueprint.post("/<name>/unseal")
def unseal(name: str) -> str | tuple[str, int]:
    """Show a register with its sealed columns; the reason is recorded."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        return _page(name, error="请写明打开封存列的理由"), 422
    return _page(name, reason)


@blueprint.get("/<name>/export")
def export(name: str) -> Response:
    """Give the register as asked for as a workbook."""
    page = engine().export_register(name, account(), _asked().register_query(whole=True))
    content = register_book(page, _preamble(page), engine().zone)
    return workbook(content, f"{name}.xlsx")


def workbook(content: bytes, name: str) -> Response:
    """Answer with a workbook to be saved."""
    response = Response(content, mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked() -> Asked:
    return Asked(request.args.to_dict())


def _page(name: str, reason: str = "", error: str = "") -> str:
    asked = _asked()
    page = engine().register(name, account(), asked.register_query(unseal=reason))
    if asked.get("on") and asked.register_query().as_of is None:
        abort(400, description="“截至”要写成 2023-04-10 这样的日期")
    return render_template(
        "ledger.html",
        title=name,
        ledger=ledger_page(page, asked),
        total=page.total,
        read_at=moments().minute(page.read_at),
        opened=reason,
        error=error,
    )


def _preamble(page: RegisterPage) -> Preamble:
    meanings = {head.statistic.name: head.meaning for head in engine().statistics()}
    drill = _asked().register_query().drill
    return Preamble(
        engine().town_name(),
        meanings.get(drill.statistic, ()) if drill is not None else (),
        moments().minute(page.read_at),
        town().people.get(account(), account()),
    )
