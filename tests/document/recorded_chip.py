"""A chip that was recorded: it knows what it is asked, word for word, and what it answers."""

from collections.abc import Callable


class RecordedChip:
    """Answers a recorded session; another command than the recorded one fails the test."""

    def __init__(self, *exchanges: tuple[str, str]) -> None:
        self._left = list(exchanges)

    def transmit(self, command: bytes) -> bytes:
        expected, answer = self._left.pop(0)
        assert command.hex() == expected
        return bytes.fromhex(answer)

    @property
    def done(self) -> bool:
        return not self._left


def numbers(*drawn: bytes) -> Callable[[int], bytes]:
    """A source that gives these bytes, one after the other, in the length that is asked for."""
    left = list(drawn)

    def draw(count: int) -> bytes:
        return left.pop(0).rjust(count, b"\0")

    return draw


def secret(value: str) -> bytes:
    """What a group must draw so that its secret is this number: one less."""
    return (int(value, 16) - 1).to_bytes((len(value) + 1) // 2, "big")
