"""抽取: freeze who may be drawn, draw by lot, and write both into the history."""

from engine.case_scope import CaseScope
from engine.commands import Forms
from engine.deciding.authority import require_no_conflict
from engine.deciding.draft import Draft
from engine.deciding.effects import submit
from engine.definition import Draw, Step
from engine.events import Drawn
from engine.lots import drawn
from engine.refusals import MustRecuse, TooFewToDraw
from engine.values import Kind, Value


def draw_lots(draft: Draft, step: Step, number: int, scope: CaseScope) -> None:
    """Draw for a step that is reached.

    Raises:
        TooFewToDraw: the pool is smaller than what is to be drawn.
    """
    for draw in step.draws:
        pool = tuple(
            account
            for account in sorted(set(draft.facts.holders(draw.role, None, None)))
            if _may_be_drawn(draft, step, draw, scope, account)
        )
        if len(pool) < draw.count:
            raise TooFewToDraw(step.name, draw.role, len(pool), draw.count)
        seed = draft.facts.seed()
        chosen = drawn(pool, seed, draw.count)
        form, field = draw.field.form, draw.field.field
        draft.emit(Drawn(number, scope.key, form, field, draw.role, pool, seed, chosen))
        submit(draft, form, scope.key, {field: _value(draft, draw, chosen)}, number)


def _may_be_drawn(draft: Draft, step: Step, draw: Draw, scope: CaseScope, account: str) -> bool:
    about = draft.scope(scope.region, scope.key, elements={**scope.elements, draw.role: account})
    if not draft.holds(draw.condition, about):
        return False
    try:
        for recusal in step.recusals:
            require_no_conflict(draft, step, recusal, scope, account)
    except MustRecuse:
        return False
    return True


def _value(draft: Draft, draw: Draw, chosen: tuple[str, ...]) -> Value:
    """A list of people, or the one person that the field holds."""
    field = draft.graph.fields[draw.field.form, draw.field.field]
    return chosen[0] if field.type.kind is Kind.PERSON else chosen


def with_drawn(step: Step, given: Forms, scope: CaseScope) -> Forms:
    """Return forms as given, with what was drawn put back: whoever fills the rest of the form cannot change it."""
    forms = dict(given)
    for draw in step.draws:
        form, field = draw.field.form, draw.field.field
        if form in step.fills:
            forms[form] = {**forms.get(form, {}), field: scope.field(form, field)}
    return forms
