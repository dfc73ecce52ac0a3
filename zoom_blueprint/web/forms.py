"""What people and programs send, validated in one place for page, form post and JSON."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from unicodedata import category

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField, ValidationError
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import Said, said, said_count
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services.lines import one_line, some_lines
from zoom_blueprint.values import Question

_MAIL = re.compile(
    r"(?!.*=\?)"  # the beginning of an encoded word, which mail headers read as what it stands for
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_LONGEST_MAIL = 254
# A name is mailed to whoever is said to be booking: nobody shall advertise an address by it.
# Mail programs make links of what looks like a domain: of the endings that spam has, not of every "Dr.Who".
_WEB_ADDRESS = re.compile(
    r"://|\bwww\.|\.[a-z]{2,63}/"
    r"|[\w-]{3}\.(?:com|net|org|info|biz|io|ru|cn|xyz|top|shop|site|store|online|club|live|link|click|app|dev)\b",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"(?=.{2,16}\Z)[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_LINK = re.compile(
    r"https://(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}(?::[0-9]{1,5})?(?:[/?#][^\s\x00-\x20\x7f-\U0010ffff\"<>\\^`{|}]*)?"
)
_ID = re.compile(r"[0-9a-f]{32}")
_KEY = re.compile(r"[\x21-\x7e]+\Z")
_APART = re.compile(r"[\s,;]+")
_ANSWER_LENGTH = 2000
_MOST_GUESTS = 10
_FIRST_YEAR, _LAST_YEAR = 2000, 2998  # so that days before and after can be counted without an overflow


def _at_most(characters: int) -> Said:
    return said_count("Use at most {n} character.", "Use at most {n} characters.", characters)


class _Length(Length):
    """A length whose message can be said in other languages: the original puts numbers into it."""

    def __init__(self, min: int = -1, max: int = -1, *, message: Said) -> None:  # wtforms' names
        super().__init__(min, max, message)
        self.said = message

    def __call__(self, form: BaseForm, field: StringField) -> None:
        try:
            super().__call__(form, field)
        except ValidationError:
            raise ValidationError(self.said) from None


def once() -> str | None:
    """Return the id that a form has chosen for what it makes, so that sending it twice makes one."""
    chosen = request.form.get("once", "")
    return chosen if _ID.fullmatch(chosen) else None


class ActionForm(FlaskForm):  # type: ignore[misc]
    """A button on a host page: nothing but its CSRF token."""


class BookingForm(FlaskForm):  # type: ignore[misc]
    """A visitor's booking. Public, so without CSRF: there is no cookie whose power could be borrowed."""

    class Meta:
        """Public forms carry a signed slot token instead of a CSRF token."""

        csrf = False

    start = StringField(validators=[InputRequired(said("Choose a time."))])
    name = StringField(
        validators=[DataRequired(said("Enter your name.")), _Length(max=100, message=_at_most(100))],
        filters=[one_line],
    )
    email = StringField(
        validators=[
            InputRequired(said("Enter your mail address.")),
            _Length(max=_LONGEST_MAIL, message=said("This address is too long.")),
        ],
        filters=[lambda value: value.strip() if value else value],
    )
    tz = StringField(validators=[InputRequired(said("Say in which time zone you are."))])
    lang = StringField(filters=[lambda value: value if value and _LANGUAGE.fullmatch(value) else ""])
    token = StringField(validators=[InputRequired(said("Load the times again and choose one."))])
    key = StringField(
        validators=[
            InputRequired(said("Send a key that is new for each booking.")),
            _Length(min=8, max=100, message=said("Use {least} to {most} characters.", least=8, most=100)),
            Regexp(_KEY, message=said("Use letters, digits and signs of ASCII, no spaces.")),
        ]
    )
    guests = StringField(filters=[lambda value: value or ""])
    code = StringField(validators=[_Length(max=20, message=_at_most(20))])
    proof = StringField(validators=[_Length(max=100, message=_at_most(100))])
    website = StringField(validators=[_Length(max=0, message=said("Leave this field empty."))])

    def validate_start(self, field: Field) -> None:
        """Require an instant with its zone."""
        instant(field.data)

    def validate_name(self, field: Field) -> None:
        """Require a name that can be seen, and no way to another site."""
        if not any(category(sign)[0] in "LNPS" for sign in field.data or ""):
            raise ValidationError(said("Enter your name."))
        if _WEB_ADDRESS.search(field.data or ""):
            raise ValidationError(said("Enter your name without a web address."))

    def validate_email(self, field: Field) -> None:
        """Require what can be written to: letters, digits and signs of ASCII, and a domain with a dot."""
        if not _MAIL.fullmatch(field.data):
            raise ValidationError(said("This does not look like a mail address."))

    def validate_tz(self, field: Field) -> None:
        """Require an IANA zone."""
        try:
            zone(field.data)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def validate_guests(self, field: Field) -> None:
        """Require at most ten mail addresses, separated by commas."""
        found = guests_of(field.data)
        if len(found) > _MOST_GUESTS:
            raise ValidationError(said_count("Invite at most {n} guest.", "Invite at most {n} guests.", _MOST_GUESTS))
        if any(len(guest) > _LONGEST_MAIL or not _MAIL.fullmatch(guest) for guest in found):
            raise ValidationError(said("One of these does not look like a mail address."))


class MoveForm(FlaskForm):  # type: ignore[misc]
    """A visitor's reschedule."""

    class Meta:
        """The signed manage link is the authority."""

        csrf = False

    start = StringField(validators=[InputRequired(said("Choose a time."))])
    token = StringField(validators=[InputRequired(said("Load the times again and choose one."))])

    def validate_start(self, field: Field) -> None:
        """Require an instant with its zone."""
        instant(field.data)


class CancelForm(FlaskForm):  # type: ignore[misc]
    """A visitor's or a host's cancellation."""

    class Meta:
        """The signed manage link is the authority; host pages check an ``ActionForm`` beside it."""

        csrf = False

    reason = StringField(
        validators=[_Length(max=1000, message=_at_most(1000))],
        filters=[lambda value: some_lines(value) if value else None],
    )


class NoticeForm(FlaskForm):  # type: ignore[misc]
    """What a host tells the invitees of bookings whose Zoom links no longer follow changes."""

    class Meta:
        """Host pages check an ``ActionForm`` beside it."""

        csrf = False

    tell = StringField()
    words = StringField(
        validators=[_Length(max=1000, message=_at_most(1000))],
        filters=[lambda value: some_lines(value) if value else None],
    )
    link = StringField(
        validators=[_Length(max=500, message=_at_most(500))],
        filters=[lambda value: value.strip() if value else None],
    )

    def validate_tell(self, field: Field) -> None:
        """Require something to tell when there is to be told, and the tick when there is something."""
        has_content = bool(self.words.data or self.link.data)
        if field.data and not has_content:
            raise ValidationError(said("Write a few words or give a link, or take the tick away."))
        if has_content and not field.data:
            raise ValidationError(said("Tick this to send what you wrote, or empty both fields."))

    def validate_link(self, field: Field) -> None:
        """Require an address that a browser opens in a sealed way, without a user name in it."""
        if field.data and not _LINK.fullmatch(field.data):
            raise ValidationError(said("Enter a whole address that begins with https://"))


def checked(form: FlaskForm, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the fields of a valid form, empty ones as "".

    Raises:
        BadInput: naming every bad field, those of ``extra`` too.
    """
    form.validate()
    errors = {name: found[0] for name, found in form.errors.items() if name and found}
    errors |= extra or {}
    if errors:
        raise BadInput(errors)
    return {name: value or "" for name, value in form.data.items()}


def instant(text: str | None) -> datetime:
    """Return an aware UTC datetime; ValidationError when the text names no instant."""
    try:
        found = datetime.fromisoformat(text or "")
        if found.tzinfo is None:
            raise ValueError("no zone")
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise ValueError("nothing is offered there")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValidationError(said("Choose one of the offered times.")) from None


def guests_of(text: str) -> tuple[str, ...]:
    """Return the guests' mail addresses, each once; commas, semicolons, spaces or lines may be between them."""
    return tuple(dict.fromkeys(part.lower() for part in _APART.split(text) if part))


def answers_of(fields: MultiDict[str, str], questions: Sequence[Question]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the answers to an event type's questions, and what is wrong with them."""
    answers: dict[str, str] = {}
    errors: dict[str, str] = {}
    for question in questions:
        name = f"answers.{question.name}"
        answer = some_lines(fields.get(name, ""))
        if question.required and not answer:
            errors[name] = said("Please answer this.")
        elif len(answer) > _ANSWER_LENGTH:
            errors[name] = _at_most(_ANSWER_LENGTH)
        elif answer and question.kind == "choice" and answer not in question.choices:
            errors[name] = said("Choose one of the answers.")
        elif answer:
            answers[question.name] = answer
    return answers, errors
