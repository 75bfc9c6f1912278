"""Ways to spoil an input: some know that it is TLV, some that it is a zone's text, some know nothing.

A byte changed anywhere is mostly refused at the first length that no longer fits. So most mutations here keep the
lengths around them right, and reach the parsers behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

LONGEST = 100_000
"""bytes of a mutated input: longer ones only show how fast Python refuses by length."""
_DEEPEST, _MOST_NODES = 24, 3000
_TAGS = (0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x17, 0x18, 0x24, 0x30, 0x31, 0x80, 0x87, 0x8E, 0x99, 0xA0, 0xA1,
         0xA3, 0x5F1F, 0x5F2E, 0x61, 0x65, 0x6E, 0x75, 0x77, 0x7F2E, 0x7F60, 0x7F61, 0x5C, 0x1FFFFFFF)  # fmt: skip
_LENGTHS = (b"\x80", b"\0", b"\x84\xff\xff\xff\xff", b"\x83\xff\xff\xff", b"\x81\x01", b"\xff")
_BYTES = (0x00, 0x01, 0x7F, 0x80, 0x81, 0x84, 0x85, 0xFE, 0xFF, 0x1F, 0x30, 0x31)
_CHARACTERS = (
    "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<<< \n\r\t\u00df\u0130\u0660\u0968\u2460\u00b2\u2028\ud800\U0001f600\0k"
)
Mutator = Callable[[bytes, Random, Sequence[bytes]], bytes]
"""An input, the dice, other inputs of the same parser; gives another input."""


@dataclass(slots=True)
class _Node:
    """One element; its inside as elements where it reads as such."""

    tag: bytes
    inside: "list[_Node] | None"
    value: bytes
    lead: bytes = b""
    """Of a bit string: the byte that counts unused bits."""
    length: bytes | None = None
    """Instead of the right one."""

    def write(self) -> bytes:
        value = self.value if self.inside is None else self.lead + b"".join(one.write() for one in self.inside)
        return self.tag + (_length(len(value)) if self.length is None else self.length) + value


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def _read(data: bytes, depth: int = 0) -> list[_Node] | None:
    """All of some bytes as elements; None: they are none."""
    nodes, at = [], 0
    while at < len(data):
        end = at + 1
        if data[at] & 0x1F == 0x1F:
            while end < len(data) and data[end] & 0x80:
                end += 1
            end += 1
        tag, at = data[at:end], end
        if at >= len(data):
            return None
        size, at = data[at], at + 1
        if size > 0x80:
            size, at = int.from_bytes(data[at : at + size - 0x80], "big"), at + size - 0x80
        if size == 0x80 or at + size > len(data) or not tag[0]:
            return None
        nodes.append(_node(tag, data[at : at + size], depth))
        at += size
    return nodes


def _node(tag: bytes, value: bytes, depth: int) -> _Node:
    """Octet strings and bit strings are looked into as well: certificates and content hide there."""
    lead = value[:1] if tag == b"\x03" else b""
    within = tag[0] & 0x20 or tag in {b"\x03", b"\x04"}
    inside = _read(value[len(lead) :], depth + 1) if within and len(value) > 2 and depth < _DEEPEST else None
    return _Node(tag, inside, value, lead)


def _all(nodes: list[_Node]) -> list[tuple[list[_Node], int]]:
    found = []
    for place, node in enumerate(nodes):
        found.append((nodes, place))
        if node.inside is not None:
            found += _all(node.inside)
    return found


def _change(nodes: list[_Node], dice: Random, others: Sequence[bytes]) -> None:
    """Change one element somewhere."""
    there = _all(nodes)
    if len(there) < _MOST_NODES:  # else the last change doubled so much that this input is large enough
        siblings, place = dice.choice(there)
        dice.choice(_CHANGES)(siblings, place, dice, others)


def _retag(siblings: list[_Node], place: int, dice: Random, _: Sequence[bytes]) -> None:
    siblings[place].tag = _tag(dice)


def _relength(siblings: list[_Node], place: int, dice: Random, _: Sequence[bytes]) -> None:
    siblings[place].length = dice.choice((*_LENGTHS, bytes([dice.randrange(256)])))


def _drop(siblings: list[_Node], place: int, _: Random, __: Sequence[bytes]) -> None:
    del siblings[place]


def _repeat(siblings: list[_Node], place: int, dice: Random, _: Sequence[bytes]) -> None:
    most = LONGEST // len(siblings[place].write())
    siblings[place:place] = [siblings[place]] * min(most, dice.choice((1, 1, 2, 8, 60, 300)))


def _swap(siblings: list[_Node], place: int, dice: Random, _: Sequence[bytes]) -> None:
    other = dice.randrange(len(siblings))
    siblings[place], siblings[other] = siblings[other], siblings[place]


def _refill(siblings: list[_Node], place: int, dice: Random, _: Sequence[bytes]) -> None:
    size = dice.choice((0, 1, 2, 4, 8, 20, 64, 300, 5000))
    siblings[place] = _Node(siblings[place].tag, None, _noise(dice, size))


def _nest(siblings: list[_Node], place: int, dice: Random, _: Sequence[bytes]) -> None:
    for _turn in range(dice.choice((1, 2, 5, 16, 17, 40, 100))):
        siblings[place] = _Node(dice.choice((siblings[place].tag, b"\x30", b"\x24", b"\xa0")), [siblings[place]], b"")


def _transplant(siblings: list[_Node], place: int, dice: Random, others: Sequence[bytes]) -> None:
    found = _all(_read(dice.choice(others)) or [])
    if found:
        far, there = dice.choice(found)
        siblings[place] = far[there]


def _spoil(siblings: list[_Node], place: int, dice: Random, others: Sequence[bytes]) -> None:
    node = siblings[place]
    content = node.value if node.inside is None else b"".join(one.write() for one in node.inside)
    siblings[place] = _Node(node.tag, None, blind(content, dice, others))


_CHANGES = (_retag, _relength, _drop, _repeat, _swap, _refill, _nest, _transplant, _spoil, _spoil)


def _tag(dice: Random) -> bytes:
    tag = dice.choice(_TAGS) if dice.random() < 0.7 else dice.randrange(1, 256)
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big")


def _noise(dice: Random, size: int) -> bytes:
    kind = dice.randrange(5)
    if kind == 0:
        return b"\x30\x80" * (size // 2)  # each holds the next, and none ends
    return bytes([dice.choice(_BYTES)]) * size if kind == 1 else dice.randbytes(size)


def structured(data: bytes, dice: Random, others: Sequence[bytes]) -> bytes:
    """Change elements of TLV, lengths around them right again."""
    nodes = _read(data)
    if not nodes:
        return blind(data, dice, others)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if nodes:
            _change(nodes, dice, others)
    return b"".join(one.write() for one in nodes)[:LONGEST]


def blind(data: bytes, dice: Random, others: Sequence[bytes]) -> bytes:
    """Change bits and bytes, cut, double, splice; nothing is put right."""
    spoiled = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        at = dice.randrange(len(spoiled) + 1)
        end = min(len(spoiled), at + dice.choice((1, 2, 4, 16, 100)))
        kind = dice.randrange(7)
        if kind <= 1 and at < len(spoiled):
            spoiled[at] = spoiled[at] ^ 1 << dice.randrange(8) if kind else dice.choice(_BYTES)
        elif kind == 2:
            del spoiled[at:]
        elif kind == 3:
            del spoiled[at:end]
        elif kind == 4:
            spoiled[at:at] = spoiled[at:end] * dice.choice((1, 2, 50))
        elif kind == 5:
            spoiled[at:at] = _noise(dice, dice.choice((1, 2, 8, 64)))
        else:
            other = dice.choice(others)
            begin = dice.randrange(len(other) + 1)
            spoiled[at:end] = other[begin : begin + dice.choice((4, 40, 400, len(other)))]
    return bytes(spoiled[:LONGEST])


def lettered(data: bytes, dice: Random, others: Sequence[bytes]) -> bytes:
    """Change characters of a text: those of a zone, and some that look like digits or letters and are none."""
    text = list(data.decode("utf-8", "surrogatepass"))
    for _ in range(dice.choice((1, 1, 2, 4, 20))):
        at = dice.randrange(len(text) + 1)
        kind = dice.randrange(6)
        if kind <= 2 and at < len(text):
            text[at] = dice.choice(_CHARACTERS)
        elif kind == 3:
            del text[at : at + dice.choice((1, 2, 30))]
        elif kind == 4:
            text[at:at] = text[at : at + dice.choice((1, 10, 90))] or [dice.choice(_CHARACTERS)]
        else:
            text[at:] = dice.choice(others).decode("utf-8", "surrogatepass")[at:]
    return "".join(text)[:LONGEST].encode("utf-8", "surrogatepass")


def answered(data: bytes, dice: Random, others: Sequence[bytes]) -> bytes:
    """Change answers of a recorded session: one by its bytes or its elements, or leave out, double and swap some."""
    answers = split(data)
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(answers))
        kind = dice.randrange(8)
        if kind == 0:
            answers[at] = dice.choice(answers)
        elif kind == 1 and len(answers) > 1:
            del answers[at]
        elif kind == 2:
            answers.insert(at, dice.choice(answers))
        elif kind == 3:
            answers[at] = answers[at][:-2] + dice.choice(
                (b"\x6a\x82", b"\x69\x88", b"\x62\x82", b"\x6c\x04", b"\x6b\0")
            )
        else:
            change = structured if kind < 6 else blind
            answers[at] = change(answers[at][:-2], dice, [one[:-2] for one in answers]) + answers[at][-2:]
    del others
    return join(answers)


def join(answers: Sequence[bytes]) -> bytes:
    """Answers as one input."""
    return b"".join(min(len(one), 0xFFFFFF).to_bytes(3, "big") + one[:0xFFFFFF] for one in answers)


def split(data: bytes) -> list[bytes]:
    """Such an input as answers."""
    answers, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 3], "big")
        answers.append(data[at + 3 : at + 3 + size])
        at += 3 + size
    return answers or [b"\x90\0"]
