"""The reader against the simulated chip: every protocol, every fault, every way of ending a file."""

import itertools
import os
import random
from dataclasses import replace

import pytest

from backends.chips import CAN, PLAIN_ECDSA, ZONE, Document, Wish, document
from consentry.backends.simulated_chip import Personalisation
from consentry.backends.simulated_chip_faults import FAULTS, Fault, Part, Step, instead
from consentry.backends.simulated_emrtd import SimulatedEmrtd
from consentry.core.errors import BackendError
from consentry.document.card_security import authenticate_card_security
from consentry.document.checks import Outcome, worst
from consentry.document.chip_session import ChipReading, read_chip
from consentry.document.chip_state import Policy
from consentry.document.issuing_infos import write_card_access, write_pace_info
from consentry.document.key_derivation import CanKey, MrzKey, Suite
from consentry.document.lds import EF_COM, file_of
from consentry.document.passive import authenticate
from consentry.document.security_infos import STANDARD_GROUPS, Mapping
from document.pki import NOW

GENERIC, INTEGRATED, CHIP = Mapping.GENERIC, Mapping.INTEGRATED, Mapping.CHIP_AUTHENTICATION
OK, FAILED, ABORTED = Outcome.SUCCESSFUL, Outcome.FAILED, Outcome.ABORTED
NOT_SUPPORTED, UNDETERMINED = Outcome.NOT_SUPPORTED, Outcome.UNDETERMINED
GROUPS = (0, 1, 2, *range(8, 19))
"""Numbers of the standard groups (Doc 9303-11, table 6)."""
SUITES = (tuple(Suite), (Suite.TRIPLE_DES, Suite.AES_256), (Suite.AES_128,))
"""All four ciphers in every third group, fewer in the others, since all of them meet elsewhere."""
AES = (13, GENERIC, Suite.AES_128)


def read(
    one: Document,
    *faults: Fault,
    passwords: tuple[MrzKey | CanKey, ...] = (ZONE,),
    policy: Policy | None = None,
    made: Personalisation | None = None,
) -> ChipReading:
    chip = SimulatedEmrtd(made or one.made, faults)
    return read_chip(chip.transmit, passwords, os.urandom, policy or Policy())


def outcome(reading: ChipReading, name: str) -> Outcome:
    return worst(check.outcome for check in reading.checks if check.name == name)


def whole(reading: ChipReading, one: Document) -> bool:
    """Whether every data group came as it lies in the chip, and is what the state signed."""
    groups = one.passport.groups()
    same = dict(reading.groups) == groups
    passive = authenticate(reading.sod, reading.groups, one.passport.store(), NOW)
    return same and all(check.outcome is OK for check in passive.checks if check.name != "signer_revocation")


@pytest.mark.parametrize(("group", "suite"), [(group, suite) for group in GROUPS for suite in SUITES[group % 3]])
def test_pace_in_every_group_and_cipher(group: int, suite: Suite) -> None:
    one = document(Wish(((group, GENERIC, suite),), largest=1024))
    reading = read(one)
    assert outcome(reading, "pace") is OK, reading.checks
    assert outcome(reading, "card_access") is OK
    assert whole(reading, one)


def test_integrated_mapping_opens_a_chip_as_well() -> None:
    for group in (0, 13):
        one = document(Wish(((group, INTEGRATED, Suite.AES_128),), basic=False))
        reading = read(one)
        assert outcome(reading, "pace") is OK
        assert whole(reading, one)


def test_integrated_mapping_in_a_group_that_it_cannot_be_in_is_not_supported() -> None:
    alone = document(Wish(((10, INTEGRATED, Suite.AES_128),), basic=False))
    reading = read(alone)
    assert (outcome(reading, "pace"), outcome(reading, "bac")) == (NOT_SUPPORTED, ABORTED)
    assert not reading.groups


def test_several_groups_are_told_apart() -> None:
    one = document(Wish(((2, GENERIC, Suite.AES_128), (16, GENERIC, Suite.AES_256), (16, GENERIC, Suite.AES_128))))
    reading = read(one)
    assert outcome(reading, "pace") is OK
    assert "brainpoolP384r1" in next(check.why for check in reading.checks if check.name == "pace")
    assert whole(reading, one)


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        (ZONE, OK),
        (CAN, OK),
        (replace(ZONE, number="L898902C4"), FAILED),
        (CanKey("654321"), FAILED),
    ],
)
def test_passwords_of_pace(password: MrzKey | CanKey, expected: Outcome) -> None:
    reading = read(document(Wish((AES,))), passwords=(password,))
    assert outcome(reading, "pace") is expected
    assert bool(reading.groups) == (expected is OK)


@pytest.mark.parametrize("group", [12, 13, 17])
def test_chip_authentication_mapping(group: int) -> None:
    """The chip shows the key in EF.CardSecurity, which the state signed; a copy of all its files does not."""
    wish = Wish(((group, CHIP, Suite.AES_128),), largest=1024)
    one = document(wish)
    reading = read(one)
    assert outcome(reading, "pace_chip_authentication") is OK, reading.checks
    assert authenticate_card_security(reading.card_security, one.passport.store(), NOW).outcome is OK
    assert whole(reading, one)
    copy = read(document(replace(wish, copied=True)))
    assert outcome(copy, "pace_chip_authentication") is FAILED


def test_card_security_that_nobody_signed() -> None:
    one = document(Wish(((13, CHIP, Suite.AES_128),)))
    file = one.made.master[0x011D]
    store = one.passport.store()
    stranger = document(Wish(())).passport.store()
    assert authenticate_card_security(file, stranger, NOW).outcome is OK  # Utopia's keys are made once a run
    assert authenticate_card_security(file, store, NOW + 50e7).outcome is FAILED
    assert authenticate_card_security(None, store, NOW).outcome is NOT_SUPPORTED
    assert authenticate_card_security(file[:-1] + bytes([file[-1] ^ 1]), store, NOW).outcome is FAILED
    assert authenticate_card_security(file[:40], store, NOW).outcome is FAILED


@pytest.mark.parametrize("password", [ZONE, replace(ZONE, birth="740813")])
def test_bac(password: MrzKey) -> None:
    one = document(Wish())
    reading = read(one, passwords=(password,))
    right = password == ZONE
    assert outcome(reading, "pace") is NOT_SUPPORTED
    assert outcome(reading, "bac") is (OK if right else FAILED)
    assert bool(reading.groups) == right
    assert whole(reading, one) == right


def test_bac_needs_the_zone() -> None:
    assert outcome(read(document(Wish()), passwords=(CAN,)), "bac") is UNDETERMINED
    assert outcome(read(document(Wish((AES,))), passwords=()), "pace") is UNDETERMINED


def test_a_chip_without_access_control() -> None:
    one = document(Wish(open=True, active="rsa1024", chip=(13, Suite.AES_128)))
    reading = read(one, passwords=())
    assert outcome(reading, "bac") is NOT_SUPPORTED
    assert outcome(reading, "active_authentication") is OK
    assert outcome(reading, "chip_authentication") is UNDETERMINED
    assert whole(reading, one)


@pytest.mark.parametrize(("group", "suite"), [(group, suite) for group in GROUPS for suite in SUITES[(group + 1) % 3]])
def test_chip_authentication(group: int, suite: Suite) -> None:
    """Behind BAC or PACE: a chip with the key that the state signed passes; a copy of all its files fails."""
    opened = "PACE" if suite.value % 2 else "BAC"
    ways = (AES,) if opened == "PACE" else ()
    wish = Wish(ways, chip=(group, suite), chip_number=None if group % 3 else group, largest=1024)
    one = document(wish)
    reading = read(one)
    assert outcome(reading, "chip_authentication") is OK, reading.checks
    assert whole(reading, one)
    copy = read(document(replace(wish, copied=True)))
    assert outcome(copy, "chip_authentication") is FAILED
    assert outcome(copy, "secure_messaging") is FAILED


@pytest.mark.parametrize("hashed", PLAIN_ECDSA)
@pytest.mark.parametrize("kind", ["rsa1024", "rsa2048", "secp256r1", "brainpoolP512r1"])
def test_active_authentication(kind: str, hashed: str) -> None:
    """A chip with the key that the state signed passes; a copy of all its files fails."""
    wish = Wish(active=kind, active_hash=hashed, largest=1024 if kind == "rsa2048" else 256)
    one = document(wish)
    reading = read(one)
    assert outcome(reading, "active_authentication") is OK, reading.checks
    assert hashed in next(check.why for check in reading.checks if check.name == "active_authentication")
    assert whole(reading, one)
    assert outcome(read(document(replace(wish, copied=True))), "active_authentication") is FAILED


def test_the_short_trailer_and_policies() -> None:
    one = document(Wish(active="rsa1024", active_hash="sha1", short_trailer=True, chip=(13, Suite.AES_128)))
    assert outcome(read(one), "active_authentication") is OK
    spared = read(one, policy=Policy(chip_authentication=False, active_authentication=False))
    assert [outcome(spared, f"{name}_authentication") for name in ("chip", "active")] == [UNDETERMINED] * 2
    few = read(one, policy=Policy(groups=frozenset({1})))
    assert set(few.groups) == {1}


def test_without_a_proof_no_check_is_successful() -> None:
    reading = read(document(Wish()))
    proofs = ("chip_authentication", "active_authentication", "pace_chip_authentication")
    assert [outcome(reading, name) for name in proofs] == [NOT_SUPPORTED, NOT_SUPPORTED, UNDETERMINED]


@pytest.mark.parametrize("at_end", [0x9000, 0x6282, 0x6C00])
@pytest.mark.parametrize("largest", [256, 300, 1024, 65_536])
@pytest.mark.parametrize("short_identifiers", [True, False])
def test_every_way_of_ending_a_file(at_end: int, largest: int, *, short_identifiers: bool) -> None:
    one = document(Wish(largest=largest, at_end=at_end, short_identifiers=short_identifiers))
    assert whole(read(one), one)


@pytest.mark.parametrize("largest", [256, 1024])
def test_a_file_beyond_the_plain_offset(largest: int) -> None:
    """Beyond 32,767 bytes the offset goes in an object, by the odd instruction."""
    one = document(Wish((AES,), largest=largest))
    long = b"\x75\x83\x01\x00\x00" + os.urandom(65_536)
    reading = read(one, made=replace(one.made, files={**one.made.files, file_of(2): long}))
    assert reading.groups[2] == long


def test_a_file_that_claims_more_than_it_has_comes_as_far_as_it_goes() -> None:
    one = document(Wish())
    first = bytearray(one.made.files[file_of(1)])
    first[1] += 9
    reading = read(one, made=replace(one.made, files={**one.made.files, file_of(1): bytes(first)}))
    assert reading.groups[1] == bytes(first)
    passive = authenticate(reading.sod, reading.groups, one.passport.store(), NOW)
    assert worst(check.outcome for check in passive.checks if check.name == "group_hashes") is FAILED


@pytest.mark.parametrize("head", ["7584FFFFFFFF00000000", "758400A00000", "7580", "1F", ""])
def test_a_file_that_claims_too_much_is_refused(head: str) -> None:
    one = document(Wish())
    reading = read(one, made=replace(one.made, files={**one.made.files, file_of(2): bytes.fromhex(head)}))
    assert 2 not in reading.groups
    assert outcome(reading, "reading") in (ABORTED, FAILED)


def test_a_chip_that_gives_a_byte_at_a_time_does_not_keep_the_reader() -> None:
    drip = Fault(Step.READ, Part.VALUE, lambda value: value[:1] if len(value) > 8 else value)
    reading = read(document(Wish()), drip)
    assert 2 not in reading.groups
    assert any("fewer" in check.why for check in reading.checks)


def test_a_listed_group_that_is_not_there() -> None:
    one = document(Wish())
    files = {name: file for name, file in one.made.files.items() if name != file_of(2)}
    assert outcome(read(one, made=replace(one.made, files=files)), "reading") is FAILED


def test_without_a_directory_everything_wanted_is_tried() -> None:
    one = document(Wish())
    files = {name: file for name, file in one.made.files.items() if name not in (EF_COM, 0x011D)}
    assert set(read(one, made=replace(one.made, files=files)).groups) == {1, 2}


FULL = Wish((AES,), chip=(13, Suite.AES_128), active="rsa1024")


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told(name: str) -> None:
    """A session with any fault has a check that says so; one without has none."""
    fault = FAULTS[name]
    bac = fault.step in (Step.MUTUAL, Step.CHALLENGE)
    if name.startswith(("G_17", "G_22")):
        one = document(replace(FULL, pace=((2, GENERIC, Suite.AES_128),), largest=1024))
    else:
        one = document(Wish(active="rsa1024") if bac else FULL)
    sound, faulty = read(one), read(one, fault)
    bad = {check.name for check in faulty.checks if check.outcome in (FAILED, ABORTED)}
    assert not any(check.outcome in (FAILED, ABORTED) for check in sound.checks)
    place = {
        "G": "pace", "B": "bac" if bac else "secure_messaging", "F": "active_authentication",
        "D": "chip_authentication", "A": "application", "C": "",
    }[name[0]]  # fmt: skip
    assert place in bad if place else not faulty.groups
    if place in ("pace", "bac", "application"):
        assert not faulty.groups


def test_a_fault_may_come_late() -> None:
    """Every command of a session, one after the other, answered under secure messaging with a wrong checksum."""
    one = document(Wish(chip=(12, Suite.AES_128), active="rsa1024"))
    count = 0
    for skip in range(200):
        fault = replace(FAULTS["B_08 checksum wrong"], skip=skip)
        reading = read(one, fault)
        if outcome(reading, "secure_messaging") is not FAILED:
            break
        count += 1
        groups = one.passport.groups()
        assert all(groups[number] == file for number, file in reading.groups.items())
    assert count > 20


MUTATED = {
    "open": Wish(open=True, chip=(12, Suite.AES_128), active="secp256r1"),
    "BAC": Wish(chip=(12, Suite.AES_128), active="secp256r1"),
    "PACE": Wish(((12, GENERIC, Suite.AES_128),), chip=(12, Suite.AES_128), active="secp256r1", largest=1024),
    "PACE CAM": Wish(((12, CHIP, Suite.AES_128),), largest=65_536),
}


@pytest.mark.parametrize("kind", MUTATED)
def test_answers_touched_on_their_way_end_in_checks(kind: str) -> None:
    """Bytes changed, cut, added, left out in any answer: no exception, and behind a channel no byte that is not so."""
    one = document(MUTATED[kind])
    groups = one.passport.groups()
    dice = random.Random(kind)
    bad = 0
    for _ in range(60):
        chip = SimulatedEmrtd(one.made, random=dice.randbytes)
        place, seen = dice.randrange(45), itertools.count()

        def touching(command: bytes, chip: SimulatedEmrtd = chip, place: int = place, seen=seen) -> bytes:
            answer = bytearray(chip.transmit(command))
            if next(seen) == place:
                touch(answer, dice)
            return bytes(answer)

        reading = read_chip(touching, (ZONE,), dice.randbytes)
        bad += any(check.outcome in (FAILED, ABORTED) for check in reading.checks)
        if kind != "open":
            assert all(groups[number] == file for number, file in reading.groups.items())
    assert bad > 20


def touch(answer: bytearray, dice: random.Random) -> None:
    """Change, cut, lengthen or empty an answer."""
    how = dice.randrange(5)
    if how == 0:
        answer[dice.randrange(len(answer))] ^= 1 << dice.randrange(8)
    elif how == 1:
        del answer[dice.randrange(len(answer)) :]
    elif how == 2:
        answer[dice.randrange(len(answer)) : 0] = dice.randbytes(dice.randrange(1, 9))
    elif how == 3:
        answer[:] = dice.randbytes(dice.randrange(40))
    else:
        answer[-2:] = dice.choice((b"\x6a\x82", b"\x69\x82", b"\x63\x00", b"\x62\x82", b"\x6c\x04", b"\x00\x00"))


def test_downgrades_are_told() -> None:
    """EF.CardAccess without PACE, or with a weaker way, where data group 14 tells another."""
    one = document(Wish((AES,)))
    stripped = read(one, made=replace(one.made, master={}))
    assert (outcome(stripped, "bac"), outcome(stripped, "card_access")) == (OK, FAILED)
    weaker = write_card_access(write_pace_info("ECDH", GENERIC, Suite.TRIPLE_DES, 8))
    swapped = read(one, made=replace(one.made, master={0x011C: weaker}))
    assert (outcome(swapped, "pace"), outcome(swapped, "card_access")) == (OK, FAILED)
    silent = read(document(Wish((AES,), told=False, active="secp256r1")))
    assert (outcome(silent, "pace"), outcome(silent, "card_access")) == (OK, FAILED)
    nothing = read(document(Wish((AES,), told=False)))
    assert (outcome(nothing, "pace"), outcome(nothing, "card_access")) == (OK, UNDETERMINED)


@pytest.mark.parametrize("weaker", [False, True])
def test_bac_after_pace_failed_only_where_the_policy_says_so(*, weaker: bool) -> None:
    one = document(Wish((AES,)))
    broken = FAULTS["G_08 PACE select refused"]
    reading = read(one, broken, policy=Policy(bac_although_pace_failed=weaker))
    assert outcome(reading, "pace") is ABORTED
    assert bool(reading.groups) == weaker
    assert outcome(reading, "bac") is (OK if weaker else UNDETERMINED)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("31143012060a04007f0007020204020202010202010d", OK),
        ("31143012060a04007f0007020204020202010202010d00000000", OK),
        ("30143012060a04007f0007020204020202010202010d", FAILED),
        ("31163012060a04007f0007020204020202010202010d", FAILED),
        ("31143012060a04007f0007020204020202010102010d", FAILED),
        ("31143012060a04007f0007020204020902010202010d", FAILED),
        ("31143012060a04007f0007020204020202010202011f", NOT_SUPPORTED),
        ("3111300f060a04007f00070202040202020102", NOT_SUPPORTED),
        ("3100", NOT_SUPPORTED),
        ("", NOT_SUPPORTED),
    ],
)
def test_card_access_as_it_should_not_be(file: str, expected: Outcome) -> None:
    one = document(Wish((AES,)))
    reading = read(one, made=replace(one.made, master={0x011C: bytes.fromhex(file)}))
    assert outcome(reading, "pace") is expected, reading.checks
    assert outcome(reading, "card_access") is (OK if expected is OK else UNDETERMINED if not reading.groups else FAILED)


def test_a_plain_command_ends_the_channel() -> None:
    """Whoever speaks in the clear behind BAC gets nothing more, protected or not."""
    one = document(Wish())
    chip = SimulatedEmrtd(one.made)
    sent: list[bytes] = []

    def interfering(command: bytes) -> bytes:
        sent.append(command)
        if len(sent) == 12:
            assert chip.transmit(bytes.fromhex("00B0810008")) == bytes.fromhex("6982")
        return chip.transmit(command)

    reading = read_chip(interfering, (ZONE,), os.urandom)
    assert outcome(reading, "secure_messaging") is FAILED
    assert 2 not in reading.groups


def test_a_card_taken_away() -> None:
    one = document(Wish())
    chip = SimulatedEmrtd(one.made)
    sent: list[bytes] = []

    def taken(command: bytes) -> bytes:
        sent.append(command)
        if len(sent) == 20:
            chip.close()
        return chip.transmit(command)

    with pytest.raises(BackendError, match="taken away"):
        read_chip(taken, (ZONE,), os.urandom)


def test_progress_is_told() -> None:
    one = document(Wish())
    chip = SimulatedEmrtd(one.made)
    told: list[tuple[str, int, int]] = []
    read_chip(chip.transmit, (ZONE,), os.urandom, progress=lambda name, done, total: told.append((name, done, total)))
    length = len(one.made.files[file_of(2)])
    portrait = [(done, total) for name, done, total in told if name == "DG2"]
    assert portrait[0] == (8, length)
    assert portrait[-1] == (length, length)
    assert portrait == sorted(portrait)


def test_nothing_of_the_holder_is_shown() -> None:
    reading = read(document(FULL))
    shown = f"{reading!r} {ZONE!r} {CAN!r} {reading.checks!r}"
    assert not any(word in shown for word in ("ERIKSSON", "L898902C3", "740812", "123456"))


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("", "6700"), ("00B0", "6700"), ("00A4020C05011E", "6700"), ("00B00000000101", "6700"), ("00FF0000", "6d00"),
        ("00A4020C02011E", "6982"), ("00B09E0008", "6982"), ("00B0000008", "6986"), ("00A4040C02A000", "6a82"),
        ("00A4030C02011E", "6a86"), ("0CB0000000", "6882"), ("0088000008010203040506070800", "6985"),
        ("00860000027C0000", "6985"), ("002241A400", "6a80"), ("00220102", "6a86"), ("0082000001FF", "6985"),
    ],
)  # fmt: skip
def test_status_words_of_a_locked_chip(command: str, status: str) -> None:
    chip = SimulatedEmrtd(document(Wish()).made)
    chip.transmit(bytes.fromhex("00A4040C07A0000002471001"))
    assert chip.transmit(bytes.fromhex(command)).hex() == status


def test_every_standard_group_is_in_the_tables() -> None:
    assert sorted(GROUPS) == sorted(STANDARD_GROUPS)
    assert instead("6300")(b"") == b"\x63\x00"
