"""``zoom.act``: code of the host app does what programs do, with typed inputs and outputs."""

from typing import Any

import pytest

from tests.actions.programs import ahead
from tests.fixtures.site import Site
from zoom_blueprint.actions import ActionFailed, Code, CreateMeeting, GetUser, ListMeetings, MeetingOut, UserOut


def test_what_comes_back_is_what_the_input_asks_for(site: Site) -> None:
    wish: Any = CreateMeeting(topic="Kick-off", start=ahead(days=3))  # type: ignore[arg-type]  # as from JSON
    with site.app.app_context():
        made = site.zoom.act("1", wish, key="one")
        assert isinstance(made, MeetingOut)
        assert site.zoom.act("1", wish, key="one") == made
        assert [one.id for one in site.zoom.act("1", ListMeetings()).meetings] == [made.id]
        user = site.zoom.act("1", GetUser())
    assert isinstance(user, UserOut)
    assert made.join_url not in repr(made)


def test_an_unknown_host_has_nothing_connected(site: Site) -> None:
    with site.app.app_context(), pytest.raises(ActionFailed, match="not connected") as caught:
        site.zoom.act("nobody", GetUser())
    assert caught.value.problem.code is Code.CONNECTION_LOST


@pytest.mark.parametrize("given", ["get_user", {"topic": "x"}, GetUser])
def test_what_is_no_input_is_said_to_the_developer(site: Site, given: Any) -> None:
    with site.app.app_context(), pytest.raises(TypeError, match="Give an input of"):
        site.zoom.act("1", given)
