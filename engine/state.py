"""The state of one case: small, bounded by what is open and by the size of the definition, not by age.

It is the fold of the case's events. Values of fields are never in it: a submission is found by its revision.
`engine.state_text` turns it into text and back.
"""

from copy import copy
from datetime import datetime

import msgspec
from msgspec import field

from engine.marking import (
    Activation,
    ClockRecord,
    Frame,
    NodeRecord,
    Opening,
    OpenLink,
    Paper,
    Parked,
    Period,
    Plea,
    Proposal,
    Request,
    Submission,
    Token,
)
from engine.occurrences import Occurrence
from engine.values import Value
from engine.views import CaseStatus

Place = tuple[int, str]
"""A node and the key of its instance."""


class CaseState(msgspec.Struct):
    """Everything a decision needs to know about a case; the dicts belong to one holder, the records are shared.

    Only `engine.evolve` writes to it, on a copy of its own.
    """

    revision: int = 0
    next: int = 1
    status: CaseStatus = CaseStatus.OPEN
    number: str = ""
    sequence: int = 0
    started_at: datetime | None = None
    occurred_at: datetime | None = None
    closed_at: datetime | None = None
    started_by: str = ""
    now: datetime | None = None  # moment of the latest group
    actor: str = ""  # of the latest group
    called: bool = False  # a step of the case that started it waits for it
    returned: str | None = None  # why it was given back to that case
    decided: bool = False  # whether any person has ever completed a step
    sealed: int = 0  # latest group with an effect that cannot be taken back
    tokens: dict[int, Token] = field(default_factory=dict)
    frames: dict[int, Frame] = field(default_factory=dict)
    openings: dict[int, Opening] = field(default_factory=dict)
    activations: dict[int, Activation] = field(default_factory=dict)
    parked: dict[Place, Parked] = field(default_factory=dict)  # by fork node and key
    requests: dict[int, Request] = field(default_factory=dict)
    records: dict[Place, NodeRecord] = field(default_factory=dict)
    returns: dict[tuple[int, int], int] = field(default_factory=dict)  # (from, to) -> times
    data: dict[str, Value] = field(default_factory=dict)
    forms: dict[tuple[str, str], Submission] = field(default_factory=dict)  # (form, key)
    changed: dict[str, int] = field(
        default_factory=dict
    )  # "form.field" -> revision of its last change of value
    clocks: dict[int, ClockRecord] = field(default_factory=dict)
    papers: dict[str, Paper] = field(
        default_factory=dict
    )  # document -> the one issued last, unless it is void
    links: dict[int, OpenLink] = field(default_factory=dict)
    periods: dict[Place, Period] = field(default_factory=dict)  # (handler, key)
    queued: dict[Place, int] = field(
        default_factory=dict
    )  # (handler, key) -> events that wait for their turn
    held: dict[Place, bool] = field(default_factory=dict)  # (handler, key): its condition when last asked
    incidents: dict[int, str] = field(default_factory=dict)  # activation -> why the engine cannot go on
    pleas: dict[int, Plea] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    consulted: tuple[str, ...] = ()  # who was addressed in a 沟通, each once
    occurrence: Occurrence | None = None  # of a recurring duty
    imported: bool = False  # from a register that was kept elsewhere
    migrated: int = 0  # latest group that put it under another version of its definition

    def copy(self) -> "CaseState":
        """Return a state whose dicts may be written to; the records in them are shared."""
        after = copy(self)
        after.tokens = self.tokens.copy()
        after.frames = self.frames.copy()
        after.openings = self.openings.copy()
        after.activations = self.activations.copy()
        after.parked = self.parked.copy()
        after.requests = self.requests.copy()
        after.records = self.records.copy()
        after.returns = self.returns.copy()
        after.data = self.data.copy()
        after.forms = self.forms.copy()
        after.changed = self.changed.copy()
        after.clocks = self.clocks.copy()
        after.papers = self.papers.copy()
        after.links = self.links.copy()
        after.periods = self.periods.copy()
        after.queued = self.queued.copy()
        after.held = self.held.copy()
        after.incidents = self.incidents.copy()
        after.pleas = self.pleas.copy()
        after.proposals = self.proposals.copy()
        return after
