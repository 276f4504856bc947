"""A new version of a process against the one that its running cases are under: what they could not go over to.

Running cases stay with the version they began with; these findings tell what would keep them from being migrated. The
checked migration of a real case (`engine.deciding.migration`) asks the same of what that case has open.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dsl.lower import Lowered
from dsl.report import Report
from dsl.source import Place
from dsl.types import name_of
from engine.definition import Block, Definition, Field, Step, Wait
from engine.version_images import VersionImages, images_between, shape_fault

CHANGES: Final = frozenset({"M01", "M02", "M03"})

_RENAMED = "改了名的，迁移时写明对应：anliu migrate --step 旧名=新名；删去的，等停在那里的案件办完"
_STAYS = "让停在那里的案件按旧版办完，或在新版里保留原来的写法"


def check_changes(lowered: Sequence[Lowered], before: Mapping[str, Definition], report: Report) -> None:
    """Compare each process with its version before, where there is one."""
    for process in lowered:
        old = before.get(process.definition.name)
        if old is not None and old != process.definition:
            images = images_between(old, process.definition)
            _gone(process, old, images, report)
            _changed(process, old, images, report)
            _forms(process, old, report)


def _gone(process: Lowered, old: Definition, images: VersionImages, report: Report) -> None:
    """M01: work may stand there, and there is no such place any more."""
    name = process.process.name.place
    for kind, gone in _without_image(old, images):
        report.info("M01", name, f"新版没有{kind}“{gone}”：停在那里的在办案件去不了新版", _RENAMED)


def _without_image(old: Definition, images: VersionImages) -> Iterator[tuple[str, str]]:
    for number, node in enumerate(old.nodes):
        if number not in images.nodes:
            yield ("并行" if isinstance(node, Block) else "步骤"), node.name
        elif isinstance(node, Block):
            for position, branch in enumerate(node.branches):
                if (number, position) not in images.branches:
                    yield "分支", branch.name
    yield from (("总时限", each.name) for at, each in enumerate(old.clocks) if at not in images.clocks)
    yield from (("随时", each.name) for at, each in enumerate(old.handlers) if at not in images.handlers)


def _changed(process: Lowered, old: Definition, images: VersionImages, report: Report) -> None:
    """M02: the place is still there, but work that is open in it cannot go on as it stands."""
    new = process.definition
    regions = _regions(old, new, images)
    for number, image in images.nodes.items():
        before, after = old.nodes[number], new.nodes[image]
        place = process.layout.nodes[image].name.place
        fault = shape_fault(before, after)
        if fault:
            report.info("M02", place, f"“{after.name}”{fault}：正在办的席位去不了新版", _STAYS)
        elif regions.get(before.region) != after.region:
            report.info(
                "M02",
                place,
                f"“{after.name}”换了分支或移进、移出了并行：停在那里的在办案件去不了新版",
                _STAYS,
            )
        if isinstance(before, Block) and isinstance(after, Block):
            known = {images.branches.get((number, position)) for position in range(len(before.branches))}
            for position, added in enumerate(after.branches):
                if position not in known and added.guard is None:
                    text = f"“{after.name}”增加了分支“{added.name}”：正在这里的在办案件不会补开，去不了新版"
                    report.info("M02", process.layout.nodes[image].name.place, text, _STAYS)


def _regions(old: Definition, new: Definition, images: VersionImages) -> Mapping[int, int]:
    """Regions of the old version -> regions of the new one."""
    found = {0: 0}
    for (block, branch), image in images.branches.items():
        before, after = old.nodes[block], new.nodes[images.nodes[block]]
        if isinstance(before, Block) and isinstance(after, Block):
            found[before.branches[branch].region] = after.branches[image].region
    for number, image in images.handlers.items():
        found[old.handlers[number].region] = new.handlers[image].region
    return found


def _forms(process: Lowered, old: Definition, report: Report) -> None:
    """M03: what was filled in is kept, and must have a form and be of the type that it has there."""
    filled = {name for node in old.nodes if isinstance(node, Step | Wait) for name in node.fills}
    now = {form.name: form for form in process.definition.forms}
    for form in old.forms:
        if form.name not in now:
            if form.name in filled:
                text = f"新版没有表单“{form.name}”：填过它的在办案件去不了新版"
                report.info("M03", process.process.name.place, text, "在新版里保留这张表单，哪怕只供查看")
            continue
        after = {field.name: field for field in now[form.name].fields}
        for field in form.fields:
            other = after.get(field.name)
            if other is not None and other.type != field.type:
                text = (
                    f"表单“{form.name}”的“{field.name}”原来是{name_of(field.type)}，新版是{name_of(other.type)}："
                    "填过的值可能不合，不合的在办案件去不了新版"
                )
                report.info(
                    "M03", _field_place(process, form.name, other), text, "另加一个字段，保留原来的字段"
                )


def _field_place(process: Lowered, form: str, field: Field) -> Place:
    written = process.declared.scope.forms[form]
    return next(each.name.place for each in written.fields if each.name.text == field.name)
