"""Notes, checkpoints, cosignatures, policies and proofs: the specifications' own examples, and what must be refused."""

import base64
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.core.errors import MalformedError, ProofError
from consentry.ledger.checkpoint import Checkpoint
from consentry.ledger.merkle import inclusion_proof, root
from consentry.ledger.note import Kind, Note, Signature, SigningKey, VerifierKey
from consentry.ledger.policy import read_policy
from consentry.ledger.proof import LoggedProof
from ledger.trees import entries, subtree_of

LOG = SigningKey.new("airport.example/log", Kind.ED25519)
ONE = SigningKey.new("ngo.example/witness", Kind.COSIGNATURE)
TWO = SigningKey.new("council.example/witness", Kind.COSIGNATURE_ML_DSA_44)
STRANGER = SigningKey.new("airport.example/log", Kind.ED25519)
LEAVES = entries(21)
HEAD = Checkpoint("airport.example/log", 21, root(21, subtree_of(LEAVES)))
NOTE = Note(HEAD.text, ()).signed(LOG).signed(ONE, 1_800_000_000).signed(TWO, 1_800_000_001)
POLICY = f"""# whom we believe
log {LOG.verifier}
witness ngo {ONE.verifier}
witness council {TWO.verifier} https://council.example/
group both all ngo council
quorum both
"""

# The example of tlog-cosignature.md; the two keys are not published with it, so only its form can be read.
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\N{EM DASH} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\N{EM DASH} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501


def test_the_specifications_example_is_read() -> None:
    note = Note.parse(EXAMPLE)
    assert str(note) == EXAMPLE
    assert Checkpoint.parse(note.text).size == 20_852_163
    assert note.signatures[1].at == 1_679_315_147  # the time that tlog-cosignature.md shows beside it


@pytest.mark.parametrize("key", [LOG, ONE, TWO], ids=["log", "Ed25519 witness", "ML-DSA-44 witness"])
def test_a_key_is_handed_round_as_text(key: SigningKey) -> None:
    assert VerifierKey.parse(str(key.verifier)) == key.verifier
    assert str(key.private) not in repr(key)


@pytest.mark.parametrize("key", [LOG, ONE, TWO], ids=["log", "Ed25519 witness", "ML-DSA-44 witness"])
def test_a_signature_holds_over_its_text_alone(key: SigningKey) -> None:
    note = Note.parse(str(NOTE))
    assert note.by(key.verifier) is not None
    other = Note(replace(HEAD, size=20).text, note.signatures)
    with pytest.raises(ProofError, match="does not hold"):
        other.by(key.verifier)


def test_the_time_of_a_cosignature_is_signed_too() -> None:
    for key in (ONE, TWO):
        good = NOTE.by(key.verifier)
        assert good is not None
        later = Signature(good.name, good.key_id, (good.at + 1).to_bytes(8, "big") + good.content[8:])
        with pytest.raises(ProofError):
            Note(NOTE.text, (later,)).by(key.verifier)


def test_an_unknown_key_is_passed_over_even_under_a_known_name() -> None:
    assert Note(HEAD.text, ()).signed(STRANGER).by(LOG.verifier) is None


@given(st.integers(0, 2**16), st.integers(0, 255))
def test_one_byte_changed_in_a_note_is_refused_or_tells_nothing(place: int, value: int) -> None:
    content = bytearray(str(Note(HEAD.text, ()).signed(LOG)).encode())
    place %= len(content)
    if content[place] == value:
        return
    content[place] = value
    with suppress(ProofError, MalformedError):
        assert Note.parse(bytes(content)).by(LOG.verifier) is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "a text, an empty line"),
        (b"text\n", "a text, an empty line"),
        (b"text\n\n\xe2\x80\x94 name AAAAAAA=", "an end of line"),
        (b"text\n\nname AAAAAAA=\n", "a dash"),
        (b"text\n\n\xe2\x80\x94 name ????\n", "base64"),
        (b"text\n\n\xe2\x80\x94 name AAAA\n", "came 3"),
        (b"te\x00xt\n\n\xe2\x80\x94 name AAAAAAA=\n", "control characters"),
        (b"\xfftext\n\n\xe2\x80\x94 name AAAAAAA=\n", "UTF-8"),
        (b"text\n\n" + b"\xe2\x80\x94 name AAAAAAA=\n" * 65, "at most 64"),
        (b"x" * 1_000_001, "at most 1000000 bytes"),
    ],
    ids=["empty", "no signature", "cut off", "no dash", "no base64", "too short", "control", "no UTF-8", "65", "huge"],
)
def test_what_is_no_note_is_told(content: bytes, told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        Note.parse(content)


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\n" + base64.b64encode(bytes(32)).decode() + "\n", "a\n-1\n" + "A" * 43 + "=\n",
     "a\n1\nAAAA\n", "a\n1\n????\n", "a\n1\n" + "A" * 43 + "=", "a\n1\n" + "A" * 43 + "=\n\n"],
    ids=["empty", "two lines", "leading zero", "negative", "short root", "no base64", "no end", "empty line"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_told(text: str) -> None:
    with pytest.raises(MalformedError):
        Checkpoint.parse(text)


def test_extension_lines_are_kept_and_signed() -> None:
    head = replace(HEAD, extension=("epoch 3",))
    assert Checkpoint.parse(head.text) == head
    note = Note(head.text, ()).signed(LOG)
    bare = Note(HEAD.text, note.signatures)
    assert note.by(LOG.verifier)
    with pytest.raises(ProofError):
        bare.by(LOG.verifier)


# Policies


def count_of(rows: int) -> list[str]:
    """Names of rows that do not hold the keys, which are new in each process."""
    return [f"row {number}" for number in range(1, rows + 1)]


def test_a_policy_accepts_what_its_quorum_saw() -> None:
    seen = read_policy(POLICY).accept(NOTE)
    assert seen.checkpoint == HEAD
    assert seen.witnesses == (("council", 1_800_000_001), ("ngo", 1_800_000_000))


def test_too_few_witnesses_are_told_by_name() -> None:
    with pytest.raises(ProofError, match=r"the quorum both, came 1 of 2 witnesses \(ngo\)"):
        read_policy(POLICY).accept(Note(HEAD.text, ()).signed(LOG).signed(ONE, 5))


def test_a_log_that_nobody_named_is_not_believed() -> None:
    with pytest.raises(ProofError, match=r"signed by airport\.example/log"):
        read_policy(POLICY).accept(Note(HEAD.text, ()).signed(STRANGER).signed(ONE, 5).signed(TWO, 5))


@pytest.mark.parametrize(
    ("quorum", "seen", "accepted"),
    [
        ("none", "", True), ("ngo", "ngo", True), ("ngo", "", False), ("any", "ngo", True), ("any", "", False),
        ("two", "ngo", False), ("two", "ngo council", True),
    ],
)  # fmt: skip
def test_quorums(quorum: str, seen: str, accepted: bool) -> None:  # noqa: FBT001 - a row of the table
    keys = {"ngo": ONE, "council": TWO}
    groups = {"any": "group any any ngo council\n", "two": "group two 2 ngo council\n"}
    text = "".join(f"witness {name} {key.verifier}\n" for name, key in keys.items())
    policy = read_policy(f"log {LOG.verifier}\n{text}{groups.get(quorum, '')}quorum {quorum}\n")
    note = Note(HEAD.text, ()).signed(LOG)
    for name in seen.split():
        note = note.signed(keys[name], 7)
    if accepted:
        policy.accept(note)
    else:
        with pytest.raises(ProofError, match="quorum"):
            policy.accept(note)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", "one line 'quorum NAME'"),
        ("quorum none\nquorum none", "line 2"),
        ("quorum x", "defined above"),
        (f"log {LOG.verifier}\nlog {LOG.verifier}", "line 2 of the policy: the same log twice"),
        (f"log {ONE.verifier}", "key of a log"),
        (f"witness a {LOG.verifier}", "key of a witness"),
        (f"witness a {ONE.verifier}\nwitness b {ONE.verifier}", "the same witness twice"),
        (f"witness a {ONE.verifier}\nwitness a {TWO.verifier}", "is taken"),
        (f"witness none {ONE.verifier}", "is taken"),
        (f"witness a {ONE.verifier}\ngroup g 2 a", "all, any or a number of 1-1"),
        (f"witness a {ONE.verifier}\ngroup g 0 a", "all, any or a number"),
        (f"witness a {ONE.verifier}\ngroup g all a\ngroup h all a", "may count once"),
        ("group g all a", "defined above"),
        ("log", "VKEY"),
        ("log x", "expected"),
        ("witnesses", "expected one of log"),
        (f"log {str(LOG.verifier)[:-4]}", "expected"),
        (f"log {str(LOG.verifier).replace('+', '+0', 1)}", "its id is not its key's"),
    ],
    ids=count_of(18),
)
def test_what_is_no_policy_is_told_with_its_line(lines: str, told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        read_policy(lines)


# Proofs


def proof_of(index: int) -> LoggedProof:
    return LoggedProof(index, inclusion_proof(index, 21, subtree_of(LEAVES)), NOTE)


@pytest.mark.parametrize("extra", [None, b"", b"anything at all"], ids=["none", "empty", "some"])
def test_a_proof_is_one_file(extra: bytes | None) -> None:
    proof = replace(proof_of(13), extra=extra)
    assert LoggedProof.parse(str(proof)) == proof
    assert LoggedProof.parse(str(proof).encode()).check(LEAVES[13], read_policy(POLICY)).checkpoint.size == 21


def test_a_proof_of_something_else_proves_nothing() -> None:
    with pytest.raises(ProofError, match=r"airport\.example/log: the proof does not lead"):
        proof_of(13).check(LEAVES[12], read_policy(POLICY))
    with pytest.raises(ProofError):
        replace(proof_of(13), index=12).check(LEAVES[13], read_policy(POLICY))


@given(st.integers(0, 4000))
def test_no_beginning_of_a_proof_is_one(end: int) -> None:
    whole = str(proof_of(13)).encode()
    end %= len(whole)
    try:
        LoggedProof.parse(whole[:end]).check(LEAVES[13], read_policy(POLICY))
    except (MalformedError, ProofError):
        return
    pytest.fail("a proof that was cut off was believed")
