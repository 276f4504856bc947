"""A work item opened for doing, as text: what is asked, why, until when, what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.definition import Form
from engine.values import FileRef
from engine.views import Entry, ItemStatus, Option, Preview, TaskView
from web.chips import ITEM_WORDS, Chip, citation_text, clock_chip, clock_notes
from web.file_links import FileLink, file_link
from web.form_texts import Texts
from web.moments import Moments
from web.operations import Attempted, Operation, operations, outcome_choices, refusal_text
from web.widgets import Catalogue, Choice, Widget, control_id, widgets_of


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """A line of the error summary: where the control is and what to write instead."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline with its computation."""

    name: str
    chip: Chip
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The controls of one form."""

    name: str
    widgets: tuple[Widget, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody did or wrote in a step before."""

    who: str
    when: str
    step: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskPage:
    """What `task.html` prints."""

    address: str
    step: str
    title: str
    case_number: str
    case_address: str
    process: str
    come_from: str
    role: str
    note: str
    clock: Clock | None
    sections: tuple[Section, ...]
    outcomes: tuple[Choice, ...]
    outcome_error: str
    facts: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    evidence: tuple[FileLink, ...]
    basis: tuple[str, ...]
    following: tuple[tuple[str, tuple[str, ...]], ...]
    missed: tuple[str, ...]
    final: str  # what cannot be undone once submitted
    opinions: tuple[Opinion, ...]
    operations: tuple[Operation, ...]
    back: str  # id of the part that returns the item
    may_complete: bool
    blocked: str
    claim: bool
    draft_at: str
    revision: int
    errors: tuple[ErrorLink, ...]
    is_external: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a refused submission held: texts as typed, sentences by control, and what was attempted."""

    texts: Texts
    errors: Mapping[str, str]
    operation: str = "complete"
    error: str = ""


def task_page(
    view: TaskView,
    texts: Texts,
    catalogue: Catalogue,
    forms: Mapping[str, Form],
    moments: Moments,
    attempt: Attempt | None = None,
    evidence: Sequence[FileRef] = (),
) -> TaskPage:
    """Make the page of a work item.

    Args:
        view: the engine's answer.
        texts: controls as they begin (draft or defaults), or as they were typed when something was wrong.
        catalogue: what may be chosen.
        forms: all forms of the definition, for operations that ask for one.
        moments: how times are printed.
        attempt: the submission that was refused, if one was.
        evidence: photos and files of the case.
    """
    item = view.item
    possible = operations(
        view.options,
        f"/tasks/{item.id}",
        forms,
        catalogue,
        Attempted(attempt.operation, attempt.texts, attempt.errors, attempt.error) if attempt else None,
    )
    complete = _option(view.options, "complete")
    main_errors = attempt.errors if attempt and attempt.operation == "complete" else {}
    return TaskPage(
        address=f"/tasks/{item.id}",
        step=item.step if item.round <= 1 else f"{item.step}（第 {item.round} 次）",
        title=view.case_title,
        case_number=item.case_number,
        case_address=f"/cases/{item.case_number}",
        process=item.process,
        come_from=item.from_name,
        role=f"{item.part} {item.role}".strip()
        + (f"（代 {item.acting_for.name}）" if item.acting_for else ""),
        note=item.note,
        clock=_clock(view, moments),
        sections=tuple(
            Section(each.form.name, widgets_of(each.form, texts, main_errors, catalogue))
            for each in view.forms
        ),
        outcomes=outcome_choices(view.outcomes, "".join(texts.get("outcome", ())[:1])),
        outcome_error=main_errors.get("outcome", ""),
        facts=item.summary,
        shown=view.shown,
        evidence=tuple(map(file_link, evidence)),
        basis=tuple(map(citation_text, view.basis)),
        following=following(view.next),
        missed=view.missed,
        final=final_text(view.next),
        opinions=opinions(view.opinions, moments),
        operations=possible,
        back=next((f"op-{each.id}" for each in possible if each.name == "return" and each.allowed), ""),
        may_complete=item.status is ItemStatus.OPEN and complete is not None and complete.allowed,
        blocked=_blocked(view, complete),
        claim=any(each.operation == "claim" and each.allowed for each in view.options),
        draft_at=moments.minute(view.draft_at) if view.draft_at else "",
        revision=item.revision,
        errors=error_links(main_errors) or operation_errors(possible),
        is_external=bool(view.proof),
    )


def following(previews: Sequence[Preview]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """提交以后, outcome by outcome."""
    return tuple(
        (f"结论为“{each.outcome}”时" if each.outcome else "提交以后", each.sentences) for each in previews
    )


def final_text(previews: Sequence[Preview]) -> str:
    """Say which documents a submission issues: their numbers are used up then."""
    issued = dict.fromkeys(
        said.removeprefix("出具") for each in previews for said in each.sentences if said.startswith("出具")
    )
    return f"提交后会出具{'、'.join(issued)}并占用文号，不能删除，只能作废。" if issued else ""


def operation_errors(possible: Sequence[Operation]) -> tuple[ErrorLink, ...]:
    """The error summary of an operation that was refused: its controls, else the operation itself."""
    for each in possible:
        if each.open:
            wrong = tuple(ErrorLink(widget.id, widget.error) for widget in each.widgets if widget.error)
            return wrong or ((ErrorLink(f"op-{each.id}", each.error),) if each.error else ())
    return ()


def opinions(entries: Sequence[Entry], moments: Moments) -> tuple[Opinion, ...]:
    """What was said in the steps before."""
    return tuple(
        Opinion(
            actor_text(entry),
            moments.minute(entry.recorded_at),
            entry.step or entry.label,
            (*entry.sentences, *((f"理由：{entry.reason}",) if entry.reason else ())),
        )
        for entry in entries
    )


def actor_text(entry: Entry) -> str:
    """Name of who acted, with the principal of a stand-in."""
    return entry.actor.name if not entry.acting_for else f"{entry.actor.name}（代 {entry.acting_for.name}）"


def error_links(errors: Mapping[str, str]) -> tuple[ErrorLink, ...]:
    """The error summary, one line a control."""
    return tuple(
        ErrorLink("outcome" if name == "outcome" else control_id(name), sentence)
        for name, sentence in errors.items()
    )


def _clock(view: TaskView, moments: Moments) -> Clock | None:
    clock = view.item.clock
    chip = clock_chip(clock)
    return None if clock is None or chip is None else Clock(clock.name, chip, clock_notes(clock, moments))


def _option(options: Sequence[Option], operation: str) -> Option | None:
    return next((each for each in options if each.operation == operation), None)


def _blocked(view: TaskView, complete: Option | None) -> str:
    if view.item.status is not ItemStatus.OPEN:
        return f"这件事的状态是“{ITEM_WORDS[view.item.status]}”，不能再办理。"
    if complete is None or complete.allowed:
        return ""
    return refusal_text(complete.reason, complete.hint, complete.article)
