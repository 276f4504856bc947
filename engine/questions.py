"""What the holder of a work item is asked: which forms to fill, which results to choose from."""

from engine.deciding.extensions import DENY, GRANT
from engine.deciding.votes import AGREE, DISAGREE, results_of
from engine.definition import ByForm, Definition, Step
from engine.evolve_seats import find_activation
from engine.marking import Activation, Seat, SeatPart
from engine.state import CaseState


def forms_asked(definition: Definition, state: CaseState, item: int) -> tuple[str, ...]:
    """Return the forms that completing an item fills."""
    found = _place(definition, state, item)
    if found is None:
        return ()
    _, seat, step = found
    match seat.part:
        case SeatPart.LEAD | SeatPart.REGISTER:
            return step.fills
        case SeatPart.SUPPLEMENT:
            form = supplement_form(definition, state)
            return () if form is None else (form,)
        case (
            SeatPart.ASSIST
            | SeatPart.COSIGN
            | SeatPart.REVIEW
            | SeatPart.CONCUR
            | SeatPart.ISSUE
            | SeatPart.APPROVE
            | SeatPart.ADDED
            | SeatPart.HELP
        ):
            return ()


def results_asked(definition: Definition, state: CaseState, item: int) -> tuple[str, ...]:
    """Return the outcomes or votes that an item may be answered with; none: it has no result."""
    if item in state.requests:
        return (GRANT, DENY)
    if any(seat.id == item for plea in state.pleas.values() for seat in plea.seats):
        return (AGREE, DISAGREE)
    found = _place(definition, state, item)
    if found is None:
        return ()
    _, seat, step = found
    match seat.part:
        case SeatPart.LEAD | SeatPart.REGISTER:
            return step.outcomes
        case SeatPart.ASSIST | SeatPart.SUPPLEMENT:
            return ()
        case (
            SeatPart.COSIGN
            | SeatPart.REVIEW
            | SeatPart.CONCUR
            | SeatPart.ISSUE
            | SeatPart.APPROVE
            | SeatPart.ADDED
            | SeatPart.HELP
        ):
            return results_of(step.countersign if seat.voting else None)


def supplement_form(definition: Definition, state: CaseState) -> str | None:
    """Return the form that the applicant started the case with."""
    starts = (start.form for start in definition.starts if isinstance(start, ByForm))
    return next(
        (name for name in starts if (found := state.forms.get((name, ""))) and found.by == state.started_by),
        None,
    )


def _place(definition: Definition, state: CaseState, item: int) -> tuple[Activation, Seat, Step] | None:
    activation = find_activation(state, item)
    step = None if activation is None else definition.nodes[activation.node]
    if activation is None or not isinstance(step, Step):
        return None
    return activation, next(each for each in activation.seats if each.id == item), step
