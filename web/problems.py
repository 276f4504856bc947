"""What goes wrong, said in plain sentences: what happened, that nothing was changed, what to do."""

import errno
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from engine.errors import Refusal
from web.current import account, moments, parts, signed_in
from web.widgets import size_text

log = structlog.get_logger()

FORBIDDEN = ("E103", "E104", "E204", "E210", "E214")
NOT_FOUND = ("E121", "E203", "E215")
FULL = ("E206",)

SENTENCES = {
    400: ("请求不完整，没有办成", "请回到上一页，刷新后再试。"),
    403: ("您没有权限看这一页", "需要的岗位由管理员在“组织与日历”里登记。"),
    404: ("没有这一页", "请核对地址；案件请在“案件”里按编号搜索。"),
    405: ("这个地址不能这样打开", "请从页面上的按钮进入。"),
    413: ("上传的内容太大，没有收下", "请减少照片数量或压缩后再传。"),
    429: ("试得太频繁", "请一分钟后再试。"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A page about something that went wrong; `typed` is what the person had written, to copy."""

    title: str
    hint: str
    detail: str
    code: str
    time: str
    typed: tuple[tuple[str, str], ...]
    number: str = ""


def catch(app: Flask) -> None:
    """Answer every kind of failure with a page of ours."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(refusal: Refusal) -> int:
    """HTTP status of a refusal."""
    if refusal.code in FORBIDDEN:
        return 403
    if refusal.code in NOT_FOUND:
        return 404
    return 507 if refusal.code in FULL else 409


def is_disk_full(problem: BaseException) -> bool:
    """Whether a failure came from a full disk, below any number of wrappers."""
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(seen, sqlite3.OperationalError) and "full" in str(seen):
            return True
        if isinstance(seen, DBAPIError) and isinstance(seen.orig, BaseException) and "full" in str(seen.orig):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _refused(refusal: Refusal) -> tuple[str, int]:
    detail = f"依据：{refusal.article}" if refusal.article else ""
    return _page(f"{refusal}", refusal.hint, detail, refusal.code), status_of(refusal)


def _stale_form(_problem: CSRFError) -> tuple[str, int]:
    return _page("这一页打开太久，没有提交", "请回到上一页，刷新后重新提交。", "", "CSRF"), 400


def _http(problem: HTTPException) -> tuple[str, int]:
    status = problem.code or 500
    title, hint = SENTENCES.get(status, ("没有办成", "请回到上一页再试。"))
    if isinstance(problem, RequestEntityTooLarge):
        hint = f"单个文件不超过 {size_text(parts().settings.file_limit)}。请压缩或分几次上传，原来的内容请用浏览器的“返回”找回。"
    given = problem.description or ""
    own = given if any("\u4e00" <= letter <= "\u9fff" for letter in given) else ""
    return _page(own or title, hint, "", str(status)), status


def _unexpected(problem: Exception) -> tuple[str, int]:
    if is_disk_full(problem):
        log.error("disk full", path=request.path)
        return _page("服务器的磁盘已满，内容没有存上", "请告知系统管理员清理磁盘后再提交。", "", "507"), 507
    number = secrets.token_hex(4)
    log.exception(
        "request failed", number=number, path=request.path, account=account() if signed_in() else ""
    )
    hint = "内容没有提交。请稍后再试；如仍不行，请把错误号告诉管理员。"
    return _page("服务器处理这一页时出了错", hint, "", "500", number), 500


def _page(title: str, hint: str, detail: str, code: str, number: str = "") -> str:
    problem = Problem(title, hint, detail, code, _time(), tuple(_typed()), number)
    return render_template("problem.html", title=f"错误：{title}", problem=problem)


def _time() -> str:
    return moments().second(moments().now)


def _typed() -> Iterator[tuple[str, str]]:
    if request.method != "POST" or (request.content_length or 0) > parts().settings.file_limit:
        return
    for name, sent in request.form.items(multi=True):
        if "." in name and sent.strip() and not name.endswith((".rows", ".unit")) and len(sent) < 20_000:
            yield name, sent
