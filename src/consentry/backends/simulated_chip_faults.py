"""Where a simulated chip can be made to err, one fault after the other (BSI TR-03105-5.1, parts ISO7816 B to G)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Step(StrEnum):
    """What the chip is doing."""

    SELECT_APPLICATION = "select application"
    SELECT_FILE = "select file"
    READ = "read"
    CHALLENGE = "challenge"
    MUTUAL = "mutual authentication"
    PACE_SELECT = "PACE select"
    PACE_NONCE = "PACE nonce"
    PACE_MAPPING = "PACE mapping"
    PACE_AGREEMENT = "PACE agreement"
    PACE_TOKEN = "PACE token"  # noqa: S105 - no password
    CHIP_SELECT = "chip authentication select"
    CHIP_AGREEMENT = "chip authentication agreement"
    ACTIVE = "active authentication"
    SECURE = "secure messaging"


class Part(StrEnum):
    """What passes there."""

    STATUS = "status"
    """The status word that the step would end with; another than 9000 takes the answer's data away."""
    MESSAGE = "message"
    """What is sealed: BAC's answer before encryption, the nonce, the block that RSA signs, a mapping proof's number."""
    VALUE = "value"
    """What the step makes: challenge, sealed nonce, public value, token, signature, bytes of a file."""
    ANSWER = "answer"
    """Everything that the step answers, with its tags."""
    SIGNED = "signed"
    """Secure messaging: the objects that the checksum is over."""
    CHECKSUM = "checksum"
    """Secure messaging: the object with the checksum."""
    OBJECTS = "objects"
    """Secure messaging: all objects of the answer."""
    WHOLE = "whole"
    """Secure messaging: the answer as it leaves the chip, status word included."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to err."""

    step: Step
    part: Part
    change: Callable[[bytes], bytes]
    """What passes in the right value's stead."""
    skip: int = 0
    """So many times it goes well first."""


def instead(value: str) -> Callable[[bytes], bytes]:
    """Bytes in hexadecimal, whatever is right."""
    return lambda _: bytes.fromhex(value)


def flipped(place: int = -1) -> Callable[[bytes], bytes]:
    """One bit of one byte the other way."""

    def change(value: bytes) -> bytes:
        altered = bytearray(value)
        altered[place] ^= 1
        return bytes(altered)

    return change


def shortened(count: int = 1) -> Callable[[bytes], bytes]:
    """The last bytes left out."""
    return lambda value: value[:-count]


def swapped(old: str, new: str) -> Callable[[bytes], bytes]:
    """One run of bytes for another, once."""
    return lambda value: value.replace(bytes.fromhex(old), bytes.fromhex(new), 1)


_NOTHING = instead("")
_STATUS_OBJECT = swapped("99029000", "")
FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "A_03 application not found": Fault(Step.SELECT_APPLICATION, Part.STATUS, instead("6A82")),
        "B_01 mutual authentication, checksum": Fault(Step.MUTUAL, Part.VALUE, flipped(-1)),
        "B_02 mutual authentication, cryptogram": Fault(Step.MUTUAL, Part.VALUE, flipped(0)),
        "B_03 mutual authentication, another challenge": Fault(Step.MUTUAL, Part.MESSAGE, flipped(0)),
        "B_03 mutual authentication refused": Fault(Step.MUTUAL, Part.STATUS, instead("6300")),
        "B_04 secure messaging given up": Fault(Step.SECURE, Part.WHOLE, instead("6988"), 2),
        "B_05 checksum missing": Fault(Step.SECURE, Part.CHECKSUM, _NOTHING, 2),
        "B_06 cryptogram missing": Fault(Step.SECURE, Part.OBJECTS, lambda value: value[value.find(b"\x99") :], 2),
        "B_07 status object missing": Fault(Step.SECURE, Part.SIGNED, _STATUS_OBJECT, 2),
        "B_07 status object taken away": Fault(Step.SECURE, Part.OBJECTS, _STATUS_OBJECT, 2),
        "B_08 checksum wrong": Fault(Step.SECURE, Part.CHECKSUM, flipped(-1), 2),
        "B_09 cryptogram wrong": Fault(Step.SECURE, Part.OBJECTS, flipped(5), 2),
        "B_10 answer cut short": Fault(Step.SECURE, Part.WHOLE, shortened(), 2),
        "C_01 file not found": Fault(Step.READ, Part.STATUS, instead("6A82")),
        "D_15 chip authentication refused": Fault(Step.CHIP_SELECT, Part.STATUS, instead("6A88")),
        "D_15 chip authentication agreement refused": Fault(Step.CHIP_AGREEMENT, Part.STATUS, instead("6300")),
        "F_08 wrong trailer": Fault(Step.ACTIVE, Part.MESSAGE, lambda value: value[:-2] + b"\x31\xcc"),
        "F_10 signature altered": Fault(Step.ACTIVE, Part.VALUE, flipped(-1)),
        "F_11 signature refused": Fault(Step.ACTIVE, Part.STATUS, instead("6985")),
        "G_08 PACE select refused": Fault(Step.PACE_SELECT, Part.STATUS, instead("6A80")),
        "G_09 nonce altered": Fault(Step.PACE_NONCE, Part.VALUE, flipped(0)),
        "G_10 nonce refused": Fault(Step.PACE_NONCE, Part.STATUS, instead("6985")),
        "G_11 nonce with tag 90": Fault(Step.PACE_NONCE, Part.ANSWER, swapped("8010", "9010")),
        "G_12 mapping refused": Fault(Step.PACE_MAPPING, Part.STATUS, instead("6300")),
        "G_13 mapping with tag 92": Fault(Step.PACE_MAPPING, Part.ANSWER, swapped("82", "92")),
        "G_14 mapping off the group": Fault(Step.PACE_MAPPING, Part.VALUE, flipped(-1)),
        "G_16 mapping cut short": Fault(Step.PACE_MAPPING, Part.VALUE, shortened()),
        "G_16 mapping empty": Fault(Step.PACE_MAPPING, Part.VALUE, _NOTHING),
        "G_17 mapping is one": Fault(Step.PACE_MAPPING, Part.VALUE, lambda value: bytes(len(value) - 1) + b"\1"),
        "G_18 agreement refused": Fault(Step.PACE_AGREEMENT, Part.STATUS, instead("6300")),
        "G_19 agreement with tag 94": Fault(Step.PACE_AGREEMENT, Part.ANSWER, swapped("84", "94")),
        "G_21 agreement off the group": Fault(Step.PACE_AGREEMENT, Part.VALUE, flipped(-1)),
        "G_22 agreement is nought": Fault(Step.PACE_AGREEMENT, Part.VALUE, lambda value: bytes(len(value))),
        "G_24 token refused": Fault(Step.PACE_TOKEN, Part.STATUS, instead("6300")),
        "G_25 token with tag 96": Fault(Step.PACE_TOKEN, Part.ANSWER, swapped("8608", "9608")),
        "G_26 token wrong": Fault(Step.PACE_TOKEN, Part.VALUE, flipped(-1)),
    }
)
"""Faults by the case of TR-03105-5.1 that they are for; each must end in a check that is not successful."""


class Faults:
    """The faults of one simulated chip, and how often each point was passed."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults
        self._passed = [0] * len(faults)

    def passes(self, step: Step, part: Part, value: bytes) -> bytes:
        """What passes in a value's stead."""
        for number, fault in enumerate(self._faults):
            if (fault.step, fault.part) == (step, part):
                self._passed[number] += 1
                if self._passed[number] > fault.skip:
                    value = fault.change(value)
        return value
