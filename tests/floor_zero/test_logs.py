"""What a log line is about, as fields and in its text."""

import logging

import pytest

from zoom_blueprint import logs
from zoom_blueprint.errors import ZoomUnknown

LOG = logs.logger("zoom_blueprint.some_module")


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def zoom(record: logging.LogRecord) -> dict[str, str]:
    """Return the fields of a record."""
    fields: dict[str, str] = record.zoom  # type: ignore[attr-defined]  # ours
    return fields


def test_a_line_within_a_block_says_what_the_block_is_about(caplog: pytest.LogCaptureFixture) -> None:
    with logs.about(booking="b1", host="7"), logs.about(event="booking.confirmed"):
        LOG.warning("refused: %s", "why")
    (record,) = caplog.records
    assert record.getMessage() == "refused: why booking=b1 host=7 event=booking.confirmed"
    assert zoom(record) == {"booking": "b1", "host": "7", "event": "booking.confirmed"}
    assert record.funcName == "test_a_line_within_a_block_says_what_the_block_is_about"


def test_a_line_about_nothing_is_as_it_was_written(caplog: pytest.LogCaptureFixture) -> None:
    with logs.about(booking="b1"):
        pass
    LOG.warning("100 %% of %s", "it")
    (record,) = caplog.records
    assert (record.getMessage(), zoom(record)) == ("100 % of it", {})


def test_a_block_ends_where_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    with logs.about(booking="b1"):
        with logs.about(booking="b2", host=None):
            LOG.info("inside")
        LOG.info("outside")
    assert [zoom(record) for record in caplog.records] == [{"booking": "b2"}, {"booking": "b1"}]


def test_percent_signs_are_only_what_they_were(caplog: pytest.LogCaptureFixture) -> None:
    with logs.about(booking="100%s"):
        LOG.info("100 %")
        LOG.info("%d %%", 100)
    assert [record.getMessage() for record in caplog.records] == ["100 % booking=100%s", "100 % booking=100%s"]


def test_nobody_hides_a_line_or_a_field_in_an_id(caplog: pytest.LogCaptureFixture) -> None:
    with logs.about(host="7 booking=b9\nERROR all is lost", event="ü" * 300):
        LOG.info("x")
    (record,) = caplog.records
    text = record.getMessage()
    assert "\n" not in text
    assert text.startswith('x host="7 booking=b9\\nERROR all is lost" event="\\u00fc')
    assert len(zoom(record)["event"]) == 200


def test_an_error_of_zoom_gives_its_tracking_id_to_the_line(caplog: pytest.LogCaptureFixture) -> None:
    error = ZoomUnknown("no answer", tracking_id="v=2.0;rid=1")
    LOG.warning("again: %s", error)
    try:
        raise error
    except ZoomUnknown:
        LOG.exception("failed")
    assert [zoom(record) for record in caplog.records] == [{"tracking": "v=2.0;rid=1"}] * 2


def test_lines_carry_the_tracking_id_of_the_last_call_in_their_block(caplog: pytest.LogCaptureFixture) -> None:
    logs.tracking("nobody's")
    with logs.about(booking="b1"):
        logs.tracking("one")
        LOG.info("linked")
        logs.tracking(None)
        LOG.info("no answer")
    LOG.info("after")
    assert [zoom(record).get("tracking") for record in caplog.records] == ["one", None, None]


def test_an_error_takes_along_what_it_is_about(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        with logs.about(host="7"), logs.about(booking="b1"):
            raise ValueError("no")

    try:
        fail()
    except ValueError as error:
        LOG.exception("a row failed")
        LOG.error("in short: %s", error)
    assert [zoom(record) for record in caplog.records] == [{"host": "7", "booking": "b1"}] * 2


def test_an_error_that_takes_nothing_along_is_raised_as_it_is() -> None:
    class Frozen(Exception):
        def __setattr__(self, name: str, value: object) -> None:
            if name.startswith("_zoom"):
                raise AttributeError(name)
            super().__setattr__(name, value)

    with pytest.raises(Frozen), logs.about(booking="b1"):
        raise Frozen
