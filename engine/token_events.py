"""What happened to tokens, blocks and handlers."""

from engine.marking import Arrival, Entry, Frame, Opening, Parked, Period, Token
from engine.record import record
from engine.state import Place
from engine.views import ItemStatus


@record
class TokenPlaced:
    """A token stands at a node (start, next step, 转)."""

    token: Token


@record
class GatewayPassed:
    """An AND gateway took a token from every arrow into it and gave one to every flow; trails begin anew."""

    node: int
    key: str
    taken: tuple[int, ...]
    tokens: tuple[Token, ...]


@record
class StepSkipped:
    """The condition of a step was false on arrival."""

    token: int
    node: int
    key: str = ""


@record
class Forked:
    """A block began: the token that entered waits in the frame, one token for each live branch."""

    frame: Frame
    tokens: tuple[Token, ...]
    round: int


@record
class BranchAdded:
    """A growing branch got one more instance."""

    frame: int
    token: Token


@record
class BranchArrived:
    """A token reached the join of its block."""

    token: int
    frame: int
    arrival: Arrival


@record
class Joined:
    """A block is finished and its outer token goes on; `open` are late branches that run on."""

    frame: int
    token: Token
    entry: Entry
    running_on: bool = False


@record
class FrameEmptied:
    """The last late branch of a passed block has ended."""

    frame: int


@record
class Cleared:
    """Tokens were taken away with all their work; `status` is what their items are closed as."""

    tokens: tuple[int, ...]
    frames: tuple[int, ...]
    activations: tuple[int, ...]
    openings: tuple[int, ...]
    status: ItemStatus
    cause: str = ""


@record
class BlockParked:
    """暂停复用: siblings were put aside, their items wait."""

    place: Place
    parked: Parked


@record
class BranchResumed:
    """A parked branch goes on in a new activation of its block, because nothing it read has changed."""

    place: Place
    branch: int
    key: str
    tokens: tuple[Token, ...]
    frames: tuple[Frame, ...] = ()


@record
class BlockDropped:
    """Parked siblings are given up (those that were not resumed)."""

    place: Place
    frames: tuple[int, ...] = ()
    activations: tuple[int, ...] = ()
    undone: tuple[Place, ...] = ()


@record
class TokenReturned:
    """退回: the token stands again at an earlier node; `undone` completions no longer count."""

    origin: int
    target: int
    key: str
    token: Token
    undone: tuple[Place, ...] = ()


@record
class WentStraightBack:
    """直送: the token passed the steps that stayed valid; `redone` count again."""

    token: Token
    redone: tuple[Place, ...] = ()


@record
class HandlerStarted:
    """A handler runs beside its scope."""

    opening: Opening
    token: Token


@record
class HandlerEnded:
    """A handler is over; nothing else changes."""

    opening: int
    token: int


@record
class HandlerQueued:
    """How many events wait for a handler that is open."""

    handler: int
    key: str
    waiting: int


@record
class PeriodSet:
    """When a periodic handler starts next; None: its scope was left."""

    handler: int
    key: str
    period: Period | None


@record
class PeriodMissed:
    """A period came while the former item was still open."""

    handler: int
    key: str
    times: int


@record
class ConditionNoted:
    """Whether the condition of a handler holds, so that it starts once each time it becomes true."""

    handler: int
    key: str
    holds: bool
