"""What goes wrong, said in plain sentences: what happened, that nothing was changed, what to do."""

import errno
import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import structlog
from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from engine.errors import Refusal
from web.current import account, file_of, moments, parts, signed_in, town
from web.widgets import size_text

log = structlog.get_logger()

FORBIDDEN = ("E103", "E104", "E204", "E210", "E214")
NOT_FOUND = ("E121", "E203", "E215")
FULL = ("E206",)
FORBIDDEN_STATUS = 403
MOST_TYPED = 20_000

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
    """A page about something that went wrong.

    `typed` is what the person had written, to copy; `facts` what an administrator needs to know, to copy too; `fields`
    are sent again by 重试 to `again`.
    """

    title: str
    hint: str
    detail: str
    facts: tuple[tuple[str, str], ...]
    unchanged: bool
    ways: tuple[tuple[str, str], ...]
    typed: tuple[tuple[str, str], ...]
    again: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def catch(app: Flask) -> None:
    """Answer every kind of failure with a page of ours."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(refusal: Refusal) -> int:
    """HTTP status of a refusal."""
    if refusal.code in FORBIDDEN:
        return FORBIDDEN_STATUS
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
    status = status_of(refusal)
    detail = f"依据：{refusal.article}" if refusal.article else ""
    hint = f"{refusal.hint}{granting()}" if status == FORBIDDEN_STATUS else refusal.hint
    return _page(f"{refusal}", hint, detail, refusal.code), status


def _stale_form(_problem: CSRFError) -> tuple[str, int]:
    return _page("这一页打开太久，没有提交", "请回到上一页，刷新后重新提交。", "", "CSRF"), 400


def _http(problem: HTTPException) -> tuple[str, int]:
    status = problem.code or 500
    title, hint = SENTENCES.get(status, ("没有办成", "请回到上一页再试。"))
    if isinstance(problem, RequestEntityTooLarge):
        hint = f"单个文件不超过 {size_text(parts().settings.file_limit)}。请压缩或分几次上传，原来的内容请用浏览器的“返回”找回。"
    if status == FORBIDDEN_STATUS:
        hint += granting()
    given = problem.description or ""
    own = given if any("\u4e00" <= letter <= "\u9fff" for letter in given) else ""
    return _page(own or title, hint, "", str(status)), status


def _unexpected(problem: Exception) -> tuple[str, int]:
    if is_disk_full(problem):
        log.error("disk full", path=request.path)
        hint = "请告知系统管理员清理磁盘后再重试。"
        return _page("服务器的磁盘已满，内容没有存上", hint, "", "507", again=True), 507
    number = secrets.token_hex(4)
    log.exception(
        "request failed", number=number, path=request.path, account=account() if signed_in() else ""
    )
    hint = "请先重试；刚才如果已经办成，重试不会重复办理。如仍不行，请把下面的说明复制给管理员。"
    return _page("服务器处理这一页时出了错", hint, "", "500", number, again=True), 500


def granting() -> str:
    """Name who grants permissions."""
    if not signed_in():
        return ""
    here = town()
    names = "、".join(here.people.get(each, each) for each in sorted(here.administrators))
    return f"权限由管理员授予：{names}。" if names else ""


def _page(title: str, hint: str, detail: str, code: str, number: str = "", *, again: bool = False) -> str:
    posting = request.method == "POST"
    small = (request.content_length or 0) <= parts().settings.file_limit
    sent = tuple(request.form.items(multi=True)) if posting and small else ()
    problem = Problem(
        title,
        hint,
        detail,
        facts=tuple(_facts(title, code, number)),
        unchanged=not (posting and number),
        ways=tuple(_ways()),
        typed=tuple(_typed(sent)),
        again=request.full_path.rstrip("?") if again else "",
        fields=tuple((name, value) for name, value in sent if name != "csrf_token") if again else (),
    )
    return render_template("problem.html", title=f"错误：{title}", problem=problem, posting=posting)


def _facts(title: str, code: str, number: str) -> Iterator[tuple[str, str]]:
    yield "情况", title
    yield "时间", moments().second(moments().now)
    yield "页面", request.path
    if signed_in():
        yield "账号", f"{town().people.get(account(), account())}（{account()}）"
    yield "代码", code
    if number:
        yield "错误号", number


def _ways() -> Iterator[tuple[str, str]]:
    """Yield the addresses that show how things stand now."""
    for kind, item in (("tasks", "这件待办"), ("cases", "这件案件"), ("start", "这张表")):
        found = re.match(rf"/{kind}/([^/]+)", request.path)
        if found and request.method == "POST":
            yield f"查看{item}的最新情况", f"/{kind}/{found[1]}"
            if kind == "tasks":
                yield "查看案件", f"/cases/{found[1].partition('-')[0]}"


def _typed(sent: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in sent:
        label = {"note": "办理意见", "reason": "理由"}.get(name, name)
        written = ("." in name and not name.endswith((".rows", ".unit"))) or label != name
        if written and value.strip() and len(value) < MOST_TYPED and file_of(value) is None:
            yield label.replace(".", " · "), value
