"""Numbers of cases and documents: “润隐〔{年}〕{序号}号”."""


def numbered(pattern: str, year: int, sequence: int, before: int = 0) -> str:
    """Fill a numbering pattern with the year and the position in its series.

    `before`: how many papers of the same case have the number already; the next is 5-1.
    """
    position = f"{sequence}-{before}" if before else str(sequence)
    return pattern.replace("{年}", str(year)).replace("{序号}", position)
