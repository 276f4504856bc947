"""What was filled in, under another version: forms that were submitted, and drafts that were not."""

from collections.abc import Iterator, Mapping

from engine.commands import DraftKept
from engine.deciding.draft import Draft
from engine.deciding.form_values import is_of_type
from engine.definition import Field, Form, Node, Step
from engine.graph import Graph
from engine.values import Record, Type, Value
from engine.version_images import VersionImages
from engine.views import ImageRow


def forms_held(draft: Draft, new: Graph) -> Iterator[ImageRow]:
    """Yield a row for each form the case holds: it must exist, and its values be of the types it has there."""
    judge = draft.under(new)
    for (name, key), submission in draft.state.forms.items():
        shown = f"{name}（第{int(key.rpartition('/')[2]) + 1}项）" if key else name
        form = new.forms.get(name)
        if form is None:
            yield ImageRow("表单", shown, fault="已经填写，新版没有这张表单")
            continue
        values = draft.facts.submission(submission.revision, name)
        fields = {each.name: each for each in form.fields}
        misfits = [each for each, value in values.items() if not _fits(judge, fields.get(each), value)]
        fault = f"{_quoted(misfits)}的值不合新版的类型" if misfits else ""
        yield ImageRow(
            "表单", shown, "" if fault else name, fault, _notes(draft.graph.forms[name], form, values)
        )


def _notes(old: Form, new: Form, values: Record) -> str:
    """Say which values are of no more use, and which new fields nobody has been asked for."""
    known, before = {each.name for each in new.fields}, {each.name for each in old.fields}
    unused = [name for name, value in values.items() if value is not None and name not in known]
    asked = [
        each.name
        for each in new.fields
        if each.required is not None and each.computed is None
        if each.name not in before
    ]
    parts = [f"{_quoted(unused)}不再使用"] if unused else []
    parts += [f"新版要求填写{_quoted(asked)}，已交的没有"] if asked else []
    return "；".join(parts)


def _quoted(names: list[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _fits(judge: Draft, field: Field | None, value: Value) -> bool:
    return field is None or value is None or _is_of(judge, field.type, value)


def _is_of(judge: Draft, declared: Type, value: Value) -> bool:
    """Tell whether a value is of a type of the new version, and so is everything in it."""
    if not is_of_type(judge, declared, value):
        return False
    form = judge.graph.forms.get(declared.of or "")
    if form is None:
        return True
    fields = {each.name: each for each in form.fields}
    rows = value if isinstance(value, tuple) else (value,)
    return all(
        _fits(judge, fields.get(name), each)
        for row in rows
        if isinstance(row, Mapping)
        for name, each in row.items()
    )


def drafts_kept(
    drafts: tuple[DraftKept, ...], draft: Draft, new: Graph, images: VersionImages
) -> Iterator[ImageRow]:
    """Yield a row for each draft on an open item: what was typed must still be asked for."""
    nodes = {seat.id: each.node for each in draft.state.activations.values() for seat in each.seats}
    for kept in drafts:
        number = nodes.get(kept.item)
        image = None if number is None else images.nodes.get(number)
        asked = _fills(None if image is None else new.node(image))
        known = {f"{form}.{field.name}" for form in asked for field in new.forms[form].fields}
        gone = [field for field in kept.fields if field not in known]
        name = f"{'' if number is None else draft.graph.node(number).name}·{draft.facts.name(kept.account)}"
        fault = f"新版不再填写{_quoted(gone)}，请先提交或清空" if gone else ""
        yield ImageRow("草稿", name, "" if fault else "原样保留", fault)


def _fills(node: Node | None) -> tuple[str, ...]:
    return (*node.fills, *node.proof) if isinstance(node, Step) else ()
