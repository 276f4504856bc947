"""Drawing lots so that anybody can draw them again: the lot of a person follows from the seed and the account alone.

Order everybody in the pool by the SHA-256 of `seed:account`, written in hexadecimal, and take the first ones. With the
pool and the seed of the history, `printf %s seed:account | sha256sum` tells the same.
"""

import hashlib
from collections.abc import Collection


def lot(seed: str, account: str) -> str:
    """Return the lot of an account."""
    return hashlib.sha256(f"{seed}:{account}".encode()).hexdigest()


def drawn(pool: Collection[str], seed: str, count: int) -> tuple[str, ...]:
    """Return the first `count` of the pool by their lots, in that order."""
    return tuple(sorted(pool, key=lambda account: (lot(seed, account), account))[:count])
