"""The catalogue of all operations in the crash matrix."""

from tests.crashes.scenarios import OF_BOOKINGS
from tests.crashes.scenarios_of_calendars import OF_CALENDARS
from tests.crashes.scenarios_of_events import OF_EVENTS
from tests.crashes.scenarios_of_google import OF_GOOGLE
from tests.crashes.scenarios_of_hosts import OF_HOSTS
from tests.crashes.scenarios_of_programs import OF_PROGRAMS
from tests.crashes.scenarios_of_sites import OF_SITES
from tests.crashes.scenarios_of_zoom import OF_ZOOM

SCENARIOS = OF_BOOKINGS | OF_HOSTS | OF_ZOOM | OF_GOOGLE | OF_EVENTS | OF_CALENDARS | OF_SITES | OF_PROGRAMS

# The operations that are named in the promise; the others commit and call as well.
NINE = (
    "confirm",
    "reschedule",
    "cancel",
    "approve",
    "connect",
    "refresh",
    "disconnect",
    "webhook, moved",
    "delivery by the site's mailer",
)

# Reached when a machine is slow, by any operation; and always by one, where Zoom is.
BY_CHANCE = {"services/drain:_give_back database.write": "confirm two, Zoom slow"}

# Sites that no operation of one visitor, one host and one Zoom comes by, with the reason.
UNREACHED = {
    "services/drain:_postpone database.write (2)": "only where what is sealed of a booking cannot be opened any more",
    "services/hosts:put database.write (2)": "only after three processes in turn were faster with the same new host",
    "services/channels:_open client.stop": "only where two programs open a channel for one calendar at once",
    "web/session_clock:end hooks.sign_out": "has the host app end its own sign-in, of which nothing of ours is kept",
    "web/interlock:leave hooks.sign_out": "the same, after what was to be cut is cut",
    "facade/zoom:list _account.list": "hands on what asks Zoom only when the caller goes through it",
}
