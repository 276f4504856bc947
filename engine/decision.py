"""The answer to a command that was accepted."""

from engine.events import Event
from engine.record import Struct
from engine.state import CaseState


class Decision(Struct):
    """The events to record, in order, and the state after them. No events: nothing was to be done."""

    events: tuple[Event, ...]
    state: CaseState
