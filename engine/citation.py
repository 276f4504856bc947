"""Where a rule comes from: a place in a law."""

from engine.record import record


@record
class Citation:
    """A place in a law: 《安全生产法》第四十一条第二款. `unverified` marks 待核实 and travels to every screen."""

    law: str
    article: str = ""
    unverified: bool = False
