"""系统: people, organisation and calendar, state of the system. For administrators only."""

import json
import secrets
from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.calendar import CalendarMalformed
from engine.directory import Organisation
from engine.edge_refusals import Malformed
from engine.errors import Refusal
from web.access import need_administrator
from web.admin_page import disk_text, mistakes_text, user_rows
from web.calendar_file import calendar_data, read_calendar
from web.current import account, engine, moments, parts, town
from web.refused import refusal_sentence
from web.task_page import ErrorLink

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.before_request(need_administrator)

PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 -- letters that cannot be mistaken for each other
PASSWORD_LENGTH = 10


@blueprint.get("/users")
def users() -> str:
    """List the people; `q` finds a name, an account, a unit or a post."""
    return _users()


@blueprint.post("/users")
def add_user() -> str | tuple[str, int]:
    """Add a person with a first password, shown once."""
    name, new = request.form.get("name", "").strip(), request.form.get("account", "").strip()
    missing = [
        ErrorLink(f"new-{each}", f"请填写{word}，没有增加。")
        for each, word, value in (("name", "姓名", name), ("account", "账号", new))
        if not value
    ]
    if missing:
        return _users(*missing), 422
    password = new_password()
    try:
        unit = request.form.get("unit", "")
        engine().add_user(new, name, by=account(), password=password, units=(unit,) if unit else ())
    except Refusal as refusal:
        return _users(ErrorLink("new-account", refusal_sentence(refusal))), 409
    return _users(password=password, who=name)


@blueprint.post("/users/<who>/reset")
def reset(who: str) -> str | tuple[str, int]:
    """Give a new password, shown once; the person is signed out everywhere."""
    password = new_password()
    try:
        engine().reset_password(who, password, by=account())
    except Refusal as refusal:
        return _users(ErrorLink("main", refusal_sentence(refusal))), 409
    parts().sessions.end_all(who)
    return _users(password=password, who=town().people.get(who, who))


@blueprint.post("/hand-over")
def hand_over() -> str | Response | tuple[str, int]:
    """Move everything that a person who leaves holds to another; what cannot be moved is told item by item."""
    leaver, to = request.form.get("leaver", ""), request.form.get("to", "")
    reason = request.form.get("reason", "").strip()
    missing = [
        ErrorLink(f"hand-{name}", f"请{word}，没有移交。")
        for name, word, value in (
            ("leaver", "选择由谁移交", leaver),
            ("to", "选择移交给谁", to),
            ("reason", "填写理由", reason),
        )
        if not value
    ]
    if missing:
        return _users(*missing), 422
    key = request.form.get("key", "") or secrets.token_urlsafe(16)
    try:
        engine().hand_over(leaver, to, by=account(), key=key, reason=reason)
    except Refusal as refusal:
        return _users(ErrorLink("hand-to", refusal_sentence(refusal))), 409
    return redirect(f"/bulk/{key}")


@blueprint.get("/organisation")
def organisation() -> str:
    """Show what is registered."""
    return _organisation("")


@blueprint.get("/organisation.json")
def export_organisation() -> Response:
    """Give the register as the file that is imported."""
    return _download(engine().organisation().to_json(), "organisation.json")


@blueprint.post("/organisation")
def import_organisation() -> str | Response | tuple[str, int]:
    """Replace the register by a file; a mistake in it changes nothing."""
    return _import(
        lambda data: engine().load_organisation(Organisation.from_json(data), by=account()), "组织已导入。"
    )


@blueprint.get("/calendar.json")
def export_calendar() -> Response:
    """Give the calendar as the file that is imported."""
    return _download(calendar_data(engine().calendar()), "calendar.json")


@blueprint.post("/calendar")
def import_calendar() -> str | Response | tuple[str, int]:
    """Replace the calendar by a file; running deadlines are counted again."""
    return _import(
        lambda data: engine().load_calendar(read_calendar(data), by=account()),
        "日历已导入，时限已按新日历重算。",
    )


@blueprint.get("/health")
def health() -> str:
    """Show whether everything runs."""
    data = parts().settings.data
    problems = engine().check()
    last = max((path.stat().st_mtime for path in (data / "backup").glob("*")), default=0.0)
    stuck = engine().stuck_cases()
    rows = (
        ("数据库", "due" if problems else "ok", mistakes_text(problems) or "完整"),
        ("磁盘", *disk_text(data)),
        (
            "最近备份",
            *(
                ("ok", moments().minute(datetime.fromtimestamp(last, UTC)))
                if last
                else ("warn", "还没有备份")
            ),
        ),
        ("停滞案件", "due" if stuck else "ok", f"{len(stuck)} 件没有人能往下办" if stuck else "没有"),
        ("日历", "ok", f"已有 {_years()}"),
        ("服务器时间", "ok", moments().second(moments().now)),
    )
    listed = tuple(
        (
            case.number,
            case.process,
            case.title,
            "；".join(f"{each.place}：{each.text}" for each in case.reasons),
        )
        for case in stuck
    )
    return render_template("admin_health.html", title="运行情况", rows=rows, stuck=listed)


@blueprint.post("/backup")
def backup() -> Response:
    """Write a backup beside the data."""
    folder = parts().settings.data / "backup" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    engine().backup(folder)
    flash(f"已备份到 {folder}。")
    return redirect("/admin/health")


def new_password() -> str:
    """Make a password that can be read out."""
    letters = "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH - 1))
    return letters + secrets.choice("23456789")


def _users(*errors: ErrorLink, password: str = "", who: str = "") -> str:
    wanted = request.args.get("q", "").strip()
    rows = [row for row in user_rows(town()) if wanted in " ".join(astuple(row))]
    return render_template(
        "admin_users.html",
        title=f"错误：{errors[0].text}" if errors else "人员",
        rows=rows,
        q=wanted,
        units=tuple(town().units.items()),
        typed=request.form if errors else {},
        errors=errors,
        wrong={each.id: each.text for each in errors},
        password=password,
        password_for=who,
        people=tuple(sorted(town().people.items())),
        key=request.form.get("key", "") or secrets.token_urlsafe(16),
    )


def _organisation(error: str) -> str:
    found = engine().organisation()
    return render_template(
        "admin_organisation.html",
        title="错误：没有导入" if error else "组织与日历",
        error=error,
        units=len(found.units),
        people=len(found.people),
        posts=len(found.posts),
        years=_years(),
    )


def _years() -> str:
    return "、".join(str(year) for year in sorted(engine().calendar().years)) or "没有"


def _import(load: Callable[[dict[str, object]], object], said: str) -> str | Response | tuple[str, int]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _organisation("请选择文件。"), 422
    try:
        load(json.loads(sent.stream.read().decode("utf-8-sig")))
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        return _organisation(f"“{Path(sent.filename).name}”不是 JSON 文件：{problem}"), 422
    except Malformed as refusal:
        return _organisation(mistakes_text(refusal.mistakes)), 422
    except CalendarMalformed as problem:
        return _organisation(str(problem)), 422
    flash(said)
    return redirect("/admin/organisation")


def _download(data: object, name: str) -> Response:
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return Response(
        text, mimetype="application/json", headers={"Content-Disposition": f"attachment; filename={name}"}
    )
