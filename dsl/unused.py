"""Declared and never used: a document that is never issued, a role, form or table that nothing names."""

from collections.abc import Callable, Iterable, Sequence

from dsl.declarations import Document, Enumeration, Event, Form, Parameter, Power, Role, Rule, Table
from dsl.expressions import Name
from dsl.lower import Lowered
from dsl.registers import Duty, Instance, Register, Statistic
from dsl.report import Report
from dsl.scope import Scope, World
from dsl.tree import Declaration, ExternalProcess, Process
from dsl.walk import parts

_LABELS = {
    "role": ("U01", "角色"),
    "form": ("U03", "表单"),
    "table": ("U04", "判定表"),
    "rule": ("U04", "规则"),
    "parameter": ("U05", "参数"),
    "enumeration": ("U05", "枚举"),
    "event": ("U05", "事件"),
    "power": ("U05", "职权"),
}


def check_unused(world: World, lowered: Sequence[Lowered], report: Report) -> None:
    """Look at the declarations of files that hold a process; vocabularies may be larger than what is used today."""
    used: dict[str, set[str]] = {}
    for process in lowered:
        for kind, names in process.used.items():
            used.setdefault(kind, set()).update(names)
    named = named_in_views(world)
    for scope in world.scopes:
        if any(isinstance(each, Process | ExternalProcess | Duty) for each in scope.file.declarations):
            _check(scope, lambda kind, name: name in used.get(kind, ()) or name in named, report)


def _check(scope: Scope, is_used: Callable[[str, str], bool], report: Report) -> None:
    told: set[tuple[str, str]] = set()  # versions of a table have one name
    for declaration in scope.file.declarations:
        kind, names = _declared(declaration)
        for name in names:
            if is_used(kind, name.text) or (kind, name.text) in told:
                continue
            told.add((kind, name.text))
            if kind == "document":
                report.warning(
                    "U02", name.place, f"文书“{name.text}”从未出具", "在某一步写“出具”，或删去这个文书"
                )
            elif kind in _LABELS:
                code, label = _LABELS[kind]
                report.info(
                    code, name.place, f"{label}“{name.text}”定义后未使用", "删去，或检查是否写错了名称"
                )


def _declared(declaration: Declaration) -> tuple[str, tuple[Name, ...]]:
    match declaration:
        case Role(names):
            return "role", names
        case Form(name):
            return "form", (name,)
        case Document(name):
            return "document", (name,)
        case Table(name):
            return "table", (name,)
        case Rule(name):
            return "rule", (name,)
        case Parameter(name):
            return "parameter", (name,)
        case Enumeration(name):
            return "enumeration", (name,)
        case Event(name):
            return "event", (name,)
        case Power(name):
            return "power", (name,)
        case _:
            return "", ()


def named_in_views(world: World) -> frozenset[str]:
    """Return the words in duties, registers, statistics and instances: they use what they name."""
    return frozenset(name for scope in world.scopes for name in _named(scope.file.declarations))


def _named(declarations: Iterable[Declaration]) -> Iterable[str]:
    for declaration in declarations:
        if isinstance(declaration, Register | Statistic | Instance):
            yield from (part.text for part in parts(declaration) if isinstance(part, Name))
