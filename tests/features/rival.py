"""Another process on the same database: does what it is told, a line a time; dies at a commit when asked to."""

import sys
from datetime import datetime

from engine import Refusal, open_engine
from tests.faults.dying import Doom


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    url, moment = sys.argv[1:3]
    doom = Doom()
    doom.install()
    with open_engine(url, clock=lambda: datetime.fromisoformat(moment)) as engine:
        if "die" in sys.argv[3:]:
            doom.arm("before")  # everything is written then, and nothing committed
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
