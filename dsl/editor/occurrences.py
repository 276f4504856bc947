"""Every place where a text names something, and what is meant there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from dsl import clauses, declarations, expressions, procedure, registers, tree
from dsl.editor.lookup import Lookup
from dsl.editor.symbols import Sort, Symbol, declared_by
from dsl.expressions import Name, Ref
from dsl.source import Place
from dsl.walk import slots_of

_NODE: Final = (Sort.STEP, Sort.BLOCK, Sort.BRANCH, Sort.HANDLER)
_DECISION: Final = (Sort.TABLE, Sort.RULE)
_NAMES: Final[Mapping[tuple[type, str], tuple[Sort, ...]]] = {
    (clauses.ByRole, "role"): (Sort.ROLE,),
    (clauses.ByEach, "role"): (Sort.ROLE,),
    (clauses.BySame, "step"): _NODE,
    (clauses.BySuperior, "step"): _NODE,
    (clauses.ByLeastBusy, "role"): (Sort.ROLE,),
    (clauses.Reminder, "to"): (Sort.ROLE,),
    (clauses.Urge, "to"): (Sort.ROLE,),
    (clauses.Escalate, "to"): (Sort.ROLE,),
    (clauses.Notify, "to"): (Sort.ROLE,),
    (clauses.Extension, "proof"): (Sort.FORM, Sort.DOCUMENT),
    (clauses.Extension, "documents"): (Sort.DOCUMENT,),
    (clauses.AtService, "document"): (Sort.DOCUMENT,),
    (clauses.DeadlineAt, "clock"): (Sort.CLOCK,),
    (clauses.Goto, "target"): _NODE,
    (clauses.Trigger, "process"): (Sort.PROCESS,),
    (clauses.Emit, "event"): (Sort.EVENT,),
    (clauses.Issue, "documents"): (Sort.DOCUMENT,),
    (declarations.Field, "visible_to"): (Sort.ROLE,),
    (declarations.Field, "secret_until"): _NODE,
    (declarations.ServedOn, "roles"): (Sort.ROLE,),
    (declarations.CosignedBy, "roles"): (Sort.ROLE,),
    (declarations.DocumentPower, "power"): (Sort.POWER,),
    (expressions.TypeRef, "name"): (Sort.ENUMERATION, Sort.FORM),
    (expressions.TypeRef, "arguments"): (Sort.FORM, Sort.ENUMERATION),
    (expressions.NodeDone, "node"): _NODE,
    (expressions.NodeLate, "node"): _NODE,
    (expressions.CasesClosed, "process"): (Sort.PROCESS,),
    (expressions.Call, "function"): _DECISION,
    (procedure.Entered, "proof"): (Sort.FORM, Sort.DOCUMENT),
    (procedure.WaitEvent, "event"): (Sort.EVENT,),
    (procedure.SubProcess, "process"): (Sort.PROCESS,),
    (procedure.Draw, "pool"): (Sort.ROLE,),
    (procedure.NeedsPower, "power"): (Sort.POWER,),
    (procedure.StartByForm, "form"): (Sort.FORM,),
    (procedure.StartByEvent, "event"): (Sort.EVENT,),
    (procedure.StartByEvent, "form"): (Sort.FORM,),
    (procedure.Exclude, "nodes"): _NODE,
    (procedure.StopClock, "proof"): (Sort.FORM, Sort.DOCUMENT),
    (procedure.StopClock, "resumed_by"): (Sort.FORM, Sort.DOCUMENT),
    (procedure.Handler, "during"): _NODE,
    (registers.Register, "source"): (Sort.PROCESS, Sort.FORM, Sort.DUTY),
    (registers.From, "registers"): (Sort.REGISTER,),
    (registers.Instance, "process"): (Sort.PROCESS,),
    (tree.Uses, "names"): _DECISION,
    (tree.RestrictedTo, "roles"): (Sort.ROLE,),
    (tree.Precedence, "first"): _NODE,
    (tree.Precedence, "then"): _NODE,
    (tree.Response, "first"): _NODE,
    (tree.Response, "then"): _NODE,
    (tree.Exclusive, "nodes"): _NODE,
    (tree.Authority, "role"): (Sort.ROLE,),
}
"""What the words of a construct name. Dotted references are understood by what stands before each dot."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place where a symbol is named; `declares` where it is declared."""

    place: Place
    symbol: Symbol
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """What a word may mean where it stands, beside the names of the text."""

    lookup: Lookup
    process: str = ""
    form: str | None = None  # whose fields may be named without it
    decision: str | None = None  # whose inputs may be named
    elements: Mapping[str, tuple[Symbol, str]] = field(
        default_factory=dict
    )  # word -> list, form of its entries
    words: Mapping[str, Symbol] = field(default_factory=dict)  # what the other side of a comparison may be


def occurrences(declaration: tree.Declaration, lookup: Lookup) -> Iterator[Occurrence]:
    """Return every occurrence in a declaration."""
    for symbol in declared_by(declaration):
        known = lookup.of(symbol.sort, symbol.name, symbol.owners)
        yield Occurrence(symbol.place, symbol if known is None else known, declares=True)
    yield from _inside(declaration, inside(declaration, lookup))


def inside(declaration: tree.Declaration | None, lookup: Lookup) -> Here:
    """Return what words may mean inside a declaration."""
    here = Here(lookup)
    match declaration:
        case tree.Process(name) | tree.ExternalProcess(name):
            return replace(here, process=name.text)
        case declarations.Form(name):
            return replace(here, form=name.text)
        case declarations.Table(name) | declarations.Rule(name):
            return replace(here, decision=name.text)
        case registers.Register(_, source):
            return replace(here, process=source.text, form=source.text)
        case registers.Instance(_, process):
            return replace(here, form=lookup.start_form(process.text))
        case _:
            return here


def _inside(part: object, here: Here) -> Iterator[Occurrence]:
    """Occurrences in everything below a part of the tree."""
    match part:
        case None:
            return
        case Ref():
            yield from _reference(part, here)
        case tuple():
            for each in part:
                yield from _inside(each, here)
        case expressions.Comparison(_, left, right):
            yield from _inside(left, replace(here, words=_choices(right, here)))
            yield from _inside(right, replace(here, words=_choices(left, here)))
        case expressions.Among(value, members):
            yield from _inside(value, here)
            yield from _inside(members, replace(here, words=_choices(value, here)))
        case expressions.Quantified(_, items, condition):
            yield from _reference(items, here)
            yield from _inside(condition, _with_element(here, items))
        case declarations.Table(columns=columns, rows=rows):
            yield from _slots(part, here, "properties", "columns", "type")
            for row in rows:
                for column, cell in zip(columns, row.cells, strict=False):
                    yield from _inside(cell, replace(here, words=_column_choices(column, here)))
        case declarations.Field(name, default=default):
            own = here.lookup.of(Sort.FIELD, name.text, here.form or "")
            slots = ("type", "visible_to", "secret_until", "checks", "condition", "computed")
            yield from _slots(part, here, *slots)
            yield from _inside(default, replace(here, words=_members(here, own)))
        case procedure.Step() | procedure.Branch() | procedure.Outcomes():
            yield from _node(part, here)
        case clauses.SetValue() | clauses.Trigger() | clauses.Emit() | clauses.Back() | clauses.Deemed():
            yield from _clause(part, here)
        case procedure.SubProcess():
            yield from _clause(part, here)
        case _:
            yield from _slots(part, here, *reversed(slots_of(type(part))))


def _node(part: procedure.Step | procedure.Branch | procedure.Outcomes, here: Here) -> Iterator[Occurrence]:
    match part:
        case procedure.Step(name, condition, properties):
            yield from _inside(condition, here)
            outcomes = here.lookup.owned(Sort.OUTCOME, f"{here.process}.{name.text}")
            yield from _inside(properties, replace(here, words=outcomes))
        case procedure.Branch(_, nodes, each, _, condition):
            yield from _inside((each, condition), here)
            yield from _inside(nodes, here if each is None else _with_element(here, _items(each)))
        case procedure.Outcomes():  # declared here
            pass


def _clause(
    part: clauses.SetValue
    | clauses.Trigger
    | clauses.Emit
    | clauses.Back
    | clauses.Deemed
    | procedure.SubProcess,
    here: Here,
) -> Iterator[Occurrence]:
    match part:
        case clauses.Back(target):
            yield from _node_reference(target, here)
            yield from _slots(part, here, "exceeded")
        case clauses.SetValue(target, value):
            yield from _inside(target, here)
            yield from _inside(value, replace(here, words=_choices(target, here)))
        case clauses.Trigger(process, arguments, each):
            yield from _slots(part, here, "process", "each")
            inner = here if each is None else _with_element(here, _items(each))
            yield from _arguments(arguments, Sort.FIELD, here.lookup.start_form(process.text) or "", inner)
        case procedure.SubProcess(process, arguments):
            yield from _slots(part, here, "process")
            yield from _arguments(arguments, Sort.FIELD, here.lookup.start_form(process.text) or "", here)
        case clauses.Emit(event, arguments):
            yield from _slots(part, here, "event")
            yield from _arguments(arguments, Sort.ARGUMENT, event.text, here)
        case clauses.Deemed(_, outcome):
            if outcome.text in here.words:
                yield Occurrence(outcome.place, here.words[outcome.text])


def _items(each: clauses.EachSource) -> Ref:
    return each if isinstance(each, Ref) else each.items


def _slots(part: object, here: Here, *slots: str) -> Iterator[Occurrence]:
    for slot in slots:
        value = getattr(part, slot)
        sorts = _NAMES.get((type(part), slot))
        if sorts is None:
            if not isinstance(value, Name | Place | str):
                yield from _inside(value, here)
            continue
        for name in value if isinstance(value, tuple) else () if value is None else (value,):
            owner = here.process if sorts[0] in (Sort.STEP, Sort.CLOCK) else ""
            found = here.lookup.first(sorts, name.text, owner)
            if found is not None:
                yield Occurrence(name.place, found)


def _arguments(
    arguments: tuple[clauses.Argument, ...], sort: Sort, owner: str, here: Here
) -> Iterator[Occurrence]:
    for each in arguments:
        found = here.lookup.of(sort, each.name.text, owner)
        if found is not None:
            yield Occurrence(each.name.place, found)
        yield from _inside(each.value, replace(here, words=_members(here, found)))


# ---- dotted references


def _reference(ref: Ref, here: Here) -> Iterator[Occurrence]:
    for name, symbol in zip(ref.parts, meanings(ref, here), strict=True):
        if symbol is not None:
            yield Occurrence(name.place, symbol)


def meanings(ref: Ref, here: Here) -> tuple[Symbol | None, ...]:
    """What each word of a reference stands for; None for a built-in word or an unknown one."""
    first = ref.parts[0].text
    if first == "本案":
        return (None, *_of_nodes(ref.parts[1:], here))
    if len(ref.parts) == 1 and first in here.words:
        return (here.words[first],)
    start = _first_word(first, here)
    return (start, *_following(start, ref.parts[1:], here))


def _first_word(word: str, here: Here) -> Symbol | None:
    known = here.lookup
    if word in here.elements:
        return here.elements[word][0]
    candidates = (
        known.of(Sort.FIELD, word, here.form or ""),
        known.of(Sort.INPUT, word, here.decision or ""),
        known.of(Sort.DATA, word, here.process),
        known.of(Sort.FORM, word),
        known.of(Sort.PARAMETER, word),
        known.node(here.process, word),
        known.first((Sort.TABLE, Sort.RULE, Sort.REGISTER, Sort.STATISTIC), word),
        known.member(word, None),
    )
    return next((found for found in candidates if found is not None), None)


def _following(symbol: Symbol | None, rest: tuple[Name, ...], here: Here) -> Iterator[Symbol | None]:
    """The words behind a dot: fields of a form, of the entries of a list, columns of a register."""
    for name in rest:
        symbol = None if symbol is None else _below(symbol, name.text, here)
        yield symbol


def _below(symbol: Symbol, word: str, here: Here) -> Symbol | None:
    match symbol.sort:
        case Sort.FORM:
            return here.lookup.of(Sort.FIELD, word, symbol.name)
        case Sort.FIELD:
            form = here.lookup.element_form(symbol)
            entry = here.elements.get(symbol.name)
            owner = form or ("" if entry is None else entry[1])
            return here.lookup.of(Sort.FIELD, word, owner)
        case Sort.REGISTER:
            return here.lookup.of(Sort.COLUMN, word, symbol.name)
        case Sort.BLOCK:
            return here.lookup.of(Sort.BRANCH, word, here.process)
        case _:
            return None


def _of_nodes(parts: tuple[Name, ...], here: Here) -> Iterator[Symbol | None]:
    for position, name in enumerate(parts):
        yield here.lookup.node(here.process, name.text) if position == 0 else None


def _node_reference(ref: Ref, here: Here) -> Iterator[Occurrence]:
    """块.分支 or a step, of a 退回."""
    for name in ref.parts:
        found = here.lookup.node(here.process, name.text)
        if found is not None:
            yield Occurrence(name.place, found)


def _with_element(here: Here, items: Ref) -> Here:
    """Inside a walk over a list its entry is called by the last word of the list."""
    last = meanings(items, here)[-1]
    form = here.lookup.element_form(last)
    if last is None or form is None:
        return here
    return replace(here, elements={**here.elements, items.last.text: (last, form)})


# ---- words that only the other side explains


def _choices(other: object, here: Here) -> Mapping[str, Symbol]:
    """The words that a value may be compared with: members of its enumeration, outcomes of its step."""
    match other:
        case expressions.OutcomeWord():
            return here.words
        case Ref(parts) if parts[0].text == "本案" and len(parts) == 3 and parts[2].text == "结论":
            return here.lookup.owned(Sort.OUTCOME, f"{here.process}.{parts[1].text}")
        case Ref():
            return _members(here, meanings(other, here)[-1])
        case expressions.Call(function):
            return _result_members(here, function.text)
        case _:
            return {}


def _members(here: Here, symbol: Symbol | None) -> Mapping[str, Symbol]:
    enumeration = here.lookup.enumeration(symbol)
    return {} if enumeration is None else here.lookup.owned(Sort.MEMBER, enumeration)


def _result_members(here: Here, decision: str) -> Mapping[str, Symbol]:
    symbol = here.lookup.first((Sort.TABLE, Sort.RULE), decision)
    declaration = None if symbol is None else symbol.declaration
    if not isinstance(declaration, declarations.Table | declarations.Rule):
        return {}
    return here.lookup.owned(Sort.MEMBER, declaration.type.name.text)


def _column_choices(column: declarations.Column, here: Here) -> Mapping[str, Symbol]:
    match column:
        case declarations.InputColumn(ref):
            return _members(here, meanings(ref, here)[-1])
        case declarations.ResultColumn():
            return _result_members(here, here.decision or "")
        case _:
            return {}
