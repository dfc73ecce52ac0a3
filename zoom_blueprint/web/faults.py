"""Why a message did not arrive at a host's program, in words for the host."""

import re

from zoom_blueprint.exchanges.pinned import Fault
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import failures

_FAULTS: dict[str, Said] = {
    Fault.NO_NAME: said("The name in its address is not known."),
    Fault.NOT_PUBLIC: said("Its address leads into a private network, where nothing is sent."),
    Fault.UNREACHABLE: said("It cannot be reached."),
    Fault.CERTIFICATE: said("Its certificate is not good."),
    Fault.LATE: said("It gave no answer in time."),
    Fault.BROKEN: said("Its answer broke off, or was none."),
    failures.RESTS: said("It waits a little, because your program takes long to answer."),
}
_ANSWER = re.compile(r"it answered (\d{3})")
_REDIRECT = "3"


def words(error: str) -> Said | None:
    """Return what the error of a delivery says; None when it is not one of an endpoint's."""
    answer = _ANSWER.fullmatch(error)
    if answer is None:
        return _FAULTS.get(error)
    if answer[1].startswith(_REDIRECT):
        return said("It answered with {code}, a redirect, which is not followed.", code=answer[1])
    return said("It answered with {code}.", code=answer[1])
