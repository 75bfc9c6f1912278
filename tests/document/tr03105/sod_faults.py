"""LDS_H, second half: EF.SOD with one fault each, from its tag to its last hash."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from consentry.document.issuing import write_com
from consentry.document.issuing_certificates import write_hash, write_number
from consentry.document.lds import EF_CARD_SECURITY
from consentry.document.oids import write_oid
from consentry.document.signatures import digest
from consentry.document.tlv import write_tlv
from document.tr03105.case import ACCEPTED, Case, Expected, Source, failed, unsure
from document.tr03105.changed import retagged, with_length
from document.tr03105.specimen import Specimen, hash_list, laid, with_bac, with_chip_mapping

_MD5 = write_tlv(0x30, write_oid("1.2.840.113549.2.5"), b"\x05\x00")
_MD5_WITH_RSA = write_tlv(0x30, write_oid("1.2.840.113549.1.1.4"), b"\x05\x00")
_CONTENT_TYPE, _DIGEST, _TIME = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
Parts = Mapping[str, bytes]


def _with(parts: Callable[[Specimen], Parts], base: Callable[[], Specimen] = with_bac) -> Callable[[], Specimen]:
    """The default document with pieces of EF.SOD replaced."""

    def make() -> Specimen:
        one = base()
        return replace(one, parts=parts(one))

    return make


def _whole(change: Callable[[bytes], bytes]) -> Callable[[], Specimen]:
    """The default document with EF.SOD changed as it lies in the chip."""

    def make() -> Specimen:
        one = with_bac()
        return replace(one, sod=change(one.written_sod()))

    return make


def _content(one: Specimen, kind: bytes) -> bytes:
    """Signed content with another type, or none."""
    content = write_tlv(0x30, write_number(0), write_hash("sha256"), one.hashes())
    return write_tlv(0x30, kind, write_tlv(0xA0, write_tlv(0x04, content)))


def _attribute(name: str, value: bytes) -> bytes:
    return write_tlv(0x30, write_oid(name), write_tlv(0x31, value))


def _other_type(kind: str) -> Callable[[Specimen], Parts]:
    """Another type of content, said at both places."""
    return lambda one: {
        "content": _content(one, write_oid(kind)),
        "content_type": _attribute(_CONTENT_TYPE, write_oid(kind)),
    }


def _key_identifier(one: Specimen) -> bytes:
    return write_tlv(0x80, one.dsc.key.identifier)


def _hashes(change: Callable[[dict[int, bytes]], object]) -> Callable[[Specimen], Parts]:
    """The list of hashes with one change."""

    def parts(one: Specimen) -> Parts:
        hashes = {number: digest(one.hashed, file) for number, file in sorted(one.groups.items())}
        change(hashes)
        return {"hashes": hash_list(hashes)}

    return parts


def _number_missing(one: Specimen) -> Parts:
    """The hash of data group 2 without its number."""
    parts = [
        write_tlv(
            0x30, b"" if number == 2 else write_tlv(0x02, bytes([number])), write_tlv(0x04, digest("sha256", file))
        )
        for number, file in sorted(one.groups.items())
    ]
    return {"hashes": write_tlv(0x30, *parts)}


def _corrupted_portrait() -> Specimen:
    """The last byte of data group 2 is another than was signed."""
    one = with_bac()
    file = one.groups[2]
    return replace(one, signed=one.groups, groups=dict(one.groups) | {2: file[:-1] + bytes([file[-1] ^ 1])})


def _version(told: str | None, com: bytes, parts: Parts | None = None) -> Callable[[], Specimen]:
    """EF.SOD and EF.COM that say a version of the data structure."""

    def make() -> Specimen:
        one = with_bac()
        return replace(one, version=told, com=write_com(tuple(sorted(one.groups)), com), parts=parts or {})

    return make


def _replaced_by_three(hashes: dict[int, bytes]) -> None:
    hashes[3] = hashes.pop(2)


def _forged_card_security() -> Specimen:
    """PACE with chip authentication mapping, the signature over the key's file altered."""
    one = with_chip_mapping()
    master = dict(one.chip.master)
    file = bytearray(master[EF_CARD_SECURITY])
    file[-1] ^= 1
    return replace(one, chip=replace(one.chip, master=master | {EF_CARD_SECURITY: bytes(file)}))


_FORMAT, _SIGNATURE, _HASHES, _COM = map(failed, ("sod_format", "sod_signature", "group_hashes", "com_sod"))
_CONFORMITY = "sod_conformity"
_EMPTY = b""
Row = tuple[str, str, str, Callable[[], Specimen], Expected, Source]
_TITLE, _TEXT, _DELETED = Source.TITLE, Source.TEXT, Source.DELETED

_ROWS: tuple[Row, ...] = (
    ("17", "EF.SOD with another tag", "78 for 77", _whole(lambda file: retagged(file, 0x78)), _FORMAT, _TITLE),
    ("18", "EF.SOD, length too small", "length by one", _whole(lambda file: with_length(file, -1)), _FORMAT, _TITLE),
    ("19", "EF.SOD, length too big", "length by one", _whole(lambda file: with_length(file, 1)), _FORMAT, _TITLE),
    ("20", "version of signed data", "1 for 3", _with(lambda _: {"version": write_number(1)}),
     unsure(_CONFORMITY, "version of signed data"), _TITLE),
    ("21", "signed data without version", "left out", _with(lambda _: {"version": _EMPTY}),
     unsure(_CONFORMITY, "version of signed data"), _TITLE),
    ("22", "list of hash functions", "MD5 alone", _with(lambda _: {"digests": write_tlv(0x31, _MD5)}),
     unsure(_CONFORMITY, "hash functions"), _TITLE),
    ("23", "signed data without list of hash functions", "left out", _with(lambda _: {"digests": _EMPTY}),
     _FORMAT, _TITLE),
    ("24", "content of another type", "a master list's", _with(_other_type("2.23.136.1.1.2")), _FORMAT, _TITLE),
    ("25", "content without type", "left out", _with(lambda one: {"content": _content(one, _EMPTY)}),
     _FORMAT, _TITLE),
    ("26", "version of the signer", "2, which there is not", _with(lambda _: {"signer_version": write_number(2)}),
     unsure(_CONFORMITY, "version of the signer"), _TITLE),
    ("27", "signer without version", "left out", _with(lambda _: {"signer_version": _EMPTY}), _FORMAT, _TITLE),
    ("28", "signer named by another serial number", "serial number",
     _with(lambda one: {"signer_name": write_tlv(0x30, one.dsc.issuer, write_number(4711))}), _SIGNATURE, _TITLE),
    ("29", "signer named by another key identifier", "version 3, and 20 bytes that are no key's",
     _with(lambda _: {"signer_version": write_number(3), "signer_name": write_tlv(0x80, bytes(20))}),
     _SIGNATURE, _TITLE),
    ("30", "the signer's hash function", "MD5", _with(lambda _: {"signer_digest": _MD5}), _FORMAT, _TITLE),
    ("31", "signer without hash function", "left out", _with(lambda _: {"signer_digest": _EMPTY}), _FORMAT, _TITLE),
    ("32", "digest of other content, signed", "message digest",
     _with(lambda _: {"message_digest": _attribute(_DIGEST, write_tlv(0x04, bytes(32)))}), _SIGNATURE, _TITLE),
    ("33", "no digest of the content among what is signed", "left out", _with(lambda _: {"message_digest": _EMPTY}),
     _SIGNATURE, _TITLE),
    ("34", "a time of signing that is none", "month 13",
     _with(lambda _: {"signing_time": _attribute(_TIME, write_tlv(0x17, b"261325120000Z"))}), _FORMAT, _DELETED),
    ("35", "no time of signing", "left out: nobody must say it", _with(lambda _: {"signing_time": _EMPTY}),
     ACCEPTED, _DELETED),
    ("36", "a way of signing that is not allowed", "RSA with MD5",
     _with(lambda _: {"signer_algorithm": _MD5_WITH_RSA}), _FORMAT, _TEXT),
    ("37", "wrong signature", "256 bytes of another number",
     _with(lambda _: {"signature": write_tlv(0x04, b"\x01" + bytes(255))}), _SIGNATURE, _TITLE),
    ("38", "no signature", "left out", _with(lambda _: {"signature": _EMPTY}), _FORMAT, _TITLE),
    ("39", "version of the security object", "2", _with(lambda _: {"object_version": write_number(2)}),
     _FORMAT, _TITLE),
    ("40", "security object without version", "left out", _with(lambda _: {"object_version": _EMPTY}),
     _FORMAT, _TITLE),
    ("41", "hash function of data groups", "MD5", _with(lambda _: {"object_algorithm": _MD5}), _FORMAT, _TITLE),
    ("42", "no hash function of data groups", "left out", _with(lambda _: {"object_algorithm": _EMPTY}),
     _FORMAT, _TITLE),
    ("43", "wrong hash of data group 2", "32 other bytes", _with(_hashes(lambda known: known.update({2: bytes(32)}))),
     _HASHES, _TITLE),
    ("44", "no hash of data group 1", "left out", _with(_hashes(lambda known: known.pop(1))), _HASHES, _TITLE),
    ("45", "a hash of data group 10, which is not there", "a hash more",
     _with(_hashes(lambda known: known.update({10: bytes(32)}))), _COM, _TEXT),
    ("46", "a number that no data group has", "FF for 1",
     _with(_hashes(lambda known: known.update({0xFF: known.pop(1)}))), _FORMAT, _TEXT),
    ("47", "a hash without number", "number of data group 2", _with(_number_missing), _FORMAT, _TEXT),
    ("69", "data group 2 altered behind the signature", "its last byte", _corrupted_portrait, _HASHES, _TEXT),
    ("84", "version 3 of the signer, named by serial number", "version",
     _with(lambda _: {"signer_version": write_number(3)}), unsure(_CONFORMITY, "version of the signer"), _TEXT),
    ("85", "version 1 of the signer, named by key identifier", "how the signer is named",
     _with(lambda one: {"signer_name": _key_identifier(one)}), unsure(_CONFORMITY, "version of the signer"), _TEXT),
    ("86", "data structure 1.8, said and signed", "EF.SOD of version 1", _version("0108", b"0108"), ACCEPTED, _TITLE),
    ("87", "data structure 1.8 in an object of version 0", "version",
     _version("0108", b"0108", {"object_version": write_number(0)}), _FORMAT, _TITLE),
    ("88", "data structure 1.7 in an object of version 1", "version", _version("0107", b"0107"),
     unsure(_CONFORMITY, "data structure"), _TITLE),
    ("89", "data structure 1.9, which is yet to come", "EF.SOD of version 1", _version("0109", b"0109"),
     ACCEPTED, _TITLE),
    ("90", "EF.SOD lists more than EF.COM", "a hash of data group 3",
     _with(_hashes(lambda known: known.update({3: b"\xff" * 32}))), _COM, _TEXT),
    ("91", "EF.SOD lists less than EF.COM", "no hash of data group 2", _with(_hashes(lambda known: known.pop(2))),
     _COM, _TEXT),
    ("92", "EF.SOD lists as many as EF.COM, but others", "data group 3 for 2", _with(_hashes(_replaced_by_three)),
     _COM, _TEXT),
    ("93", "EF.CardSecurity with a wrong signature", "its last byte", _forged_card_security,
     failed("card_security"), Source.UNCLEAR),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for number, title, altered, make, expected, source in _ROWS:
        yield Case(f"LDS_H_{number}", title, altered, (laid(make),), expected, source)
