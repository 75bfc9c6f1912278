"""A simulated chip shows that it is no copy: the other side of active and chip authentication."""

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from consentry.backends.simulated_chip import ChipState, RefusedError, StaticKey
from consentry.backends.simulated_chip_faults import Step
from consentry.backends.simulated_chip_numbers import NoNumberError, arithmetic_of
from consentry.document.active_authentication import CHALLENGE, HEADER, TRAILERS
from consentry.document.apdu import Command, Response
from consentry.document.chip_channel import DYNAMIC_DATA
from consentry.document.key_agreement import EcGroup
from consentry.document.key_derivation import Suite
from consentry.document.oids import read_oid
from consentry.document.secure_messaging import SessionKeys
from consentry.document.signatures import LIBRARY_HASHES, digest
from consentry.document.tlv import Tlv, TlvError, find, read_all, read_only, write_tlv

_CONDITIONS, _WRONG_DATA, _NO_KEY, _FAILED = 0x6985, 0x6A80, 0x6A88, 0x6300


def sign(state: ChipState, command: Command) -> Response:
    """INTERNAL AUTHENTICATE: active authentication."""
    key = state.made.active_key
    if key is None or (state.controlled and not state.allowed):
        raise RefusedError(_CONDITIONS)
    if len(command.data) != CHALLENGE:
        raise RefusedError(0x6700)
    if isinstance(key, rsa.RSAPrivateKey):
        signature = _sign_hiding(state, key, command.data)
    else:
        r, s = decode_dss_signature(key.sign(command.data, ec.ECDSA(LIBRARY_HASHES[state.made.active_hash]())))
        half = (key.curve.key_size + 7) // 8
        signature = r.to_bytes(half, "big") + s.to_bytes(half, "big")
    if len(signature) > (command.expected or 0):
        raise RefusedError(0x6700)
    return state.answer(Step.ACTIVE, state.value(Step.ACTIVE, signature))


def _sign_hiding(state: ChipState, key: rsa.RSAPrivateKey, challenge: bytes) -> bytes:
    """ISO/IEC 9796-2, scheme 1, with the arithmetic by hand: the library has no signature that hides a message."""
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    length = (modulus.bit_length() + 7) // 8
    name = state.made.active_hash
    fitting = [trailer for trailer, hashed in TRAILERS.items() if hashed == name]
    trailer = fitting[0] if state.made.short_trailer else fitting[-1]
    room = length - 1 - len(digest(name)) - len(trailer)
    hidden = state.random(room)
    block = bytes([HEADER]) + hidden + digest(name, hidden, challenge) + trailer
    number = int.from_bytes(state.message(Step.ACTIVE, block), "big")
    return pow(number, numbers.d, modulus).to_bytes(length, "big")


def agree_at_once(state: ChipState, command: Command) -> Response:
    """MSE:Set KAT: chip authentication with 3DES."""
    objects = _objects(command.data)
    public = find(objects, 0x91)
    if public is None:
        raise RefusedError(_WRONG_DATA)
    return _agree(state, _key(state, objects), Suite.TRIPLE_DES, bytes(public.value), Step.CHIP_SELECT)


def select_chip_key(state: ChipState, command: Command) -> tuple[StaticKey, Suite, Response]:
    """MSE:Set AT: chip authentication with AES, first half."""
    objects = _objects(command.data)
    protocol = find(objects, 0x80)
    if protocol is None:
        raise RefusedError(_WRONG_DATA)
    try:
        arcs = (
            read_oid(read_only(write_tlv(0x06, protocol.value), 0x06)).removeprefix("0.4.0.127.0.7.2.2.3.").split(".")
        )
        suite = Suite(int(arcs[-1]))
    except (TlvError, ValueError) as error:
        raise RefusedError(_WRONG_DATA) from error
    key = _key(state, objects)
    if len(arcs) != 2 or (arcs[0] == "2") != isinstance(key.group, EcGroup):
        raise RefusedError(_WRONG_DATA)
    return key, suite, state.answer(Step.CHIP_SELECT)


def agree(state: ChipState, command: Command, key: StaticKey, suite: Suite) -> Response:
    """GENERAL AUTHENTICATE: chip authentication with AES, second half."""
    try:
        (sent,) = read_only(command.data, DYNAMIC_DATA).parts(1)
        public = bytes(read_only(sent.raw, 0x80).value)
    except TlvError as error:
        raise RefusedError(_WRONG_DATA) from error
    return _agree(state, key, suite, public, Step.CHIP_AGREEMENT, write_tlv(DYNAMIC_DATA))


def _agree(state: ChipState, key: StaticKey, suite: Suite, public: bytes, step: Step, data: bytes = b"") -> Response:
    if not state.allowed:
        raise RefusedError(_CONDITIONS)
    try:
        secret = arithmetic_of(key.group).shared(key.secret, public)
    except NoNumberError as error:
        raise RefusedError(_FAILED) from error
    answer = state.answer(step, data)
    state.following = SessionKeys.derive(secret, suite), 0
    return answer


def _key(state: ChipState, objects: tuple[Tlv, ...]) -> StaticKey:
    named = find(objects, 0x84)
    number = int.from_bytes(named.value, "big") if named is not None else None
    keys = state.made.chip_keys
    if number is None and len(keys) == 1:
        return next(iter(keys.values()))
    if number not in keys:
        raise RefusedError(_NO_KEY)
    return keys[number]


def _objects(data: bytes) -> tuple[Tlv, ...]:
    try:
        return tuple(read_all(data))
    except TlvError as error:
        raise RefusedError(_WRONG_DATA) from error
