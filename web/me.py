"""我的: own name, posts, password, text size."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.errors import Refusal
from web.current import account, engine, parts, town
from web.layout import SIZES, size_choices
from web.refused import refusal_sentence
from web.task_page import ErrorLink

blueprint = Blueprint("me", __name__, url_prefix="/me")

SHORTEST = 8


@blueprint.get("")
def page() -> str:
    """Show who is signed in and what may be set."""
    return _page()


@blueprint.post("/password")
def change_password() -> str | Response | tuple[str, int]:
    """Change the own password; other devices are signed out."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if problem := password_problem(new, request.form.get("again", "")):
        return _page(ErrorLink("new", problem)), 422
    try:
        right = engine().check_password(account(), old)
        if right:
            engine().set_password(account(), new, by=account())
    except Refusal as refusal:
        return _page(ErrorLink("new", refusal_sentence(refusal))), 422
    if not right:
        return _page(ErrorLink("old", "原密码不对，密码没有改。")), 422
    parts().sessions.end_all(account(), but=str(current_user.id))
    flash("密码已改。其他设备上的登录已全部退出。")
    return redirect("/me")


@blueprint.post("/size")
def change_size() -> Response:
    """Choose the text size; kept in a cookie of this device."""
    size = request.form.get("size", "standard")
    response = make_response(redirect("/me"))
    if size in SIZES:
        response.set_cookie("size", size, max_age=366 * 86400, samesite="Lax", httponly=True)
    return response


def password_problem(new: str, again: str) -> str:
    """What is wrong with a new password; empty when nothing is (等保: length and two kinds of characters)."""
    if new != again:
        return "两次输入的新密码不一样，请重新输入。"
    if len(new) < SHORTEST:
        return f"新密码至少 {SHORTEST} 位。"
    kinds = (any(map(str.isdigit, new)), any(map(str.isalpha, new)), not new.isalnum())
    if sum(kinds) < 2:
        return "新密码要有字母、数字、符号中的两种。"
    return ""


def _page(error: ErrorLink | None = None) -> str:
    return render_template(
        "me.html",
        title="错误：密码没有改" if error else "我的",
        name=town().people.get(account(), account()),
        account=account(),
        posts=town().posts.get(account(), ()),
        units=tuple(town().units.get(code, code) for code in town().units_of_people.get(account(), ())),
        sizes=size_choices(request.cookies.get("size", "")),
        errors=(error,) if error else (),
        old_error=error.text if error and error.id == "old" else "",
        new_error=error.text if error and error.id == "new" else "",
    )
