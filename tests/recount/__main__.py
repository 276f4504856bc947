"""Recount a database that `anliu year` made: python -m tests.recount URL FIRST LAST."""

import sys
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic

from engine import open_engine
from tests.recount.compare import recount


def main(url: str, first: str, last: str) -> int:
    """Print what differs; return 1 when anything does."""
    begun, until = monotonic(), date.fromisoformat(last)
    with open_engine(url) as engine:
        midnight = datetime.combine(until + timedelta(days=1), time(), engine.zone)
    with open_engine(url, clock=lambda: midnight.astimezone(UTC)) as engine:
        found = recount(engine, engine.organisation().auditors[0], date.fromisoformat(first), until)
    for difference in found.differences[:50]:
        sys.stdout.write(f"{difference}\n")
    sys.stdout.write(
        f"{found.cases} 件，例行 {found.owed} 项；比对 {found.compared} 处，不一致 {len(found.differences)} 处；"
        f"{monotonic() - begun:.0f} 秒\n"
    )
    return int(bool(found.differences))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
