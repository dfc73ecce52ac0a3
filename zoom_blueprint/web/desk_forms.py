"""What a host sends who books for somebody else."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired

from zoom_blueprint.languages import said
from zoom_blueprint.web.forms import BookingForm, NoticeForm


def printable(text: str) -> str:
    """Return a text in one line, of signs that can be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


class BookingForForm(FlaskForm):  # type: ignore[misc]
    """A booking on somebody's behalf: what a visitor tells of themselves, and the host's words."""

    class Meta:
        """Host pages check an ``ActionForm`` beside it."""

        csrf = False

    name = StringField(
        validators=[DataRequired(said("Enter a name."))], filters=[lambda value: printable(value) if value else value]
    )
    email = StringField(
        validators=[InputRequired(said("Enter an email address."))],
        filters=[lambda value: value.strip() if value else value],
    )
    guests, tz, lang, key = BookingForm.guests, BookingForm.tz, BookingForm.lang, BookingForm.key
    words = NoticeForm.words

    validate_email, validate_guests, validate_tz = (
        BookingForm.validate_email,
        BookingForm.validate_guests,
        BookingForm.validate_tz,
    )
