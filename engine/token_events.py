"""What happened to tokens, blocks and handlers."""

from datetime import datetime

from engine.marking import Arrival, Entry, Frame, Opening, Parked, Period, Token
from engine.record import Happening
from engine.state import Place
from engine.views import ItemStatus


class TokenPlaced(Happening):
    """A token stands at a node (start, next step, 转)."""

    token: Token


class GatewayPassed(Happening):
    """An AND gateway took a token from every arrow into it and gave one to every flow; trails begin anew."""

    node: int
    key: str
    taken: tuple[int, ...]
    tokens: tuple[Token, ...]


class StepSkipped(Happening):
    """The condition of a step was false on arrival."""

    token: int
    node: int
    key: str = ""


class Forked(Happening):
    """A block began: the token that entered waits in the frame, one token for each live branch."""

    frame: Frame
    tokens: tuple[Token, ...]
    round: int
    at: datetime | None = None  # when it fell due, if that was noticed later


class BranchAdded(Happening):
    """A growing branch got one more instance."""

    frame: int
    token: Token


class BranchArrived(Happening):
    """A token reached the join of its block."""

    token: int
    frame: int
    arrival: Arrival


class Joined(Happening):
    """A block is finished and its outer token goes on; `open` are late branches that run on."""

    frame: int
    token: Token
    entry: Entry
    running_on: bool = False
    at: datetime | None = None  # when it fell due, if that was noticed later


class FrameEmptied(Happening):
    """The last late branch of a passed block has ended."""

    frame: int


class Cleared(Happening):
    """Tokens were taken away with all their work; `status` is what their items are closed as."""

    tokens: tuple[int, ...]
    frames: tuple[int, ...]
    activations: tuple[int, ...]
    openings: tuple[int, ...]
    status: ItemStatus
    cause: str = ""


class BlockParked(Happening):
    """暂停复用: siblings were put aside, their items wait."""

    place: Place
    parked: Parked


class BranchResumed(Happening):
    """A parked branch goes on in a new activation of its block, because nothing it read has changed."""

    place: Place
    branch: int
    key: str
    tokens: tuple[Token, ...]
    frames: tuple[Frame, ...] = ()


class BlockDropped(Happening):
    """Parked siblings are given up (those that were not resumed)."""

    place: Place
    frames: tuple[int, ...] = ()
    activations: tuple[int, ...] = ()
    undone: tuple[Place, ...] = ()


class TokenReturned(Happening):
    """退回: the token stands again at an earlier node; `undone` completions no longer count."""

    origin: int
    target: int
    key: str
    token: Token
    undone: tuple[Place, ...] = ()
    step: int | None = None  # of a finished block at `target` only this step of a branch is asked again


class WentStraightBack(Happening):
    """直送: the token passed the steps that stayed valid; `redone` count again."""

    token: Token
    redone: tuple[Place, ...] = ()


class HandlerStarted(Happening):
    """A handler runs beside its scope."""

    opening: Opening
    token: Token


class HandlerEnded(Happening):
    """A handler is over; nothing else changes."""

    opening: int
    token: int


class HandlerQueued(Happening):
    """How many events wait for a handler that is open."""

    handler: int
    key: str
    waiting: int


class PeriodSet(Happening):
    """When a periodic handler starts next; None: its scope was left."""

    handler: int
    key: str
    period: Period | None


class PeriodMissed(Happening):
    """A period came while the former item was still open."""

    handler: int
    key: str
    times: int


class ConditionNoted(Happening):
    """Whether the condition of a handler holds, so that it starts once each time it becomes true."""

    handler: int
    key: str
    holds: bool
