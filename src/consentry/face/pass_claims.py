"""What a journey pass says: the claims of a CBOR web token (RFC 8392) and some of its own.

Own claims stand below -65536, the range for private use (RFC 8392, 9.1). Nothing in a pass names the traveller: the
receipt's number, the journey, the touchpoints, and a template that only a matching face unlocks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from consentry.consent.purposes import Purpose
from consentry.core.errors import MalformedError
from consentry.face.pass_cbor import read_cbor, write_cbor

_ISSUER, _EXPIRES, _BEGINS, _MADE, _ID = 1, 4, 5, 6, 7
"""iss, exp, nbf, iat, cti (RFC 8392, 3.1)."""
_AIRPORT, _JOURNEY, _TOUCHPOINTS, _MODEL, _TEMPLATE, _RECEIPT, _STATUS = range(-70001, -70008, -1)
_NAMED = {
    _ISSUER: "issuer", _EXPIRES: "expiry", _BEGINS: "begin", _MADE: "time of issue", _ID: "number",
    _AIRPORT: "airport", _JOURNEY: "journey", _TOUCHPOINTS: "touchpoints", _MODEL: "model", _TEMPLATE: "template",
    _RECEIPT: "receipt", _STATUS: "status",
}  # fmt: skip
ID_BYTES = 16
"""bytes of a pass's number: chosen at random, no two are ever alike."""
_AIRPORTS = re.compile(r"[A-Z0-9]{3,4}")
"""IATA or ICAO code."""
_WORD = re.compile(r"[^\x00-\x1f]{1,64}")
_LAST = 253_402_300_799
"""s UTC: the end of the year 9999."""


@dataclass(frozen=True, slots=True, repr=False)
class Claims:
    """The claims of one pass. It does not print itself."""

    issuer: str
    id: bytes
    """16 random bytes."""
    begin: int
    """s UTC from which it counts."""
    end: int
    """s UTC from which it counts no more."""
    made: int
    """s UTC."""
    airport: str
    """IATA or ICAO code."""
    journey: str
    touchpoints: Mapping[Purpose, tuple[str, ...]]
    """Where it may be shown, for which purpose."""
    model: str
    """Embedder of the template."""
    template: bytes
    """int8, see ``quantised``."""
    receipt: str
    """Number of the consent receipt."""
    status: int
    """Its place in the issuer's list of revoked passes."""

    def __repr__(self) -> str:
        """The airport alone."""
        return f"Claims(airport={self.airport!r})"

    def to_bytes(self) -> bytes:
        """As CBOR."""
        return write_cbor(
            {
                _ISSUER: self.issuer,
                _EXPIRES: self.end,
                _BEGINS: self.begin,
                _MADE: self.made,
                _ID: self.id,
                _AIRPORT: self.airport,
                _JOURNEY: self.journey,
                _TOUCHPOINTS: {one.value: list(names) for one, names in self.touchpoints.items()},
                _MODEL: self.model,
                _TEMPLATE: self.template,
                _RECEIPT: bytes.fromhex(self.receipt),
                _STATUS: self.status,
            }
        )

    @classmethod
    def parse(cls, content: bytes) -> "Claims":
        """Read claims.

        Raises:
            MalformedError: they are none, or one of them is not what it must be.
        """
        told = read_cbor(content, "claims of a pass")
        if not isinstance(told, Mapping) or set(told) != set(_NAMED):
            raise MalformedError(f"claims of a pass: expected exactly {', '.join(_NAMED.values())}")
        return cls(
            _word(told, _ISSUER),
            _bytes(told, _ID, ID_BYTES, ID_BYTES),
            _time(told, _BEGINS),
            _time(told, _EXPIRES),
            _time(told, _MADE),
            _word(told, _AIRPORT, _AIRPORTS),
            _word(told, _JOURNEY),
            _touchpoints(told[_TOUCHPOINTS]),
            _word(told, _MODEL),
            _bytes(told, _TEMPLATE, 1, 1_024),
            _bytes(told, _RECEIPT, 16, 16).hex(),
            _number(told, _STATUS, 2**31),
        )


def whole_seconds(at: float) -> int:
    """A time as a pass has it.

    Raises:
        ValueError: it is no time between 1970 and the year 9999.
    """
    if not isfinite(at) or not 0 <= at <= _LAST:
        raise ValueError(f"expected a time between 1970 and the year 9999, came {at}")
    return int(at)


def _word(told: Mapping[object, object], claim: int, form: re.Pattern[str] = _WORD) -> str:
    value = told[claim]
    if not isinstance(value, str) or not form.fullmatch(value):
        raise MalformedError(f"claims of a pass: expected the {_NAMED[claim]} as a word")
    return value


def _bytes(told: Mapping[object, object], claim: int, least: int, most: int) -> bytes:
    value = told[claim]
    if not isinstance(value, bytes) or not least <= len(value) <= most:
        raise MalformedError(f"claims of a pass: expected the {_NAMED[claim]} in {least}-{most} bytes")
    return value


def _number(told: Mapping[object, object], claim: int, most: int) -> int:
    value = told[claim]
    if type(value) is not int or not 0 <= value <= most:
        raise MalformedError(f"claims of a pass: expected the {_NAMED[claim]} as a whole number up to {most}")
    return value


def _time(told: Mapping[object, object], claim: int) -> int:
    return _number(told, claim, _LAST)


def _touchpoints(value: object) -> dict[Purpose, tuple[str, ...]]:
    found: dict[Purpose, tuple[str, ...]] = {}
    if not isinstance(value, Mapping) or not value:
        raise MalformedError("claims of a pass: expected touchpoints by purpose")
    for purpose, names in value.items():
        known = purpose in set(Purpose)
        if not known or not isinstance(names, list | tuple) or not names:
            raise MalformedError("claims of a pass: expected names of touchpoints for a known purpose")
        if not all(isinstance(name, str) and _WORD.fullmatch(name) for name in names):
            raise MalformedError("claims of a pass: expected names of touchpoints as words")
        found[Purpose(purpose)] = tuple(str(name) for name in names)
    return found
