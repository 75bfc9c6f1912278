"""ISO7816_G, second part: PACE with a chip that errs at one step.

The chip knows no BAC here, so that a reader that fell back on it would be told apart from one that stopped: it stops.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from consentry.backends.simulated_chip import StaticKey
from consentry.backends.simulated_chip_faults import Fault, Part, Step, flipped, instead, shortened
from consentry.document.dh_groups import DH_1024_160
from consentry.document.issuing_infos import write_chip_key, write_security_group
from consentry.document.key_derivation import Suite
from consentry.document.lds import EF_CARD_ACCESS
from consentry.document.security_infos import Mapping
from consentry.document.tlv import find, read_only, write_tlv
from document.tr03105.case import Case, Expected, Source, Trial, broken, failed
from document.tr03105.changed import with_length
from document.tr03105.odd_chips import EchoingChip
from document.tr03105.specimen import Specimen, chip_infos, laid, public_of, with_chip_mapping, with_pace

_SELECT, _NONCE, _MAPPING, _AGREEMENT, _TOKEN = (
    Step.PACE_SELECT, Step.PACE_NONCE, Step.PACE_MAPPING, Step.PACE_AGREEMENT, Step.PACE_TOKEN,
)  # fmt: skip
_NUMBERS = partial(with_pace, (0, Mapping.GENERIC, Suite.AES_128))
"""PACE in the group of 1,024 bits."""
_ALONE = partial(with_pace, (13, Mapping.INTEGRATED, Suite.AES_128))
"""PACE by integrated mapping."""
_PRIME = DH_1024_160.prime
_STATUSES = ("6A80", "6A88", "6300", "6985", "6F00")
Makers = tuple[Callable[[], Trial], ...]


def _at(step: Step, part: Part, *changes: Callable[[bytes], bytes], make: Callable[[], Specimen] = with_pace) -> Makers:
    """One document for each change of what passes at a step."""
    return tuple(laid(make, Fault(step, part, change)) for change in changes)


def _refused_at(step: Step) -> Makers:
    """One document for each status that a step may end with."""
    return _at(step, Part.STATUS, *map(instead, _STATUSES))


def _tagged(step: Step, old: int, new: int) -> Makers:
    """Another tag of the object in an answer: its second, behind 7C and its length."""

    def change(answer: bytes) -> bytes:
        place = answer.index(bytes([old]))
        return answer[:place] + bytes([new]) + answer[place + 1 :]

    return _at(step, Part.ANSWER, change)


def _number(value: int) -> Callable[[bytes], bytes]:
    """A number in the length of the right one."""
    return lambda right: value.to_bytes(max(len(right), (value.bit_length() + 7) // 8), "big")


_NO_POINTS = (
    flipped(0), flipped(1), flipped(-1), shortened(), lambda value: value + b"\0", instead(""), instead("00"),
    lambda value: b"\4" + bytes(len(value) - 1), lambda value: b"\4" + b"\xff" * (len(value) - 1),
    lambda value: bytes([2 + (value[-1] & 1)]) + value[1 : 1 + len(value) // 2],
)  # fmt: skip
"""First byte, x, y, shorter, longer, empty, infinity, nought, beyond the prime, compressed."""
_NO_NUMBERS = (
    _number(0), _number(1), _number(_PRIME - 1), _number(_PRIME), _number(_PRIME + 1), flipped(-1), instead(""),
    lambda value: value + b"\0",
)  # fmt: skip
"""Nought, one, minus one, the prime and beyond, out of the subgroup, empty, longer."""


def _echo() -> Trial:
    return replace(with_pace().trial(), chip=EchoingChip)


def _card_access(change: Callable[[bytes], bytes]) -> Specimen:
    one = with_pace()
    master = dict(one.chip.master)
    return replace(one, chip=replace(one.chip, master=master | {EF_CARD_ACCESS: change(master[EF_CARD_ACCESS])}))


def _proof(change: Callable[[bytes], bytes]) -> Makers:
    """Chip authentication mapping, the object 8A in the last answer replaced by what ``change`` makes of its value."""

    def passes(answer: bytes) -> bytes:
        parts = read_only(answer, 0x7C).children(4)
        token, proof = find(parts, 0x86), find(parts, 0x8A)
        assert token is not None
        assert proof is not None
        return write_tlv(0x7C, bytes(token.raw), change(bytes(proof.value)))

    return (laid(with_chip_mapping, Fault(_TOKEN, Part.ANSWER, passes)),)


def _proof_where_there_is_none(answer: bytes) -> bytes:
    (token,) = read_only(answer, 0x7C).children(2)
    return write_tlv(0x7C, bytes(token.raw), write_tlv(0x8A, bytes(48)))


def _group_14_of_its_own() -> Specimen:
    """Data group 14 says nothing of PACE."""
    one = with_chip_mapping()
    return replace(one, groups=dict(one.groups) | {14: write_security_group(*chip_infos())})


def _another_key(infos: tuple[bytes, ...], key: StaticKey) -> tuple[bytes, ...]:
    other = replace(key, secret=key.secret + 1)
    return (*infos, write_chip_key(key.group, public_of(other), 1))


def _no_key(infos: tuple[bytes, ...], _: StaticKey) -> tuple[bytes, ...]:
    return infos


_BROKEN, _PROOF = broken("pace"), failed("pace_chip_authentication")
Row = tuple[str, str, str, Makers, Expected]
_STATUS = f"status {', '.join(_STATUSES)}"
_ROWS: tuple[Row, ...] = (
    ("08", "the way is refused", _STATUS, _refused_at(_SELECT), _BROKEN),
    ("09", "the nonce is another", "one bit, in one block and the other",
     _at(_NONCE, Part.VALUE, flipped(0), flipped(-1)), _BROKEN),
    ("10", "first step refused", _STATUS, _refused_at(_NONCE), _BROKEN),
    ("11", "first step: another tag", "90 for 80", _tagged(_NONCE, 0x80, 0x90), _BROKEN),
    ("12", "second step refused", _STATUS, _refused_at(_MAPPING), _BROKEN),
    ("13", "second step: another tag", "92 for 82", _tagged(_MAPPING, 0x82, 0x92), _BROKEN),
    ("14", "second step: a point that is none, and nothing at all", "the chip's mapping",
     _at(_MAPPING, Part.VALUE, instead("00"), instead("")), _BROKEN),
    ("15", "second step of integrated mapping: something where nothing is laid down", "the chip's mapping",
     (*_at(_MAPPING, Part.VALUE, instead("00"), lambda _: bytes(65), make=_ALONE),
      *_at(_MAPPING, Part.STATUS, instead("6A80"), make=_ALONE)), _BROKEN),
    ("16", "second step: every part of a point wrong", "the chip's mapping",
     _at(_MAPPING, Part.VALUE, *_NO_POINTS), _BROKEN),
    ("17", "second step: every number that is none of the group", "the chip's mapping",
     _at(_MAPPING, Part.VALUE, *_NO_NUMBERS, make=_NUMBERS), _BROKEN),
    ("18", "third step refused", _STATUS, _refused_at(_AGREEMENT), _BROKEN),
    ("19", "third step: another tag", "94 for 84", _tagged(_AGREEMENT, 0x84, 0x94), _BROKEN),
    ("20", "third step: a point that is none, and nothing at all", "the chip's ephemeral key",
     _at(_AGREEMENT, Part.VALUE, instead("00"), instead("")), _BROKEN),
    ("21", "third step: every part of a point wrong", "the chip's ephemeral key",
     _at(_AGREEMENT, Part.VALUE, *_NO_POINTS), _BROKEN),
    ("22", "third step: every number that is none of the group", "the chip's ephemeral key",
     _at(_AGREEMENT, Part.VALUE, *_NO_NUMBERS, make=_NUMBERS), _BROKEN),
    ("23", "third step: the reader's own key comes back", "the chip's ephemeral key", (_echo,), failed("pace", "back")),
    ("24", "fourth step refused", _STATUS, _refused_at(_TOKEN), _BROKEN),
    ("25", "fourth step: another tag", "96 for 86", _tagged(_TOKEN, 0x86, 0x96), _BROKEN),
    ("26", "fourth step: another token", "its first bit, its last, one byte less",
     _at(_TOKEN, Part.VALUE, flipped(0), flipped(-1), shortened()), _BROKEN),
    ("27", "EF.CardAccess: lengths that do not fit", "by one, both ways",
     tuple(laid(partial(_card_access, partial(with_length, more=more))) for more in (-1, 1)), failed("pace")),
    ("29", "the proof of mapping without its tag", "8A left out, its value stays", _proof(lambda value: value),
     _BROKEN),
    ("30", "a proof that is no encrypted number", "15 bytes", _proof(lambda value: write_tlv(0x8A, value[:15])),
     _BROKEN),
    ("31", "the proof of another mapping", "the number that is sealed",
     (laid(with_chip_mapping, Fault(_TOKEN, Part.MESSAGE, flipped(-1))),), _PROOF),
    ("32", "the proof under another tag", "8B for 8A", _proof(lambda value: write_tlv(0x8B, value)), _BROKEN),
    ("33", "a proof of no bytes", "8A empty", _proof(lambda _: write_tlv(0x8A)), _BROKEN),
    ("35", "a proof where the mapping has none", "8A in generic mapping",
     (laid(with_pace, Fault(_TOKEN, Part.ANSWER, _proof_where_there_is_none)),), _BROKEN),
    ("38", "data group 14 says nothing of PACE", "data group 14", (laid(_group_14_of_its_own),), failed("card_access")),
    ("39", "EF.CardSecurity has another key than the chip", "EF.CardSecurity",
     (laid(partial(with_chip_mapping, listed=_another_key)),), _PROOF),
    ("40", "EF.CardSecurity has no key", "EF.CardSecurity", (laid(partial(with_chip_mapping, listed=_no_key)),),
     _PROOF),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, makers, expected in _ROWS:
        yield Case(f"ISO7816_G_{number}", f"PACE: {title}", altered, makers, expected, Source.TITLE)
