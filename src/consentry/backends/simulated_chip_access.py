"""Access control of a simulated chip: BAC and PACE, the other side of ``document.bac`` and ``document.pace``."""

import hmac

from consentry.backends.simulated_chip import ChipState, RefusedError
from consentry.backends.simulated_chip_faults import Step
from consentry.backends.simulated_chip_numbers import Arithmetic, NoNumberError, arithmetic_of, draw, integrated
from consentry.document.apdu import Command, Response
from consentry.document.bac import CHALLENGE, KEYING, first_counter
from consentry.document.chip_channel import DYNAMIC_DATA
from consentry.document.chip_ciphers import checksum, decrypt, encrypt, encrypt_block, pad
from consentry.document.integrated_mapping import nonce_length
from consentry.document.key_derivation import KeyUse, Password, Suite, derive_key
from consentry.document.oids import write_oid
from consentry.document.pace import NONCE, token
from consentry.document.secure_messaging import SessionKeys
from consentry.document.security_infos import STANDARD_GROUPS, Mapping, PaceInfo, read_card_access
from consentry.document.tlv import Tlv, TlvError, find, read_all, read_only, write_tlv

_CARD_ACCESS = 0x011C
_FAILED, _CONDITIONS, _WRONG_DATA, _NO_KEY = 0x6300, 0x6985, 0x6A80, 0x6A88


def challenge(state: ChipState, command: Command) -> Response:
    """GET CHALLENGE."""
    if command.expected != CHALLENGE or not state.made.basic or state.made.mrz is None:
        raise RefusedError(_CONDITIONS)
    state.challenge = state.random(CHALLENGE)
    return state.answer(Step.CHALLENGE, state.value(Step.CHALLENGE, state.challenge))


def mutual(state: ChipState, command: Command) -> Response:
    """EXTERNAL (mutual) AUTHENTICATE."""
    ours, state.challenge = state.challenge, None
    if ours is None or state.made.mrz is None or not state.application:
        raise RefusedError(_CONDITIONS)
    suite, seed = Suite.TRIPLE_DES, state.made.mrz.seed
    encrypting, checking = (derive_key(seed, use, suite) for use in (KeyUse.ENCRYPT, KeyUse.AUTHENTICATE))
    sealed, mark = command.data[:-8], command.data[-8:]
    if len(sealed) != 2 * CHALLENGE + KEYING:
        raise RefusedError(0x6700)
    if not hmac.compare_digest(checksum(suite, checking, pad(sealed, 8)), mark):
        raise RefusedError(_FAILED)
    opened = decrypt(suite, encrypting, bytes(8), sealed)
    theirs, returned, material = opened[:CHALLENGE], opened[CHALLENGE : 2 * CHALLENGE], opened[2 * CHALLENGE :]
    if returned != ours:
        raise RefusedError(_FAILED)
    own = state.random(KEYING)
    sealed = encrypt(suite, encrypting, bytes(8), state.message(Step.MUTUAL, ours + theirs + own))
    answer = state.answer(Step.MUTUAL, state.value(Step.MUTUAL, sealed + checksum(suite, checking, pad(sealed, 8))))
    seed = bytes(a ^ b for a, b in zip(material, own, strict=True))
    state.following = SessionKeys.derive(seed, suite), first_counter(ours, theirs)
    state.allowed = True
    return answer


class ChipPace:
    """PACE: the steps of ``document.pace``, in their order or not at all."""

    def __init__(self, state: ChipState, info: PaceInfo, password: Password) -> None:
        self._state = state
        self._info = info
        self._password = password
        self._numbers: Arithmetic = arithmetic_of(STANDARD_GROUPS[info.group or 0])
        self._tag = STANDARD_GROUPS[info.group or 0].public_tag
        self._next = 0x80
        self._nonce = self._theirs = self._ours = b""
        self._mapping = 0
        self._keys: SessionKeys | None = None

    def step(self, command: Command) -> Response:
        """GENERAL AUTHENTICATE."""
        sent = _dynamic(command)
        if (sent.tag if sent is not None else 0x80) != {0x80: 0x80, 0x82: 0x81, 0x84: 0x83, 0x86: 0x85}[self._next]:
            raise RefusedError(_WRONG_DATA)
        if (self._next == 0x86) == bool(command.cla & 0x10):
            raise RefusedError(_WRONG_DATA)
        value = b"" if sent is None else bytes(sent.value)
        try:
            return self._steps[self._next](self, value)
        except NoNumberError as error:
            raise RefusedError(_FAILED) from error

    def _seal_nonce(self, _: bytes) -> Response:
        state, suite = self._state, self._info.suite
        length = nonce_length(suite) if self._info.mapping is Mapping.INTEGRATED else NONCE
        self._nonce, self._next = state.random(length), 0x82
        key = derive_key(self._password.secret, KeyUse.PASSWORD, suite)
        sealed = encrypt(suite, key, bytes(suite.block), state.message(Step.PACE_NONCE, self._nonce))
        return self._answer(Step.PACE_NONCE, 0x80, sealed)

    def _map(self, theirs: bytes) -> Response:
        if self._info.mapping is Mapping.INTEGRATED:
            self._numbers = integrated(self._numbers, self._info.suite, self._nonce, theirs)
            self._next = 0x84
            return self._answer(Step.PACE_MAPPING, 0x82, b"")
        self._mapping = secret = draw(self._numbers, self._state.random)
        ours = self._numbers.public(secret)
        self._numbers = self._numbers.mapped(self._nonce, secret, theirs)
        self._next = 0x84
        return self._answer(Step.PACE_MAPPING, 0x82, ours)

    def _agree(self, theirs: bytes) -> Response:
        secret = draw(self._numbers, self._state.random)
        self._ours, self._theirs = self._numbers.public(secret), theirs
        self._keys = SessionKeys.derive(self._numbers.shared(secret, theirs), self._info.suite)
        self._next = 0x86
        return self._answer(Step.PACE_AGREEMENT, 0x84, self._ours)

    def _confirm(self, theirs: bytes) -> Response:
        keys, oid = self._keys, self._info.oid
        if keys is None or not hmac.compare_digest(token(keys, oid, self._tag, self._ours), theirs):
            raise RefusedError(_FAILED)
        more = self._proof(keys) if self._info.mapping is Mapping.CHIP_AUTHENTICATION else b""
        answer = self._answer(Step.PACE_TOKEN, 0x86, token(keys, oid, self._tag, self._theirs), more)
        self._state.following, self._state.allowed = (keys, 0), True
        return answer

    def _proof(self, keys: SessionKeys) -> bytes:
        """The number that ties the mapping key to the static one."""
        static = self._state.made.mapping_key
        if static is None:
            raise RefusedError(_NO_KEY)
        order = arithmetic_of(static.group).order
        number = self._mapping * pow(static.secret, -1, order) % order
        text = self._state.message(Step.PACE_TOKEN, number.to_bytes((order.bit_length() + 7) // 8, "big"))
        vector = encrypt_block(keys.for_encryption, b"\xff" * 16)
        return write_tlv(0x8A, encrypt(keys.suite, keys.for_encryption, vector, pad(text, 16)))

    def _answer(self, step: Step, tag: int, value: bytes, more: bytes = b"") -> Response:
        return self._state.answer(step, write_tlv(DYNAMIC_DATA, write_tlv(tag, self._state.value(step, value)), more))

    _steps = {0x80: _seal_nonce, 0x82: _map, 0x84: _agree, 0x86: _confirm}  # noqa: RUF012 - the protocol's own table


def select_pace(state: ChipState, command: Command) -> tuple[ChipPace, Response]:
    """MSE:Set AT for PACE."""
    try:
        objects = tuple(read_all(command.data))
        infos = read_card_access(state.made.master.get(_CARD_ACCESS, b"")).pace
    except TlvError as error:
        raise RefusedError(_WRONG_DATA) from error
    protocol, password, group = (find(objects, tag) for tag in (0x80, 0x83, 0x84))
    if protocol is None or password is None:
        raise RefusedError(_WRONG_DATA)
    fitting = [one for one in infos if write_oid(one.oid)[2:] == bytes(protocol.value)]
    if group is not None:
        fitting = [one for one in fitting if one.group == int.from_bytes(group.value, "big")]
    keys: dict[int, Password | None] = {1: state.made.mrz, 2: state.made.can}
    key = keys.get(int.from_bytes(password.value, "big"))
    if len(fitting) != 1 or key is None:
        raise RefusedError(_NO_KEY)
    return ChipPace(state, fitting[0], key), state.answer(Step.PACE_SELECT)


def _dynamic(command: Command) -> Tlv | None:
    """The object in a GENERAL AUTHENTICATE; None: it is empty."""
    try:
        objects = read_only(command.data, DYNAMIC_DATA).children(2)
    except TlvError as error:
        raise RefusedError(_WRONG_DATA) from error
    return objects[0] if objects else None
