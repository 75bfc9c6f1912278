"""OpenPACE, an implementation of PACE by others, as either side: Debian's ``libeac3``, through ``ctypes``.

It has every standard group, also those that ``cryptography`` lacks, and the CAN as password.
"""

import ctypes
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_ulong, c_void_p

PACKAGE = "libeac3"
_LIBRARY = "libeac.so.3"
_CAN = 2


class _Buffer(ctypes.Structure):
    """BUF_MEM of OpenSSL."""

    _fields_ = (("length", c_size_t), ("data", c_void_p), ("max", c_size_t), ("flags", c_ulong))


_BUFFER = POINTER(_Buffer)
_SIGNATURES = {
    "EAC_CTX_new": (c_void_p, []),
    "EAC_CTX_clear_free": (None, [c_void_p]),
    "EAC_CTX_init_ef_cardaccess": (c_int, [c_char_p, c_size_t, c_void_p]),
    "PACE_SEC_new": (c_void_p, [c_char_p, c_size_t, c_int]),
    "PACE_SEC_clear_free": (None, [c_void_p]),
    "PACE_STEP1_enc_nonce": (_BUFFER, [c_void_p, c_void_p]),
    "PACE_STEP2_dec_nonce": (c_int, [c_void_p, c_void_p, _BUFFER]),
    "PACE_STEP3A_generate_mapping_data": (_BUFFER, [c_void_p]),
    "PACE_STEP3A_map_generator": (c_int, [c_void_p, _BUFFER]),
    "PACE_STEP3B_generate_ephemeral_key": (_BUFFER, [c_void_p]),
    "PACE_STEP3B_compute_shared_secret": (c_int, [c_void_p, _BUFFER]),
    "PACE_STEP3C_derive_keys": (c_int, [c_void_p]),
    "PACE_STEP3D_compute_authentication_token": (_BUFFER, [c_void_p, _BUFFER]),
    "PACE_STEP3D_verify_authentication_token": (c_int, [c_void_p, _BUFFER]),
}


def missing() -> str | None:
    """Why it cannot be had here; None: it can."""
    try:
        ctypes.CDLL(_LIBRARY)
    except OSError:
        return f"needs Debian's package {PACKAGE}"
    return None


class OpenPace:
    """One run of PACE, whichever side."""

    def __init__(self, card_access: bytes, can: bytes) -> None:
        self._library = ctypes.CDLL(_LIBRARY)
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(self._library, name)
            function.restype, function.argtypes = result, arguments
        self._library.EAC_init()
        self._context = self._library.EAC_CTX_new()
        self._secret = self._library.PACE_SEC_new(can, len(can), _CAN)
        assert self._library.EAC_CTX_init_ef_cardaccess(card_access, len(card_access), self._context) == 1

    def close(self) -> None:
        self._library.PACE_SEC_clear_free(self._secret)
        self._library.EAC_CTX_clear_free(self._context)

    def seal_nonce(self) -> bytes:
        return self._made(self._library.PACE_STEP1_enc_nonce(self._context, self._secret))

    def open_nonce(self, sealed: bytes) -> None:
        self._take(lambda given: self._library.PACE_STEP2_dec_nonce(self._context, self._secret, given), sealed)

    def mapping(self) -> bytes:
        return self._made(self._library.PACE_STEP3A_generate_mapping_data(self._context))

    def map_with(self, theirs: bytes) -> None:
        self._take(lambda given: self._library.PACE_STEP3A_map_generator(self._context, given), theirs)

    def ephemeral(self) -> bytes:
        return self._made(self._library.PACE_STEP3B_generate_ephemeral_key(self._context))

    def agree_with(self, theirs: bytes) -> None:
        self._take(lambda given: self._library.PACE_STEP3B_compute_shared_secret(self._context, given), theirs)
        assert self._library.PACE_STEP3C_derive_keys(self._context) == 1

    def token(self, theirs: bytes) -> bytes:
        made = self._library.PACE_STEP3D_compute_authentication_token
        with_buffer = _buffer(theirs)
        return self._made(made(self._context, byref(with_buffer)))

    def accepts(self, token: bytes) -> bool:
        given = _buffer(token)
        return bool(self._library.PACE_STEP3D_verify_authentication_token(self._context, byref(given)) == 1)

    @staticmethod
    def _made(buffer: "ctypes._Pointer[_Buffer]") -> bytes:
        assert buffer
        return ctypes.string_at(buffer.contents.data, buffer.contents.length)

    @staticmethod
    def _take(step: Callable[[object], int], value: bytes) -> None:
        given = _buffer(value)
        assert step(byref(given)) == 1


def _buffer(value: bytes) -> _Buffer:
    held = ctypes.create_string_buffer(value, len(value))
    made = _Buffer(len(value), ctypes.cast(held, c_void_p), len(value), 0)
    made.held = held  # type: ignore[attr-defined]  # as long as the buffer lives
    return made
