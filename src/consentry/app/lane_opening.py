"""What a traveller shows, opened: a journey pass (``wallet``), or the key of a sealed reference (``sealed``)."""

from pathlib import Path

from consentry.backends.face_pictures import read_face_picture
from consentry.backends.qr import read_qr
from consentry.backends.sealed_store import HeldReferences
from consentry.consent.profile import Construction, Permit, check_permit
from consentry.consent.purposes import NEEDED
from consentry.consent.receipt import check_consent
from consentry.core.errors import MalformedError, StorageError
from consentry.face.pass_ import FirstUse, Gate, Revoked, open_pass
from consentry.face.sealed import TravellerKey, open_reference
from consentry.face.status_list import read_list
from consentry.ledger.note import VerifierKey
from consentry.touchpoints.lane_parts import ActParts, LaneRules, Shown

PASS_BEGINS, KEY_BEGINS = b"CJP1", b"CSK1"
"""How a pass and a traveller's key begin (``face.pass_``, ``face.sealed``)."""


def pass_act(gate: Gate, permit: Permit, revoked: Revoked, first_use: FirstUse) -> ActParts:
    """Showing a journey pass.

    Args:
        gate: keys, touchpoint, purpose and airport.
        permit: for ``Construction.PASS``.
        revoked: the issuer's list of withdrawn passes.
        first_use: the touchpoint's memory.

    Raises:
        RefusedError: the profile forbids passes.
    """
    check_permit(permit, Construction.PASS)

    def opens(content: bytes, at: float) -> Shown:
        opened = open_pass(content, gate, at, revoked, first_use)
        return Shown(opened.reference, opened.receipt)

    return ActParts(read_qr, PASS_BEGINS, opens)


def key_act(held: HeldReferences, rules: LaneRules, permit: Permit) -> ActParts:
    """Showing the key of a sealed reference, which is overwritten before the face is looked at.

    Args:
        held: what lies at the airport.
        rules: of the lane: touchpoint and purpose that the consent must cover.
        permit: for ``Construction.SEALED_REFERENCE``.

    Raises:
        RefusedError: the profile forbids sealed references.
    """
    check_permit(permit, Construction.SEALED_REFERENCE)

    def opens(content: bytes, at: float) -> Shown:
        key = TravellerKey.parse(content)
        try:
            consent = held.consent(key.receipt, at)
            check_consent(consent, rules.purpose, rules.touchpoint, at, NEEDED)
            return Shown(open_reference(held.reference(key.receipt, at), key), consent.receipt_id)
        finally:
            key.wipe()

    return ActParts(read_qr, KEY_BEGINS, opens)


def status_file(path: Path, issuers: tuple[VerifierKey, ...]) -> Revoked:
    """The signed list of withdrawn passes in a file, read anew for each pass: whoever brings a newer one replaces it.

    Args:
        path: of the file; where there is none, no pass can be told from a withdrawn one, and none is taken.
        issuers: whose signature counts.
    """

    def revoked(place: int, at: float) -> bool | None:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"the list of withdrawn passes cannot be read: {error.strerror}") from error
        return read_list(content, issuers).revoked(place, at)

    return revoked


def read_shown(path: Path) -> bytes:
    """The content of what is shown as a file: the bytes of a pass or a key, or a picture of its code.

    Raises:
        StorageError: it cannot be read.
        SourceError: it is neither a pass nor a key nor a picture.
        MalformedError: the picture does not show exactly one such code.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
    if content.startswith((PASS_BEGINS, KEY_BEGINS)):
        return content
    codes = [code for code in read_qr(read_face_picture(path)) if code.startswith((PASS_BEGINS, KEY_BEGINS))]
    if len(codes) != 1:
        raise MalformedError(f"{path}: expected a pass, a key, or a picture of one code, came {len(codes)} codes")
    return codes[0]
