"""通知落实: where each sentence of the notice lives, for auditors and administrators."""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, render_template

from engine.obligations import Obligation, carried, read_obligations
from web import articles_page
from web.access import need_auditor
from web.current import engine
from web.settings import OBLIGATIONS

blueprint = Blueprint("articles", __name__, url_prefix="/articles")


@blueprint.get("")
def listing() -> str:
    """List the sentences by article, with what runs under them."""
    need_auditor()
    here = engine()
    definitions = [here.definition(version.digest) for version in here.definitions()]
    found = carried(_obligations(OBLIGATIONS), definitions)
    return render_template(
        "articles.html",
        title="通知落实",
        total=articles_page.total(found),
        sections=articles_page.sections(found, here.running()),
    )


@cache
def _obligations(file: Path) -> tuple[Obligation, ...]:
    return read_obligations(json.loads(file.read_text(encoding="utf-8")))
