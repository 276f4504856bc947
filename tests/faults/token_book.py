"""Count tokens and blocks from the text of the history alone, without the engine: an audit of its book-keeping.

A token is put somewhere, and later taken away exactly once. A block is entered by a token, expects its branches, and
gives back one token when it is joined; it may be joined again only after that was taken back (撤回).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Event = Mapping[str, Any]


@dataclass
class TokenBook:
    """The tokens and blocks of one case, and what does not add up."""

    tokens: set[int] = field(default_factory=set)
    blocks: dict[int, set[str]] = field(default_factory=dict)  # branches that have not arrived yet
    joined: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def follow(self, events: Iterable[Event]) -> None:
        """Follow the events of one command."""
        for event in events:
            self._apply(event)

    def _apply(self, event: Event) -> None:
        match event["kind"]:
            case "TokenPlaced" | "TokenReturned" | "WentStraightBack" | "TokenJumped" | "CaseReopened":
                self.tokens.add(event["token"]["id"])
            case "Forked":
                self._fork(event)
            case "BranchArrived":
                self._arrive(event)
            case "Joined":
                self._join(event)
            case "Cleared":
                self.tokens.difference_update(event.get("tokens", ()))
                self._forget_blocks(event.get("frames", ()))
            case "BlockParked":
                self.tokens.difference_update(token["id"] for token in event["parked"].get("tokens", ()))
                self._forget_blocks([event["parked"]["frame"]["id"]])
            case "BranchResumed":
                self.tokens.update(token["id"] for token in event.get("tokens", ()))
                for frame in event.get("frames", ()):
                    self.blocks[frame["id"]] = _missing(frame)
            case "BlockDropped":
                self._forget_blocks(event.get("frames", ()))
            case "Recalled":
                self._recall(event)
            case "CaseFinished" | "CaseTerminated" | "CaseWithdrawn" | "CaseVoided":
                self.tokens.clear()
                self.blocks.clear()
            case _:
                pass  # it moves nothing

    def _fork(self, event: Event) -> None:
        frame = event["frame"]
        self._take(frame["outer"]["id"], "entered a block")
        self.blocks[frame["id"]] = _missing(frame)
        self.tokens.update(token["id"] for token in event.get("tokens", ()))

    def _arrive(self, event: Event) -> None:
        self._take(event["token"], "arrived at a join")
        arrival = event["arrival"]
        branch = _branch(arrival["branch"], arrival.get("key", ""))
        missing = self.blocks.get(event["frame"], set())
        if branch not in missing:
            self.faults.append(f"branch {branch} of block {event['frame']} arrived without being expected")
        missing.discard(branch)

    def _join(self, event: Event) -> None:
        number = event["frame"]
        if number in self.joined:
            self.faults.append(f"block {number} was joined twice")
        if self.blocks.pop(number, None):
            self.faults.append(f"block {number} was joined before all its branches had arrived")
        self.joined.add(number)
        self.tokens.add(event["token"]["id"])

    def _take(self, token: int, why: str) -> None:
        if token not in self.tokens:
            self.faults.append(f"token {token} {why}, but was nowhere")
        self.tokens.discard(token)

    def _forget_blocks(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.blocks.pop(number, None)

    def _recall(self, event: Event) -> None:
        self.tokens.difference_update(event.get("tokens", ()))
        self._forget_blocks(event.get("frames", ()))
        images = event["images"]
        self.tokens.update(token["id"] for token in images.get("tokens", ()))
        for frame in images.get("frames", ()):
            self.blocks[frame["id"]] = _missing(frame)
            self.joined.discard(frame["id"])
            self.tokens.discard(frame["outer"]["id"])


def _branch(number: int, key: str) -> str:
    return f"{number}/{key}"


def _missing(frame: Mapping[str, Any]) -> set[str]:
    expected = {_branch(number, key) for number, key in frame["expected"]}
    return expected - {_branch(each["branch"], each.get("key", "")) for each in frame.get("arrived", ())}
