"""How often an action asks the database for the connection by which it asks Zoom, counted."""

import pytest

from tests.actions.programs import Program, ahead
from tests.fixtures.site import Site
from tests.services.test_queries import counted
from zoom_blueprint.actions import running
from zoom_blueprint.actions.calls import Call


@pytest.mark.parametrize("is_named", [False, True])
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_an_action_reads_its_connection_once_and_twice_more_for_each_call_to_zoom(
    program: Program, site: Site, is_named: bool
) -> None:
    which = {"connection": site.connection().id} if is_named else {}
    one = {**which, "meeting_id": program.did("create_meeting", {"topic": "Kick-off", "start": ahead(days=3)})["id"]}
    asked = (
        ("get_user", which, 1),
        ("list_meetings", which, 1),
        ("get_meeting", one, 1),
        ("update_meeting", {**one, "topic": "Second"}, 2),
        ("delete_meeting", one, 1),
    )
    for action, sent, calls in asked:
        with counted(site) as statements:
            running.run(Call(state=site.state, host_id="1"), action, sent)
        reads = [told for told in statements if "FROM zoom_connection" in told]
        assert len(reads) == 1 + 2 * calls, (action, reads)
