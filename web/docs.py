"""文书: an issued document as a page that prints."""

from flask import Blueprint, render_template

from web.current import account, engine, moments

blueprint = Blueprint("docs", __name__, url_prefix="/docs")


@blueprint.get("/<identity>")
def show(identity: str) -> str:
    """Show an issued document with its number, text, digest and service."""
    document = engine().document(identity, by=account())
    return render_template(
        "document.html",
        title=f"{document.view.name} {document.view.number}",
        document=document.view,
        lines=document.lines,
        issued=moments().minute(document.view.issued_at),
        served=tuple((party, moments().minute(at)) for party, at in document.view.served),
        case=document.case_number,
    )
