"""The application: what it is made from, its rooms, its frame."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import Engine
from web import (
    admin,
    articles,
    audit,
    bulk,
    cases,
    corrections,
    dash,
    docs,
    duties,
    files,
    health,
    home,
    inbox,
    ledger_import,
    ledgers,
    login,
    me,
    migration,
    notices,
    problems,
    security,
    start,
    studio,
    tasks,
)
from web.current import Parts, account, attach, engine, moments, parts, signed_in, town
from web.layout import Frame, phone_bar, rail, size_class
from web.sessions import Sessions
from web.settings import MEGABYTE, Settings

ROOMS = (
    home,
    login,
    inbox,
    tasks,
    start,
    cases,
    bulk,
    duties,
    corrections,
    ledgers,
    ledger_import,
    dash,
    audit,
    docs,
    files,
    notices,
    me,
    studio,
    migration,
    admin,
    articles,
    health,
)
FILES_IN_A_REQUEST = 10


def create_app(engine: Engine, settings: Settings) -> Flask:
    """Make the application of one town.

    Args:
        engine: the town's engine, open.
        settings: see `web.settings`.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME=settings.cookie,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=FILES_IN_A_REQUEST * settings.file_limit,
        MAX_FORM_MEMORY_SIZE=4 * MEGABYTE,
        MAX_FORM_PARTS=8000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    attach(app, Parts(engine, settings, _sessions(settings)))
    security.protect(app)
    login.guard(app)
    CSRFProtect(app)
    problems.catch(app)
    app.context_processor(lambda: {"frame": _frame()})
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    return app


def _sessions(settings: Settings) -> Sessions:
    arguments = {"timeout": 15} if settings.database_url.startswith("sqlite") else {}
    database = sa.create_engine(settings.database_url, connect_args=arguments)
    return Sessions(
        database, timedelta(minutes=settings.idle_minutes), timedelta(minutes=settings.longest_minutes)
    )


def _frame() -> Frame:
    empty = Frame(
        brand="安流",
        town=engine().town_name(),
        demo=parts().settings.demo,
        user="",
        unread="",
        size=size_class(request.cookies.get("size", "")),
        body="bare",
        now=moments().clock(moments().now),
        idle=parts().settings.idle_minutes,
        groups=(),
        phone=(),
    )
    if not signed_in():
        return empty
    who, here, path = account(), town(), request.full_path.rstrip("?")
    counts = engine().counts(who)
    unread = sum(notice.read_at is None for notice in engine().notices(who))
    return replace(
        empty,
        user=here.people.get(who, who),
        unread=str(unread or ""),
        body="body",
        groups=rail(counts, path, administers=who in here.administrators, audits=who in here.auditors),
        phone=phone_bar(counts, path),
    )
