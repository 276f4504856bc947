"""A worker: a real process with the engine in it, which does what clients ask until it is killed."""

import signal
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from random import Random

from engine import Engine, Refusal
from engine.edge_refusals import DatabaseBusy
from tests.faults.dying import Doom
from tests.faults.orders import Answer, Arm, CarryOut, Done, Order, Propose, Refused, Tick, Unknown
from tests.faults.proposing import propose
from tests.faults.town import open_town

THREADS = 3


def serve(pipe: Connection, url: str, origin: float) -> None:
    """Answer orders (ticket, order) with (ticket, answer), several at a time, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    doom, writing = Doom(), threading.Lock()
    doom.install()

    def reply(engine: Engine, ticket: int, order: Order) -> None:
        said = answered(engine, doom, order)
        with writing:
            pipe.send((ticket, said))

    with open_town(url, origin) as engine, ThreadPoolExecutor(THREADS) as threads:
        while True:
            try:
                ticket, order = pipe.recv()
            except EOFError:
                return
            threads.submit(reply, engine, ticket, order)


def answered(engine: Engine, doom: Doom, order: Order) -> Answer:
    """Carry an order out and say what came of it."""
    try:
        match order:
            case Arm(point):
                doom.arm(point)
                return None
            case Propose(user, seed):
                return propose(engine, user, Random(seed))
            case Tick():
                return engine.tick()
            case CarryOut():
                return _carried_out(engine, order)
    except DatabaseBusy as busy:
        return Unknown(busy.code)
    except Refusal as refusal:
        return Refused(refusal.code, refusal.text)
    except Exception:  # noqa: BLE001 -- the client must hear of it, the judge will
        return Unknown(f"crash: {traceback.format_exc(limit=-4)}")


def _carried_out(engine: Engine, order: CarryOut) -> Done:
    asked = order.proposal
    match asked.op:
        case "start":
            form = {**asked.form, "名称": order.mark}
            done = engine.start(asked.target, by=asked.user, form=form, key=order.key)
        case "complete":
            done = engine.complete(
                asked.target,
                by=asked.user,
                outcome=asked.to or None,
                form={**asked.form, "名称": order.mark} if asked.form else None,
                key=order.key,
            )
        case operation:
            done = engine.act(
                asked.target, operation, by=asked.user, to=asked.to or None, reason=order.mark, key=order.key
            )
    return Done(done.id, done.revision, done.repeated)
