"""ISO7816_A and B: the application, basic access control, the protected channel."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from consentry.backends.simulated_chip_faults import Fault, Part, Step, flipped, instead, swapped
from consentry.document.issuing_certificates import DAY, write_revocation_list
from consentry.document.revocation import read_revocation_list
from document.pki import NOW
from document.tr03105.case import ACCEPTED, Case, Expected, failed
from document.tr03105.specimen import Specimen, laid, plain, with_bac

_NOTHING = instead("")
_SECURE = Step.SECURE
_LATER = 3
"""Answers under protection that go well before the fault."""


def _revoked() -> Specimen:
    """The document signer is on its authority's list, which is current."""
    one = with_bac()
    crl = write_revocation_list(one.csca, NOW - DAY, NOW + DAY, {77: NOW - DAY})
    return replace(one, lists=(read_revocation_list(crl),))


def _behind_cryptogram(answer: bytes) -> bytes:
    """Status and checksum alone."""
    return answer[answer.rfind(b"\x99\x02") :]


_BAC, _CHANNEL = failed("bac"), failed("secure_messaging")
Row = tuple[str, str, str, Callable[[], Specimen], tuple[Fault, ...], Expected]
_ROWS: tuple[Row, ...] = (
    ("A_01", "a chip without access control", "nothing", plain, (), ACCEPTED),
    ("A_02", "a chip with basic access control", "nothing", with_bac, (), ACCEPTED),
    ("A_03", "no application", "status 6A82", with_bac,
     (Fault(Step.SELECT_APPLICATION, Part.STATUS, instead("6A82")),), failed("application")),
    ("B_01", "mutual authentication: checksum", "its last bit", with_bac,
     (Fault(Step.MUTUAL, Part.VALUE, flipped(-1)),), _BAC),
    ("B_02", "mutual authentication: cryptogram", "its first byte", with_bac,
     (Fault(Step.MUTUAL, Part.VALUE, flipped(0)),), _BAC),
    ("B_03", "mutual authentication: another challenge comes back", "what is sealed", with_bac,
     (Fault(Step.MUTUAL, Part.MESSAGE, flipped(0)),), _BAC),
    ("B_04", "the chip gives protection up", "6988 without objects", with_bac,
     (Fault(_SECURE, Part.WHOLE, instead("6988"), _LATER),), _CHANNEL),
    ("B_05", "an answer without checksum", "left out", with_bac,
     (Fault(_SECURE, Part.CHECKSUM, _NOTHING, _LATER),), _CHANNEL),
    ("B_06", "an answer without cryptogram", "left out", with_bac,
     (Fault(_SECURE, Part.OBJECTS, _behind_cryptogram, _LATER),), _CHANNEL),
    ("B_07", "an answer without protected status", "left out, and what remains is signed", with_bac,
     (Fault(_SECURE, Part.SIGNED, swapped("99029000", ""), _LATER),), _CHANNEL),
    ("B_08", "checksum of an answer", "its last bit", with_bac,
     (Fault(_SECURE, Part.CHECKSUM, flipped(-1), _LATER),), _CHANNEL),
    ("B_09", "cryptogram of an answer", "one bit", with_bac,
     (Fault(_SECURE, Part.OBJECTS, flipped(5), _LATER),), _CHANNEL),
    ("B_10", "the document signer is revoked", "a current revocation list of its authority", _revoked, (),
     failed("signer_revocation")),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for name, title, altered, make, faults, expected in _ROWS:
        makers = [laid(make, *faults)]
        if name == "B_03":  # two ways to fail at it: by what it says, and by a status
            makers.append(laid(make, Fault(Step.MUTUAL, Part.STATUS, instead("6300"))))
        yield Case(f"ISO7816_{name}", title, altered, tuple(makers), expected)
