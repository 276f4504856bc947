"""流程: the definitions in force, and checking and deploying a .flow file by upload or paste."""

from datetime import date
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from dsl.describing import chapters
from dsl.diagram import svg
from dsl.surroundings import Templates
from engine.errors import Refusal
from web.access import need_administrator
from web.chips import citation_text
from web.current import account, engine, moments, names, parts
from web.refused import refusal_sentence
from web.studio_page import Checked, CheckPage, FlowText, check_page, check_texts, library_texts
from web.studio_templates import SUFFIX, keep_templates, templates_at_hand

blueprint = Blueprint("studio", __name__, url_prefix="/studio")

LONGEST_NAME = 80


@blueprint.get("")
def listing() -> str:
    """List the definitions in force."""
    need_administrator()
    rows = tuple(
        (
            each.name,
            each.version,
            each.digest[:12],
            each.effective.isoformat(),
            moments().minute(each.deployed_at),
            names().people.get(each.deployed_by, each.deployed_by),
            each.reason,
        )
        for each in engine().definitions()
    )
    return render_template("studio.html", title="流程", rows=rows, name="", text="")


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show a definition: its drawing, its basis, its text."""
    need_administrator()
    definition, running = engine().definition(name), engine().running_versions(name)
    return render_template(
        "studio_definition.html",
        title=f"流程 {name}",
        name=name,
        version=definition.version,
        drawing=Markup(svg(definition)),  # noqa: S704 -- our own SVG, texts escaped
        basis=tuple(map(citation_text, definition.basis)),
        chapters=chapters(definition),
        text=engine().source(name),
        running=tuple(
            (each.digest, each.version, each.digest[:12], "现行" if each.current else "旧版", each.cases)
            for each in running
        ),
        older=any(not each.current for each in running),
    )


@blueprint.post("/check")
def check() -> str | tuple[str, int]:
    """Compile what was uploaded or pasted and show every mistake with its line."""
    need_administrator()
    given = _given()
    if not given:
        return _page((), None, "请选择 .flow 文件，或粘贴流程文本。"), 422
    return _page(given, check_texts(given, _library(), _templates()), "")


@blueprint.post("/deploy")
def deploy() -> str | Response | tuple[str, int]:
    """Deploy what passes the check; anything else changes nothing."""
    need_administrator()
    given = _given()
    if not given:
        return _page((), None, "请选择 .flow 文件，或粘贴流程文本。没有发布。"), 422
    checked = check_texts(given, _library(), _templates())
    reason = request.form.get("reason", "").strip()
    if not checked.ok:
        return _page(given, checked, "有诊断没有解决，没有发布。"), 422
    if not reason:
        return _page(given, checked, "请写明发布理由，没有发布。"), 422
    try:
        effective = date.fromisoformat(sent) if (sent := request.form.get("effective", "")) else None
        versions = engine().deploy(
            checked.definitions, by=account(), reason=reason, effective=effective, sources=checked.sources
        )
    except ValueError:
        return _page(given, checked, "生效日期应填日期，例如 2026-01-01。没有发布。"), 422
    except Refusal as refusal:
        return _page(given, checked, refusal_sentence(refusal)), 409
    _keep(given)
    flash(
        "已发布："
        + "、".join(f"{each.name} {each.version}" for each in versions)
        + "。新案件按新版本办理，在办案件仍按原版本。"
    )
    return redirect("/studio")


def _given() -> tuple[FlowText, ...]:
    uploads = [
        FlowText(_file_name(each.filename or ""), each.stream.read().decode("utf-8", "replace"))
        for each in request.files.getlist("files")
        if each.filename and not each.filename.endswith(SUFFIX)
    ]
    pasted = [
        FlowText(_file_name(name), text.replace("\r\n", "\n"))
        for name, text in zip(request.form.getlist("name"), request.form.getlist("text"), strict=False)
        if text.strip()
    ]
    return tuple({each.name: each for each in (*pasted, *uploads)}.values())


def _file_name(sent: str) -> str:
    bare = Path(sent.replace("\\", "/")).name[-LONGEST_NAME:].strip(". ") or "粘贴的文本"
    return bare if bare.endswith(".flow") else f"{bare}.flow"


def _library() -> tuple[FlowText, ...]:
    return library_texts((parts().settings.library, parts().settings.data / "flows"))


def _templates() -> Templates:
    settings = parts().settings
    keep_templates(request.files.getlist("files"), settings.data)
    return templates_at_hand(engine(), settings.data, settings.library)


def _keep(given: tuple[FlowText, ...]) -> None:
    folder = parts().settings.data / "flows"
    folder.mkdir(parents=True, exist_ok=True)
    for each in given:
        (folder / each.name).write_text(each.text, encoding="utf-8")


def _page(given: tuple[FlowText, ...], checked: Checked | None, error: str) -> str:
    page: CheckPage | None = check_page(given, checked) if checked else None
    return render_template(
        "studio_check.html", title=f"错误：{error}" if error else "检查结果", check=page, error=error
    )
