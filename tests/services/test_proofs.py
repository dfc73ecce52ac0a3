"""Proofs of work: easy to check, and not had for nothing."""

import hashlib
from itertools import count

import pytest

from zoom_blueprint.services import proofs

BITS = 12
TOKEN = "WyJhIiwxXQ.signature"
KEY = "a-key-of-one-booking"


def work(token: str, key: str, bits: int = BITS) -> str:
    """Find a proof as a browser does."""
    for nonce in count():
        digest = hashlib.sha256(f"{token}:{key}:{nonce}".encode()).hexdigest()
        if f"{int(digest, 16):0256b}".startswith("0" * bits):
            return str(nonce)
    raise AssertionError


@pytest.mark.parametrize("bits", [1, 8, 12])
def test_a_proof_that_was_worked_for_holds(bits: int) -> None:
    assert proofs.holds(TOKEN, KEY, work(TOKEN, KEY, bits), bits)


def test_a_proof_holds_for_its_own_times_booking_and_difficulty() -> None:
    proof = work(TOKEN, KEY)
    digest = hashlib.sha256(f"{TOKEN}:{KEY}:{proof}".encode()).digest()
    zeros = 256 - int.from_bytes(digest).bit_length()
    assert proofs.holds(TOKEN, KEY, proof, zeros)
    assert not proofs.holds(TOKEN, KEY, proof, zeros + 1)
    assert not proofs.holds(f"{TOKEN}x", KEY, proof, BITS)
    assert not proofs.holds(TOKEN, f"{KEY}x", proof, BITS)


def test_about_one_guess_of_many_holds() -> None:
    found = sum(proofs.holds(TOKEN, KEY, str(nonce), 8) for nonce in range(25_600))
    assert 50 < found < 200


@pytest.mark.parametrize("proof", ["", "0" * 101, "\ud800", "\0"])
def test_what_is_no_proof_does_not_hold(proof: str) -> None:
    assert not proofs.holds(TOKEN, KEY, proof, BITS)


def test_without_proof_of_work_everything_holds() -> None:
    assert proofs.holds(TOKEN, KEY, "", 0)
