"""Good definitions with one line or word changed, as a hand slips: left out, written twice, exchanged."""

import re
from collections.abc import Iterator
from random import Random

WORD = re.compile(r"\w+")


def mutants(text: str, count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield what was done, and the text in which it was done once."""
    random = Random(seed)
    lines = text.split("\n")
    written = [number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")]
    words = sorted({word for line in lines for word in WORD.findall(line)})
    for _ in range(count):
        at, changed = random.choice(written), list(lines)
        match random.choice(("left out", "twice", "exchanged", "word left out", "other word")):
            case "left out":
                del changed[at]
                did = "left out"
            case "twice":
                changed.insert(at, lines[at])
                did = "written twice"
            case "exchanged":
                other = random.choice(written)
                changed[at], changed[other] = changed[other], changed[at]
                did = f"exchanged with line {other + 1}"
            case "word left out":
                found = random.choice(list(WORD.finditer(lines[at])) or [None])
                changed[at] = (
                    lines[at] if found is None else lines[at][: found.start()] + lines[at][found.end() :]
                )
                did = "a word left out"
            case _:
                word = random.choice(words)
                changed[at] = WORD.sub(word, lines[at], count=1)
                did = f"its first word now {word}"
        yield f"line {at + 1} {did}", "\n".join(changed)
