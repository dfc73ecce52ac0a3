"""What a host sends who books for somebody else."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired

from zoom_blueprint.languages import said
from zoom_blueprint.services.lines import printable
from zoom_blueprint.web.forms import BookingForm, NoticeForm


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
