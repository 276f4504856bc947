"""Numbers of cases and documents: “润隐〔{年}〕{序号}号”."""


def numbered(pattern: str, year: int, sequence: int) -> str:
    """Fill a numbering pattern with the year and the position in its series."""
    return pattern.replace("{年}", str(year)).replace("{序号}", str(sequence))
