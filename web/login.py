"""Log-in and log-out. A locked account is told for how long; a wrong password never says which half was wrong."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, flash, redirect, render_template, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from engine.edge_refusals import AccountLocked, UnknownAccount
from web.current import engine, parts
from web.sessions import Session

blueprint = Blueprint("login", __name__)
limiter = Limiter(get_remote_address, storage_uri="memory://")

OPEN_ENDPOINTS = ("login.show", "login.submit", "health.healthz", "static")


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """A session as Flask-Login sees it: its id is the token, so that ending the session ends the log-in."""

    def __init__(self, found: Session) -> None:
        self.id = found.token
        self.account = found.account


def guard(app: Flask) -> None:
    """Require a session for every page but the log-in and the health check."""
    manager = LoginManager(app)
    manager.user_loader(_load)
    limiter.init_app(app)
    app.before_request(_require_session)


def _load(token: str) -> SignedIn | None:
    found = parts().sessions.find(token, used="X-Poll" not in request.headers)
    return SignedIn(found) if found else None


def _require_session() -> Response | None:
    if request.endpoint in OPEN_ENDPOINTS or current_user.is_authenticated:
        return None
    if request.method == "POST":
        return Response(
            _page("", "登录已过期，请重新登录。刚才填写的内容在登录后可以继续提交。", kept=True), 401
        )
    return redirect(f"/login?next={request.full_path.rstrip('?')}" if request.path != "/" else "/login")


@blueprint.get("/login")
def show() -> str | Response:
    """Show the log-in form; on a demo town with its accounts."""
    if current_user.is_authenticated:
        return redirect("/")
    return _page(request.args.get("account", ""), "")


@blueprint.post("/login")
@limiter.limit(lambda: f"{parts().settings.sign_ins_per_minute} per minute")
def submit() -> str | Response | tuple[str, int]:
    """Check account and password."""
    account, password = request.form.get("account", "").strip(), request.form.get("password", "")
    try:
        right = engine().check_password(account, password)
    except AccountLocked as refusal:
        return _page(account, f"{refusal}。{refusal.hint}"), 429
    except UnknownAccount:
        right = False
    if not right:
        return _page(account, "账号或密码不对。请核对后重新输入；连续输错 5 次会暂停登录一段时间。"), 401
    session.clear()
    login_user(
        SignedIn(Session(parts().sessions.begin(account, request.remote_addr or ""), account, engine().now()))
    )
    kept = [(name, value) for name, value in request.form.items(multi=True) if name.startswith("kept.")]
    if kept:
        return _resume(kept)
    return redirect(_next())


@blueprint.post("/logout")
def leave() -> Response:
    """End the session."""
    parts().sessions.end(str(current_user.id))
    logout_user()
    flash("已退出登录。")
    return redirect("/login")


def _next() -> str:
    target = request.form.get("next", "")
    parsed = urlsplit(target)
    local = target.startswith("/") and not target.startswith(("//", "/\\")) and not parsed.netloc
    return target if local and not target.startswith("/log") else "/"


def _page(account: str, error: str, *, kept: bool = False) -> str:
    fields = [(name, value) for name, value in request.form.items(multi=True) if _may_be_kept(name)]
    carried = [(name, value) for name, value in request.form.items(multi=True) if name.startswith("kept.")]
    return render_template(
        "login.html",
        title=f"错误：{error}" if error else "登录",
        account=account,
        error=error,
        next=request.form.get("next") or request.args.get("next", ""),
        kept=[("kept.path", request.path), *((f"kept.field.{name}", value) for name, value in fields)]
        if kept
        else carried,
        accounts=parts().settings.demo_accounts,
    )


def _may_be_kept(name: str) -> bool:
    return name not in ("csrf_token", "password", "do", "next", "account")


def _resume(kept: list[tuple[str, str]]) -> str:
    path = next((value for name, value in kept if name == "kept.path"), "/")
    fields = [
        (name.removeprefix("kept.field."), value) for name, value in kept if name.startswith("kept.field.")
    ]
    local = path.startswith(("/tasks/", "/start/"))
    return render_template("resume.html", title="继续填写", path=path if local else "/", fields=fields)
