"""Whether the server is ready."""

from flask import Blueprint

from web.current import engine

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[str, int]:
    """Answer 200 when the database answers."""
    engine().definitions()
    return "ok\n", 200
