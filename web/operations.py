"""Operations beside 提交: what a person may do with an item or a case, to whom it would do what, or why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.definition import Form
from engine.views import Option
from web.form_texts import Texts
from web.widgets import Catalogue, Choice, Widget, widgets_of

NOT_IN_LIST = ("complete", "draft", "claim", "read", "correct")
WITH_PAPER = ("stop_clock", "resume", "void", "terminate", "reopen")
GRAVE = ("terminate", "withdraw", "suspend")
LEGENDS = {
    "add_signer": "加在什么位置",
    "remind": "什么时候提醒您",
    "remove_signer": "撤去哪一席",
    "take_back": "收回哪一项",
    "return": "退回到哪里",
    "jump": "跳转到哪里",
    "sign": "核准哪一项",
    "reject": "不核准哪一项",
    "transfer": "转给谁",
}
RETURN_REASONS = ("材料不全，请补充", "填写有误，请更正", "与现场情况不符，请核实")


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """A target to choose, or one that may not be chosen and why."""

    id: str
    value: str
    label: str
    consequence: str
    allowed: bool
    reason: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation ready to print; `open` unfolds it because something in it must be corrected."""

    name: str
    label: str
    address: str
    allowed: bool
    refusal: str
    targets: tuple[TargetChoice, ...]
    people: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    chooses_person: str
    person: str
    needs_reason: bool
    id: str
    reason: str
    canned: tuple[str, ...]
    widgets: tuple[Widget, ...]
    legend: str
    takes_files: bool
    warning: str
    open: bool
    error: str


def prefix_of(option_name: str, form: str) -> str:
    """Prefix of the controls of an operation's form."""
    return f"{option_name}-{form}"


@dataclass(frozen=True, slots=True)
class Attempted:
    """The operation that was refused just now: its name and target, what was typed, what is wrong."""

    name: str
    texts: Texts
    errors: Mapping[str, str]
    error: str = ""

    def is_of(self, option: Option) -> bool:
        """Whether it was this option (several may have one name: one a clock, one a handler)."""
        return option is chosen([option], self.name, "".join(self.texts.get("to", ())[:1]))


def chosen(options: Sequence[Option], name: str, to: str) -> Option | None:
    """The option of a name; where several have it, the one that offers the target."""
    named = [option for option in options if option.operation == name]
    offering = [option for option in named if any(target.value == to for target in option.targets)]
    free = [option for option in named if not option.targets]
    return next(iter((*offering, *free)), named[0] if len(named) == 1 and not to else None)


def operations(
    options: Sequence[Option],
    address: str,
    forms: Mapping[str, Form],
    catalogue: Catalogue,
    attempted: Attempted | None = None,
) -> tuple[Operation, ...]:
    """Operations of a page, the possible ones first.

    Args:
        options: what the engine answers for this person now.
        address: where they are posted; the operation's name is appended.
        forms: forms of the definition by name.
        catalogue: what the controls offer.
        attempted: the operation that was refused just now.
    """
    shown = [option for option in options if option.operation not in NOT_IN_LIST]
    made = [
        _operation(
            option,
            number,
            address,
            forms,
            catalogue,
            attempted if attempted is not None and attempted.is_of(option) else None,
            first=all(option.operation != other.operation for other in shown[:number]),
        )
        for number, option in enumerate(shown)
    ]
    return tuple(sorted(made, key=lambda each: not each.allowed))


def _operation(
    option: Option,
    number: int,
    address: str,
    forms: Mapping[str, Form],
    catalogue: Catalogue,
    attempted: Attempted | None,
    *,
    first: bool,
) -> Operation:
    form = forms.get(option.form or "")
    texts = attempted.texts if attempted else {}
    return Operation(
        name=option.operation,
        label=option.label,
        address=f"{address}/{option.operation}",
        allowed=option.allowed,
        refusal=refusal_text(option.reason, option.hint, option.article),
        targets=_targets(option, number, texts.get("to", ())),
        people=(catalogue.own_side if option.own_side else catalogue.people) if option.people else (),
        chooses_person="person" if option.targets else "to",
        person="".join(texts.get("person", texts.get("to", ()))[:1]),
        needs_reason=option.needs_reason,
        id=option.operation if first else f"{option.operation}-{number}",
        reason="".join(texts.get("reason", ())[:1]),
        canned=RETURN_REASONS if option.operation == "return" else (),
        widgets=_widgets(option, form, texts, attempted, catalogue),
        legend=LEGENDS.get(option.operation, f"{option.label}给谁、到哪里"),
        takes_files=option.operation in WITH_PAPER and form is None,
        warning=_warning(option),
        open=attempted is not None,
        error=attempted.error if attempted else "",
    )


def _widgets(
    option: Option, form: Form | None, texts: Texts, attempted: Attempted | None, catalogue: Catalogue
) -> tuple[Widget, ...]:
    if form is None:
        return ()
    errors = attempted.errors if attempted else {}
    return widgets_of(form, texts, errors, catalogue, prefix_of(option.operation, form.name))


def _targets(option: Option, place: int, sent: Sequence[str]) -> tuple[TargetChoice, ...]:
    only = len([target for target in option.targets if target.allowed]) == 1
    return tuple(
        TargetChoice(
            f"to-{option.operation}-{place}-{number}",
            target.value,
            target.label,
            target.consequence,
            target.allowed,
            target.reason,
            target.value in sent or (only and target.allowed),
        )
        for number, target in enumerate(option.targets)
    )


def _warning(option: Option) -> str:
    if option.hint:
        return option.hint
    return f"{option.label}以后不能恢复，请核对后再{option.label}。" if option.operation in GRAVE else ""


def refusal_text(reason: str, hint: str, article: str) -> str:
    """Say why something may not be done, what to do instead, and by which article."""
    parts = [reason.rstrip("。"), hint.rstrip("。"), f"依据：{article}" if article else ""]
    return "。".join(part for part in parts if part) + "。" if any(parts) else ""


def outcome_choices(outcomes: Sequence[str], chosen: str) -> tuple[Choice, ...]:
    """Outcomes of a step as choices."""
    return tuple(
        Choice(outcome, outcome, outcome == chosen, f"outcome-{number}")
        for number, outcome in enumerate(outcomes)
    )
