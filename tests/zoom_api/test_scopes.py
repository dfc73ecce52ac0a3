"""Which actions a grant allows, in either spelling."""

import pytest

from zoom_blueprint.zoom_api.scopes import Action, Missing, missing

GRANULAR = {
    "user:read:user",
    "meeting:write:meeting",
    "meeting:read:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "meeting:read:list_meetings",
}


def test_the_granular_scopes_allow_everything() -> None:
    assert missing(GRANULAR) == ()


def test_the_classic_scopes_allow_everything() -> None:
    assert missing(["user:read", "meeting:read", "meeting:write"]) == ()


@pytest.mark.parametrize("suffix", [":admin", ":master"])
def test_wider_scopes_include_the_narrow_ones(suffix: str) -> None:
    assert missing(scope + suffix for scope in GRANULAR) == ()
    assert missing(["user:read:admin", "meeting:read:admin", "meeting:write:admin"]) == ()


@pytest.mark.parametrize("scope", ["user:read", "user:write", "user_profile", "user_info:read", "user:write:admin"])
def test_each_classic_scope_that_zoom_names_reads_the_user(scope: str) -> None:
    assert Action.READ_USER not in [one.action for one in missing([scope])]


@pytest.mark.parametrize(
    ("action", "scope"),
    [
        (Action.READ_USER, "user:read:user"),
        (Action.CREATE, "meeting:write:meeting"),
        (Action.GET, "meeting:read:meeting"),
        (Action.UPDATE, "meeting:update:meeting"),
        (Action.DELETE, "meeting:delete:meeting"),
        (Action.LIST, "meeting:read:list_meetings"),
    ],
)
def test_each_action_that_lacks_its_scope_is_named(action: Action, scope: str) -> None:
    assert missing(GRANULAR - {scope}) == (Missing(action, scope),)


def test_the_granular_create_scope_does_not_allow_deleting() -> None:
    assert Missing(Action.DELETE, "meeting:delete:meeting") in missing(["meeting:write:meeting"])


def test_reading_the_mail_address_alone_does_not_read_the_user() -> None:
    assert Missing(Action.READ_USER, "user:read:user") in missing(["user:read:email"])


def test_the_classic_write_scope_alone_does_not_read() -> None:
    assert [one.action for one in missing(["meeting:write", "user:read"])] == [Action.GET, Action.LIST]


def test_nothing_granted_misses_every_action() -> None:
    assert [one.action for one in missing([])] == list(Action)
