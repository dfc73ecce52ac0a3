"""Keep the connections to one partner that all clients of a process share."""

import json
import os
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from zoom_blueprint.exchanges.answers import Answer
from zoom_blueprint.exchanges.partners import Partner

# requests takes a tenth of a second to import; whoever only imports us should not wait for it.
if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

    from zoom_blueprint.exchanges.adapters import Adapter


class Transport:
    """A connection pool for REST and OAuth calls, safe to share between threads and across a fork.

    Proxies and certificate authorities come from the usual environment variables. A ``.netrc`` does not: it would
    replace our Authorization header.
    """

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self._adapters: dict[int, Adapter] = {}

    def call(
        self,
        method: str,
        url: str,
        *,
        token: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        budget: float | None = None,
    ) -> Answer:
        """Make one REST call with a bearer token; ``budget`` in seconds shortens the total of 10.

        Raises:
            The partner's unknown: no whole answer came in time.
        """
        from zoom_blueprint.exchanges.adapters import TOTAL_SECONDS

        total = TOTAL_SECONDS if budget is None else min(budget, TOTAL_SECONDS)

        def bear(request: "PreparedRequest") -> "PreparedRequest":
            request.headers["Authorization"] = f"Bearer {token}"
            return request

        session = self.session()
        try:
            response = session.request(
                method,
                url,
                params=query,
                data=None if body is None else json.dumps(body).encode(),
                headers={**(headers or {}), **({} if body is None else {"Content-Type": "application/json"})},
                auth=bear,  # an explicit auth is what keeps .netrc out
                timeout=total,
                allow_redirects=False,
            )
        except (OSError, ValueError) as error:
            # Nothing was sent: requests could not make a request of this address.
            name, keys = self.partner.name, self.partner.keys
            raise self.partner.lost(f"{name} could not be asked ({type(error).__name__}). Check {keys}.") from None
        return self.answer_of(response)

    def session(self) -> "Session":
        """Return a new, empty session on the shared pool.

        Never close it: that closes the pool under the others.
        """
        from requests import Session

        session = Session()
        self.equip(session)
        return session

    def equip(self, session: "Session") -> None:
        """Put a session, Authlib's for instance, on the shared pool."""
        adapter = self._adapter()
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        session.headers.update({"Accept": "application/json", "User-Agent": user_agent()})

    def answer_of(self, response: "Response") -> Answer:
        """Return what requests received as an Answer."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, response.content, self.partner)

    def _adapter(self) -> "Adapter":
        # One pool per process id, for two processes must not talk over one socket. The parent's stays referenced in
        # the child: taking it apart there could wait for a lock that was held in the moment of the fork. Two threads
        # may both make one here; setdefault keeps the first.
        pid = os.getpid()
        found = self._adapters.get(pid)
        if found is None:
            from zoom_blueprint.exchanges.adapters import Adapter

            found = self._adapters.setdefault(pid, Adapter(self.partner))
        return found


@cache
def user_agent() -> str:
    """Return the name by which partners know us."""
    try:
        return f"zoom-blueprint/{metadata.version('zoom-blueprint')}"
    except metadata.PackageNotFoundError:
        return "zoom-blueprint/0"
