"""What actions give back, one dataclass for each, without any token; instants are in UTC, lengths are minutes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from zoom_blueprint.healths import Health, ProblemCode
from zoom_blueprint.values import ConnectionStatus
from zoom_blueprint.zoom_api.payloads import ListedMeeting, Meeting, ZoomUser


@dataclass(frozen=True, kw_only=True)
class MeetingOut:
    """A meeting as Zoom has it; the link that starts it as its host is left out on purpose."""

    id: int
    uuid: str
    topic: str
    start: datetime | None
    duration_minutes: int | None
    time_zone: str
    join_url: str = field(repr=False)
    passcode: str | None = field(repr=False)
    agenda: str = field(repr=False)
    status: str
    settings: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        """Return what is told of a meeting."""
        return cls(
            id=meeting.id,
            uuid=meeting.uuid,
            topic=meeting.topic,
            start=meeting.start,
            duration_minutes=meeting.duration,
            time_zone=meeting.time_zone,
            join_url=meeting.join_url,
            passcode=meeting.password,
            agenda=meeting.agenda,
            status=meeting.status,
            settings=meeting.settings,
        )


@dataclass(frozen=True, kw_only=True)
class ListedOut:
    """A meeting as Zoom's lists show it: ``agenda`` is cut at 250 characters, and there is no passcode."""

    id: int
    uuid: str
    topic: str
    start: datetime | None
    duration_minutes: int | None
    time_zone: str
    join_url: str = field(repr=False)
    agenda: str = field(repr=False)

    @classmethod
    def of(cls, meeting: ListedMeeting) -> Self:
        """Return what is told of a listed meeting."""
        return cls(
            id=meeting.id,
            uuid=meeting.uuid,
            topic=meeting.topic,
            start=meeting.start,
            duration_minutes=meeting.duration,
            time_zone=meeting.time_zone,
            join_url=meeting.join_url,
            agenda=meeting.agenda,
        )


@dataclass(frozen=True, kw_only=True)
class MeetingPage:
    """Some meetings, and the ``cursor`` that asks for those behind them; None when there are no more."""

    meetings: list[ListedOut]
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """What is gone from Zoom."""

    meeting_id: int


@dataclass(frozen=True, kw_only=True)
class UserOut:
    """The Zoom user behind a connection; ``type`` is 1 Basic, 2 Licensed."""

    id: str
    account_id: str
    email: str
    display_name: str
    time_zone: str
    type: int | None
    status: str
    connection: str

    @classmethod
    def of(cls, user: ZoomUser, connection_id: str) -> Self:
        """Return what is told of the user behind a connection."""
        return cls(**vars(user), connection=connection_id)


@dataclass(frozen=True, kw_only=True)
class HealthProblem:
    """What is wrong, in a sentence for the host, and the button that helps."""

    code: ProblemCode
    sentence: str
    press: str | None


@dataclass(frozen=True, kw_only=True)
class HealthOut:
    """How a connection stands after it was asked just now; ``healthy`` as long as there are no ``problems``."""

    connection: str
    healthy: bool
    status: ConnectionStatus
    problems: list[HealthProblem]
    quota_left: int
    quota_resets_at: datetime
    checked_at: datetime | None
    reconnect_url: str

    @classmethod
    def of(cls, health: Health, reconnect_url: str) -> Self:
        """Return what is told of a check."""
        return cls(
            connection=health.connection_id,
            healthy=health.is_fine,
            status=health.status,
            problems=[HealthProblem(**vars(one)) for one in health.problems],
            quota_left=health.quota_left,
            quota_resets_at=health.quota_resets_at,
            checked_at=health.checked_at,
            reconnect_url=reconnect_url,
        )


@dataclass(frozen=True, kw_only=True)
class SlotsOut:
    """Offered starts, in UTC, of an event type that lasts ``duration_minutes``."""

    event: str
    duration_minutes: int
    time_zone: str
    slots: list[datetime]
