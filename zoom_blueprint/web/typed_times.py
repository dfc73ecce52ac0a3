"""Times as a host chooses or types them: an offered instant, or a date and a time of day in their own zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from wtforms import ValidationError

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.web import forms

_FIRST_YEAR, _LAST_YEAR = 2000, 2998


def chosen(fields: Mapping[str, str], time_zone: str) -> datetime:
    """Return ``start`` of a form, an instant, else its ``date`` and ``time`` in a zone, as an aware UTC datetime.

    Raises:
        BadInput: naming every bad field.
    """
    if fields.get("start"):
        try:
            return forms.instant(fields["start"])
        except ValidationError as error:
            raise BadInput({"date": error.args[0]}) from None
    errors: dict[str, str] = {}
    day, clock = day_of(fields, "date", errors), clock_of(fields, "time", errors)
    if day is None and "date" not in errors:
        errors["date"] = said("Choose a day.")
    if clock is None and "time" not in errors:
        errors["time"] = said("Choose a time of day.")
    if day is None or clock is None:
        raise BadInput(errors)
    return there(day, clock, time_zone, "time")


def there(day: date, clock: time, time_zone: str, field: str) -> datetime:
    """Return the instant at which clocks of a zone show this; where they show it twice, the first.

    Raises:
        BadInput: of ``field``, for they never show it.
    """
    local = datetime.combine(day, clock)
    instant = local.replace(tzinfo=zone(time_zone)).astimezone(UTC)
    if instant.astimezone(zone(time_zone)).replace(tzinfo=None) != local:
        raise BadInput({field: said("Clocks are put forward then: this time of day does not exist on that day.")})
    return instant


def day_of(fields: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    """Return the date in a field; None where it is empty, or wrong, which ``errors`` then says."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return found
    errors[name] = said("Give a day as YYYY-MM-DD.")
    return None


def clock_of(fields: Mapping[str, str], name: str, errors: dict[str, str]) -> time | None:
    """Return the time of day in a field; None where it is empty, or wrong, which ``errors`` then says."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        return datetime.strptime(text[:5], "%H:%M").time()  # noqa: DTZ007  # a time of day has no zone
    except ValueError:
        errors[name] = said("Give a time of day as HH:MM.")
        return None


def spread(instant: datetime, time_zone: str) -> dict[str, str]:
    """Return the ``date`` and ``time`` that a form shows for an instant."""
    local = instant.astimezone(zone(time_zone))
    return {"date": local.date().isoformat(), "time": local.strftime("%H:%M")}
