"""审计: verify the chains, see a case as of any record, see who opened what. Read-only."""

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup

from dsl.diagram import svg
from web import case_page
from web.access import need_auditor
from web.audit_page import audit_rows
from web.current import account, engine, moments, names
from web.start_page import records_of
from web.timeline import timeline
from web.value_text import Names

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("")
def desk() -> str:
    """Open the auditor's desk."""
    return verify()


@blueprint.get("/verify")
def verify() -> str:
    """Check every chain of the town when asked to."""
    need_auditor()
    asked = request.args.get("run") == "1"
    result = case_page.verification(engine().verify()) if asked else None
    return render_template("audit_verify.html", title="核验", result=result)


@blueprint.get("/cases/<number>")
def trace(number: str) -> str:
    """Show a case as it was after the record `at`."""
    current = engine().case(number, by=account())
    asked = request.args.get("at", str(current.revision))
    if not asked.isdecimal() or not 1 <= int(asked) <= current.revision:
        abort(404, description=f"案件 {number} 只有第 1 到第 {current.revision} 号记录")
    at = int(asked)
    case = engine().case(current.id, at=at, by=account())
    definition = engine().definition(case.digest)
    shown = Names(names().moments, names().people, names().units, records_of(definition))
    entries = timeline(engine().history(case.id, by=account()), case.number, moments())
    here = next(entry for entry in entries if entry.revision == at)
    return render_template(
        "audit_trace.html",
        title=f"{case.number} 第 {at} 号记录时",
        case=case_page.case_header(case, moments()),
        at=at,
        last=current.revision,
        before=at - 1,
        after=at + 1 if at < current.revision else 0,
        entry=here,
        drawing=Markup(svg(definition, case.places)),  # noqa: S704 -- our own SVG, texts escaped
        places=case_page.place_rows(case.places, names()),
        forms=case_page.filled_forms(case, definition, shown),
        data=case_page.data_facts(case, definition, shown),
        items=case_page.open_items(case.items, account()),
        clocks=case_page.clock_rows(case.clocks, moments()),
        gates=case_page.gates(case),
    )


@blueprint.get("/access")
def access() -> str:
    """List who opened which case as an auditor, and changes of accounts and rights."""
    need_auditor()
    rows = audit_rows(engine().audit_log(limit=200), names().people, moments())
    return render_template("audit_access.html", title="访问记录", rows=rows)
