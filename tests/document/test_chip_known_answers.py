"""The worked examples of ICAO Doc 9303-11, word for word, and real chips' signatures."""

import json
from pathlib import Path
from typing import Any

import pytest

from consentry.document.active_authentication import read_active_key, recover, verify
from consentry.document.apdu import Command
from consentry.document.bac import basic_access
from consentry.document.chip_channel import Channel
from consentry.document.chip_ciphers import checksum, pad
from consentry.document.key_agreement import DhGroup, EcGroup
from consentry.document.key_derivation import KeyUse, MrzKey, Suite, derive_key
from consentry.document.pace import choose, establish, token
from consentry.document.public_keys import RsaKey, read_public_key
from consentry.document.secure_messaging import SessionKeys
from consentry.document.security_infos import read_card_access, read_security_group
from consentry.document.signatures import digest
from consentry.document.tlv import read_only
from document.recorded_chip import RecordedChip, numbers, secret

HOLDER = MrzKey("T22000129", "640812", "101031")


def vectors(folder: Path, name: str) -> Any:
    return json.loads((folder / "data" / "documents" / name).read_text())


@pytest.mark.shared
def test_bac_and_three_reads_of_appendix_d(shared: Path) -> None:
    """Appendix D.3 and D.4: the whole session, from the challenge to the last protected read."""
    session = vectors(shared, "bac/icao9303-11_appD_bac.json")["session"]
    protected = [v for name, v in vectors(shared, "bac/dmrtd_sm_test_hex.json") if name == "tvProtectedCmd"]
    chip = RecordedChip(
        ("0084000008", session["RNDicc"] + "9000"),
        ("0082000028" + session["CmdData"] + "28", session["RespData"] + "9000"),
        (protected[0], "990290008e08fa855a5d4c50a8ed9000"),
        (protected[1], "8709019ff0ec34f9922651990290008e08ad55cc17140b2ded9000"),
        (protected[2], "871901fb9235f4e4037f2327dcc8964f1f9b8c30f42c8e2fff224a990290008e08c8b2787eaea07d749000"),
    )
    channel = Channel(chip.transmit)
    key = MrzKey("L898902C", "690806", "940623")
    assert key.seed.hex() == session["KeySeed"]
    drawn = numbers(bytes.fromhex(session["RNDifd"]), bytes.fromhex(session["Kifd"]))
    channel.protect(basic_access(channel, key, drawn))
    assert channel.order("select", Command(0, 0xA4, 2, 0x0C, bytes.fromhex("011e"))) == b""
    assert channel.order("read", Command(0, 0xB0, 0, 0, expected=4)).hex() == "60145f01"
    rest = channel.order("read", Command(0, 0xB0, 0, 4, expected=18))
    assert rest.hex() == "04303130365f36063034303030305c026175"
    assert chip.done


@pytest.mark.shared
def test_pace_over_a_curve_of_appendix_g1(shared: Path) -> None:
    v = vectors(shared, "pace/icao9303-11_appG_pace_gm.json")["ecdh"]
    infos = read_card_access(bytes.fromhex(v["efCardAccessData"]))
    chip = RecordedChip((v["initializePaceMsgTerminal"], "9000"), *_steps(v))
    drawn = numbers(secret(v["terminalPrivateKey"]), secret(v["terminalEphemeralPrivateKey"]))
    made = establish(Channel(chip.transmit), choose(infos.pace), HOLDER, drawn)
    assert chip.done
    assert made.proof is None
    keys = SessionKeys.derive(bytes.fromhex(v["ephemeralKeyPairSharedSecret"]), Suite.AES_128)
    assert (keys.for_encryption.hex(), keys.for_checksums.hex()) == (v["ksEnc"], v["ksMac"])
    assert made.protection.protect(Command(0, 0xB0, 0x9E, 0, expected=4)).data[-8:] == keys.checksum(
        1, pad(bytes.fromhex("0cb09e00"), 16) + bytes.fromhex("970104")
    )


@pytest.mark.shared
def test_pace_modulo_a_prime_of_appendix_g2(shared: Path) -> None:
    """The secrets are the appendix's; the shared file has what was sent, so they prove themselves."""
    v = dict(vectors(shared, "pace/icao9303-11_appG_pace_gm.json")["dh"])
    v["generalAuthenticateStep4MsgChip"] += "9000"
    infos = read_card_access(bytes.fromhex(v["efCardAccessData"]))
    chip = RecordedChip((v["initializePaceMsgTerminal"], "9000"), *_steps(v))
    drawn = numbers(
        secret("5265030f751f4ad18b08ac565fc7ac952e41618d"), secret("89ccd99b0e8d3b1f11e1296dca68ec53411cf2ca")
    )
    made = establish(Channel(chip.transmit), choose(infos.pace), HOLDER, drawn)
    assert chip.done
    assert made.protection.suite is Suite.AES_128
    common = dict(vectors(shared, "bac/dmrtd_kdf_test_hex.json")[3:4])["sharedSecret"]
    keys = SessionKeys.derive(bytes.fromhex(common), Suite.AES_128)
    theirs = bytes.fromhex(v["generalAuthenticateStep3MsgChip"])[6:-2]
    assert token(keys, infos.pace[0].oid, DhGroup.public_tag, theirs).hex() == v["tifd"]


def _steps(v: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (v[f"generalAuthenticateStep{k}MsgTerminal"], v[f"generalAuthenticateStep{k}MsgChip"]) for k in (1, 2, 3, 4)
    ]


def test_the_key_derivation_of_both_appendices() -> None:
    assert HOLDER.secret.hex() == "7e2d2a41c74ea0b38cd36f863939bfa8e9032aad"
    assert derive_key(HOLDER.secret, KeyUse.PASSWORD, Suite.AES_128).hex() == "89ded1b26624ec1e634c1989302849dd"
    seed = bytes.fromhex("0036d272f5c350acac50c3f572d23600")  # appendix D.1
    assert derive_key(seed, KeyUse.ENCRYPT, Suite.TRIPLE_DES).hex() == "979ec13b1cbfe9dcd01ab0fed307eae5"
    assert derive_key(seed, KeyUse.AUTHENTICATE, Suite.TRIPLE_DES).hex() == "f1cb1f1fb5adf208806b89dc579dc1f8"
    assert [len(derive_key(seed, KeyUse.ENCRYPT, suite)) for suite in Suite] == [16, 16, 24, 32]


@pytest.mark.shared
def test_keys_of_every_zone_of_appendix_d2(shared: Path) -> None:
    """TD1 with a long number, TD1, TD2: the seed of each from its fields."""
    listed = {
        "b366ad857ddca2b08c0e299811714730": MrzKey("D23145890734", "340712", "950712"),
        "239ab9cb282daf66231dc5a4df6bfbae": MrzKey("L898902C", "690806", "940623"),
    }
    seeds = {seed for _, seed in vectors(shared, "bac/icao9303-11_appD_bac.json")["keyseed"]}
    assert seeds == set(listed)
    assert {seed: key.seed.hex() for seed, key in listed.items()} == {seed: seed for seed in listed}


@pytest.mark.shared
def test_padding_and_checksums_of_iso_9797_1(shared: Path) -> None:
    """Padding of 0 to 15 bytes, and the checksums of appendix D, whose values stand in the session's file."""
    listed = [(name, bytes.fromhex(value)) for name, value in vectors(shared, "bac/dmrtd_iso9797_test_hex.json")]
    texts = [value for name, value in listed if name == "tv"]
    padded = [value for name, value in listed if name == "tvPadded"]
    assert [pad(text, 8) for text in (b"", *texts)] == padded
    keys = [value for name, value in listed if name == "tvKmac"]
    sealed = [value for name, value in listed if name in ("tvEifd", "tvEic")]
    marks = [checksum(Suite.TRIPLE_DES, keys[1], pad(text, 8)).hex() for text in sealed]
    assert marks == ["5f1448eea8ad90a7", "2f2d235d074d7449"]
    counted = [value for name, value in listed if name in ("tvN", "tvK")]
    marks = [checksum(Suite.TRIPLE_DES, keys[2], pad(text, 8)).hex() for text in counted]
    assert marks == [
        "bf8b92d635ff24f8", "fa855a5d4c50a8ed", "ed6705417e96ba55",
        "ad55cc17140b2ded", "2ea28a70f3c7b535", "c8b2787eaea07d74",
    ]  # fmt: skip


def _signatures(folder: Path) -> list[tuple[RsaKey, bytes, bytes, bytes]]:
    """Key, challenge, signature, hidden message, in the order of the file."""
    found: list[tuple[RsaKey, bytes, bytes, bytes]] = []
    key = challenge = signature = None
    for _, name, value in vectors(folder, "aa/pymrtd_iso9796e2.json")["seq"]:
        data = bytes.fromhex(value)
        if name == "rawDg15":
            key = read_active_key(data)
        elif name == "pub_key":
            key = read_public_key(read_only(data, 0x30))
        elif name == "msg":
            challenge = data
        elif name == "sig":
            signature = data
        elif name == "M1" and isinstance(key, RsaKey) and challenge is not None and signature is not None:
            found.append((key, challenge, signature, data))
    return found


@pytest.mark.shared
def test_signatures_that_hide_a_message(shared: Path) -> None:
    """Five chips' signatures by ISO/IEC 9796-2, scheme 1: opened, verified, and refused over another challenge."""
    listed = _signatures(shared)
    assert len(listed) == 5
    for key, challenge, signature, hidden in listed:
        opened = recover(key, signature)
        assert opened is not None
        assert opened.message == hidden
        assert opened.digest == digest(opened.hash, hidden, challenge)
        assert verify(key, (), challenge, signature)[0]
        complement = (key.modulus - int.from_bytes(signature, "big")).to_bytes(len(signature), "big")
        assert verify(key, (), challenge, complement)[0]
        assert not verify(key, (), bytes(8) if any(challenge) else b"\1" * 8, signature)[0]
        for wrong in (signature[1:], b"\0" + signature, signature[:-1] + b"\0", bytes(len(signature)), b""):
            assert not verify(key, (), challenge, wrong)[0]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "agreement", "group"),
    [
        ("bsi2008/Datagroup14.bin", "ECDH", "brainpoolP224r1"),
        ("doc9303/spec_sample_encoded_dg14.bin", "DH", "DH 1024"),
    ],
)
def test_data_group_14_of_real_documents(name: str, agreement: str, group: str, shared: Path) -> None:
    infos = read_security_group((shared / "data" / "documents" / "emrtd" / name).read_bytes())
    (info,), (key,) = infos.chip_authentication, infos.chip_keys
    assert (info.agreement, info.suite, info.version, info.key) == (agreement, Suite.TRIPLE_DES, 1, None)
    assert (key.agreement, key.group.name, key.key) == (agreement, group, None)
    assert isinstance(key.group, EcGroup) == (agreement == "ECDH")
    assert infos.faulty == ()
    assert len(infos.raw) == 3


@pytest.mark.shared
@pytest.mark.parametrize("name", ["bsi2008/Datagroup15.bin", "loes2006/ef010F.bin"])
def test_data_group_15_of_real_documents(name: str, shared: Path) -> None:
    key = read_active_key((shared / "data" / "documents" / "emrtd" / name).read_bytes())
    assert key.name == "RSA 1024"
