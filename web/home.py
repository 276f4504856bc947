"""工作台: where each person begins."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from web.current import account, town

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> Response:
    """Send people to their inbox, auditors without a post to the cases."""
    here = town()
    only_audits = account() in here.auditors and not here.posts.get(account())
    return redirect("/cases" if only_audits else "/inbox")
