"""The first process of dsl/README.md, which a new author copies."""

from pathlib import Path

README = Path("dsl/README.md")


def first_process() -> str:
    """Return its text."""
    blocks = README.read_text(encoding="utf-8").split("```")[1::2]
    (example,) = [block.lstrip("\n") for block in blocks if "规程 小餐饮备案" in block]
    return example
