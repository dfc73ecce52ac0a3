"""Event rules: the arithmetic side of event types."""

from zoom_blueprint import values
from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling import rules
from zoom_blueprint.scheduling.rules import Rules


def rules_of(event: values.EventType) -> Rules:
    """Return the arithmetic side of an event type.

    Raises:
        BadInput: a length is out of range.
    """
    return Rules(
        duration=event.duration_minutes,
        step=event.step_minutes,
        buffer_before=event.buffer_before,
        buffer_after=event.buffer_after,
        notice=event.notice_minutes,
        horizon=_horizon(event),
        per_day=event.per_day,
        per_week=event.per_week,
    )


def _horizon(event: values.EventType) -> rules.Horizon:
    if event.first_day is not None and event.last_day is not None:
        return rules.Range(event.first_day, event.last_day)
    if event.first_day is not None or event.last_day is not None:
        raise BadInput({"horizon": said("Give both the first and the last day, or neither.")})
    return None if event.horizon_days is None else rules.Rolling(event.horizon_days)
