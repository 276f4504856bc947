"""Another process on the same database: does what it is told, a line a time; dies at a commit when asked to."""

import os
import signal
import sys
from datetime import datetime

from engine import Refusal, open_engine
from engine.store import Session


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def die_at_commit() -> None:
    """Cut the power when everything is written and nothing is committed."""
    command = Session.command

    def dying(session: Session, text: str) -> None:
        if text == "COMMIT":
            os.kill(os.getpid(), signal.SIGKILL)
        command(session, text)

    Session.command = dying  # type: ignore[method-assign,assignment]  # only in a process that is about to die


def main() -> None:
    url, moment = sys.argv[1:3]
    with open_engine(url, clock=lambda: datetime.fromisoformat(moment)) as engine:
        if "die" in sys.argv[3:]:
            die_at_commit()
        say("ready")
        for line in sys.stdin:
            operation, item, by, *opinion = line.split()
            note = " ".join(opinion) or None
            try:
                if operation == "tick":
                    engine.tick()
                elif operation == "recall":
                    engine.act(item, "recall", by=by)
                else:
                    outcome = "同意" if note else None
                    engine.complete(item, by=by, outcome=outcome, note=note)
            except Refusal as refusal:
                say(f"refused {refusal.code} {refusal.text}")
            else:
                say("done")


if __name__ == "__main__":
    main()
