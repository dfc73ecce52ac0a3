"""Signed links: one purpose each, good for their time, and with every key that still counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_blueprint.errors import BadLink, ExpiredLink
from zoom_blueprint.links import BUCKET, BUCKETS_VALID, Links, bucket_start

NOW = datetime(2030, 1, 15, 9, 3, tzinfo=UTC)
LINKS = Links(("new key", "old key"), "https://example.com/zoom")
NEXT = Links(("newest key", "new key"), "https://example.com/zoom")


def test_a_slot_token_is_the_same_within_its_bucket_and_another_in_the_next() -> None:
    assert LINKS.slot_token("e", NOW) == LINKS.slot_token("e", NOW + timedelta(minutes=6))
    assert LINKS.slot_token("e", NOW) != LINKS.slot_token("e", NOW + BUCKET)


def test_a_slot_token_is_good_for_four_buckets_and_says_when_it_was_made() -> None:
    token = LINKS.slot_token("e", NOW)
    last = bucket_start(NOW) + BUCKETS_VALID * BUCKET
    assert LINKS.read_slot_token(token, "e", last - timedelta(seconds=1)) == bucket_start(NOW)
    with pytest.raises(ExpiredLink):
        LINKS.read_slot_token(token, "e", last)


def test_a_clock_may_be_a_little_behind_but_not_far() -> None:
    token = LINKS.slot_token("e", NOW)
    assert LINKS.read_slot_token(token, "e", NOW - BUCKET) == bucket_start(NOW)
    with pytest.raises(ExpiredLink):
        LINKS.read_slot_token(token, "e", NOW - 2 * BUCKET)


def test_a_slot_token_is_for_one_event_type() -> None:
    with pytest.raises(BadLink):
        LINKS.read_slot_token(LINKS.slot_token("e", NOW), "f", NOW)


def test_a_manage_token_outlives_a_change_of_keys_and_not_two() -> None:
    token = LINKS.manage_token("booking")
    assert NEXT.read_manage_token(token) == "booking"
    with pytest.raises(BadLink):
        Links(("newest of all", "newest key"), NEXT.base).read_manage_token(token)


def test_a_token_serves_its_own_purpose_only() -> None:
    with pytest.raises(BadLink):
        LINKS.read_manage_token(LINKS.slot_token("e", NOW))
    with pytest.raises(BadLink):
        LINKS.read_slot_token(LINKS.manage_token("e"), "e", NOW)


@given(st.text(max_size=80))
def test_whatever_else_is_sent_is_a_bad_link(token: str) -> None:
    with pytest.raises(BadLink):
        LINKS.read_manage_token(token)
    with pytest.raises(BadLink):
        LINKS.read_slot_token(token, "e", NOW)


def test_every_changed_letter_of_a_manage_token_is_noticed() -> None:
    token = LINKS.manage_token("0123456789abcdef")
    for place in range(len(token) - 1):  # the last letter of a digest has spare bits
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(BadLink):
            LINKS.read_manage_token(changed)


def test_fingerprints_are_known_again_with_the_older_key_too() -> None:
    digest = LINKS.fingerprint("a body")
    assert NEXT.is_fingerprint(digest, "a body")
    assert not NEXT.is_fingerprint(digest, "another body")
    assert len(digest) == 64


def test_nothing_shows_the_keys() -> None:
    assert "key" not in repr(LINKS)
