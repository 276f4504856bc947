"""改按现行版本: running cases of a process go over to the version in force, after a look at what that does to each."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.errors import Refusal
from web.access import need_administrator
from web.current import account, engine
from web.migration_page import MOST, MigrationPage, migration_page, outcome, read_pairs
from web.refused import refusal_sentence

blueprint = Blueprint("migration", __name__, url_prefix="/studio")


@blueprint.get("/<name>/migration")
def look(name: str) -> str:
    """Show what would become of each case, with nothing renamed."""
    need_administrator()
    return _shown(_looked_at(name))


@blueprint.post("/<name>/migration")
def decide(name: str) -> str | Response | tuple[str, int]:
    """Look again with the names as typed, or migrate every case that can be."""
    need_administrator()
    pairs, reason = request.form.get("pairs", ""), request.form.get("reason", "").strip()
    renamed, wrong = read_pairs(pairs)
    if wrong:
        said = f"“{'”、“'.join(wrong)}”应写成“旧=新”，一行一对。没有迁移。"
        return _shown(_looked_at(name, "", reason, said, typed=pairs)), 422
    if request.form.get("act") != "migrate":
        return _shown(_looked_at(name, pairs, reason))
    if not reason:
        return _shown(_looked_at(name, pairs, reason, "请写明迁移理由。没有迁移。")), 422
    try:
        done = engine().migrate(_here(engine().other_versions(name)), account(), reason, None, renamed)
    except Refusal as refusal:
        return _shown(_looked_at(name, pairs, reason, refusal_sentence(refusal))), 409
    flash(outcome(done))
    return redirect(request.full_path.rstrip("?"))


def _looked_at(
    name: str, pairs: str = "", reason: str = "", error: str = "", typed: str = ""
) -> MigrationPage:
    target, every = engine().definition(name), engine().other_versions(name)
    cases = _here(every)
    renamed, _ = read_pairs(pairs)
    planned = engine().migrate(cases, account(), reason, None, renamed, dry_run=True)
    more = f"/studio/{name}/migration?after={cases[-1]}" if cases and cases[-1] != every[-1] else ""
    return migration_page(name, target.version, planned, len(every), pairs or typed, reason, error, more)


def _here(every: tuple[int, ...]) -> tuple[int, ...]:
    """Return the cases of this page: the oldest behind the one that the address names."""
    after = request.args.get("after", 0, type=int)
    return tuple(each for each in every if each > after)[:MOST]


def _shown(page: MigrationPage) -> str:
    title = f"{'错误：' + page.error if page.error else '改按现行版本'} {page.name}"
    return render_template("studio_migration.html", title=title, page=page)
