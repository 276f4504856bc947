"""Who declares what: imports between files, declarations by name, names given twice."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeVar

from dsl.declarations import (
    Document,
    Enumeration,
    Event,
    Form,
    Import,
    Parameter,
    Power,
    Role,
    Rule,
    Table,
)
from dsl.expressions import Name
from dsl.registers import Duty, Instance, Register, Statistic
from dsl.report import Report, suggestion
from dsl.scope import Declared, Scope, World
from dsl.tree import Declaration, ExternalProcess, File, Process

_NUMBERED = re.compile(r"^\d+[_-]")
D = TypeVar("D")


@dataclass(slots=True)
class _Index:
    """Declarations of one file and of what it imports, growing."""

    report: Report
    words: dict[str, dict[str, object]] = field(default_factory=dict)

    def add(self, kind: str, name: Name, declaration: object, label: str) -> None:
        known = self.words.setdefault(kind, {})
        first = known.setdefault(name.text, declaration)
        if isinstance(first, Form) and not first.fields:
            known[name.text] = declaration  # a heading written twice: that it is empty has been said
        elif first is not declaration:
            self.report.error(
                "N05", name.place, f"{label}“{name.text}”重名", "同一类名称不得重复：改名，或删去其中一个"
            )

    def version(self, kind: str, name: Name, declaration: object) -> None:
        known = self.words.setdefault(kind, {})
        versions = known.get(name.text, ())
        assert isinstance(versions, tuple)
        if not any(each is declaration for each in versions):
            known[name.text] = (*versions, declaration)

    def of(self, kind: str, _type: type[D]) -> Mapping[str, D]:
        return self.words.get(kind, {})  # type: ignore[return-value]  # `_add` files each declaration by kind

    def versions(self, kind: str, _type: type[D]) -> Mapping[str, tuple[D, ...]]:
        return self.words.get(kind, {})  # type: ignore[return-value]


def resolve(files: Sequence[tuple[str, File]], report: Report) -> World:
    """Gather the declarations that each file may use.

    Args:
        files: (name of the source, tree) of every file of the compilation.
    """
    by_stem = _stems(files)
    scopes = tuple(_scope(source, file, by_stem, report) for source, file in files)
    processes: dict[str, Declared] = {}
    duties: dict[str, Declared] = {}
    events: dict[str, tuple[Scope, Event]] = {}
    for scope in scopes:
        for declaration in scope.file.declarations:
            match declaration:
                case Process(name) | ExternalProcess(name) | Duty(name):
                    if name.text in processes or name.text in duties:
                        report.error(
                            "N05",
                            name.place,
                            f"规程或例行“{name.text}”重名",
                            "规程和例行的名称在全部文件中不得重复",
                        )
                    elif isinstance(declaration, Duty):
                        duties[name.text] = Declared(scope, declaration)
                    else:
                        processes[name.text] = Declared(scope, declaration)
                case Event(name):
                    events.setdefault(name.text, (scope, declaration))
                case Enumeration(name, members):
                    _distinct(name, members, report)
                case _:
                    pass
    lost = frozenset().union(*(scope.lost for scope in scopes))
    return World(scopes, processes, duties, events, lost)


def _distinct(name: Name, members: Sequence[Name], report: Report) -> None:
    seen: set[str] = set()
    for member in members:
        if member.text in seen:
            report.error(
                "N05", member.place, f"枚举“{name.text}”的取值“{member.text}”重复", "改名，或删去其中一个"
            )
        seen.add(member.text)


def stems(source: str) -> tuple[str, ...]:
    """Return the names by which a file may be imported: its stem, also without a leading number; its folder's."""
    path = PurePath(source)
    stem = path.stem
    names = [stem, _NUMBERED.sub("", stem)]
    if stem == "process":
        names.append(path.parent.name)
    return tuple(dict.fromkeys(name for name in names if name))


def imports(file: File) -> Iterable[Name]:
    """Return the names of the files that a file imports."""
    for declaration in file.declarations:
        if isinstance(declaration, Import):
            yield from declaration.files


def _stems(files: Sequence[tuple[str, File]]) -> Mapping[str, tuple[str, File]]:
    found: dict[str, tuple[str, File]] = {}
    for source, file in files:
        for name in stems(source):
            found.setdefault(name, (source, file))
    return found


def _scope(source: str, file: File, by_stem: Mapping[str, tuple[str, File]], report: Report) -> Scope:
    index = _Index(report)
    seen, todo, complete, lost = {source}, [(source, file)], True, set(file.lost)
    while todo:
        own_source, own = todo.pop(0)
        for name in imports(own):
            found = by_stem.get(name.text)
            if found is None:
                complete = False
                if own_source == source:
                    hint = suggestion(
                        name.text,
                        by_stem,
                        "引用写文件名（不带 .flow）；那个文件要在同一个或 shared 文件夹里，或者一起检查",
                    )
                    report.error("N06", name.place, f"找不到引用的文件“{name.text}”", hint)
            elif found[0] not in seen:
                seen.add(found[0])
                todo.append(found)
                lost |= found[1].lost
        for declaration in own.declarations:
            _add(index, declaration)
    return Scope(
        source,
        file,
        index.of("role", Role),
        index.of("power", Power),
        index.of("enumeration", Enumeration),
        index.of("parameter", Parameter),
        index.of("form", Form),
        index.of("document", Document),
        index.of("event", Event),
        index.versions("table", Table),
        index.versions("rule", Rule),
        index.of("duty", Duty),
        index.of("register", Register),
        index.of("statistic", Statistic),
        index.of("instance", Instance),
        frozenset(lost),
        complete,
    )


def _add(index: _Index, declaration: Declaration) -> None:
    match declaration:
        case Role(names):
            for name in names:
                index.add("role", name, declaration, "角色")
        case Power(name):
            index.add("power", name, declaration, "职权")
        case Enumeration(name):
            index.add("enumeration", name, declaration, "枚举")
        case Parameter(name):
            index.add("parameter", name, declaration, "参数")
        case Form(name):
            index.add("form", name, declaration, "表单")
        case Document(name):
            index.add("document", name, declaration, "文书")
        case Event(name):
            index.add("event", name, declaration, "事件")
        case Table(name):
            index.version("table", name, declaration)
        case Rule(name):
            index.version("rule", name, declaration)
        case Duty(name):
            index.add("duty", name, declaration, "例行")
        case Register(name):
            index.add("register", name, declaration, "台账")
        case Statistic(name):
            index.add("statistic", name, declaration, "统计")
        case Instance(name):
            index.add("instance", name, declaration, "实例")
        case Import() | Process() | ExternalProcess():
            pass
