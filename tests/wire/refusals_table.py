"""How Zoom says no: statuses, codes, words and headers; sections are those of zoom-platform.md."""

import re
from dataclasses import dataclass

from tests.wire.shapes import Fields, Int, Items, Text
from tests.wire.values import ANY_TEXT

# §D: the body of every refusal.
REFUSAL = Fields(
    {"code": Int(), "message": Text(r".+")},
    {"errors": Items(Fields({"field": Text(r"[a-z_]+(\.[a-z_]+)*"), "message": Text(r".+")}), fewest=1)},
)
_SCOPE = r"[a-z]+:[a-z]+:[a-z_]+(:admin)?"

# §D: status, code, message.
REFUSALS = (
    (401, 124, r"Invalid access token\.?"),
    (401, 124, r"Access token (is|has) expired\."),
    (401, 124, r"Invalid access token, this access token is not supported as query parameter string\."),
    (400, 4711, rf"Invalid access token, does not contain scopes:\[{_SCOPE}(, {_SCOPE})*\]\."),  # §B
    (400, 4700, r"Invalid access token, does not contain scopes\.|Token cannot be empty\."),
    (400, 300, r"Request Body should be a valid JSON object\."),
    (400, 300, r"Validation Failed\."),
    (400, 300, r"Invalid meeting ID\."),
    (400, 300, r"Invalid parameter: occurrence_id\."),
    (
        400,
        300,
        r"The value that you entered in the schedule_for field is invalid\. Enter a valid value and try again\.",
    ),
    (400, 300, r"The next page token is invalid or expired\."),
    (400, 300, r"Registration has not been enabled for this meeting: \d+\."),
    (404, 1001, r"User does not exist: \S+\."),
    (400, 1010, r"User does not belong to this account: \S+\."),
    (404, 3001, r"Meeting does not exist: \d+\."),
    (400, 3000, r"Cannot access webinar information\."),
    (400, 3018, r"Not allowed to delete PMI\."),
    (400, 3161, r"Your user account is not allowed meeting hosting and scheduling capabilities\."),
    (400, 3161, r"Meeting hosting and scheduling capabilities are not allowed for your user account\."),
    (400, 200, r"No permission\.|Only available for (paid account|Paid or ZMP account): \S+\."),
    (404, 2300, r"This API endpoint is not recognized\."),
    (400, 12702, r"Can not access a meeting a year ago\."),
)


@dataclass(frozen=True)
class Limit:
    """One of Zoom's limits (§E): its words, and the headers that do and do not come with them."""

    message: str
    headers: dict[str, str]
    without: tuple[str, ...] = ()


CATEGORY = r"Light|Medium|Heavy|Resource-intensive"
LIMITS = (
    Limit(
        r"You have reached the maximum per-second rate limit for this API\. Try again later\.",
        {"x-ratelimit-type": "QPS", "x-ratelimit-category": CATEGORY, "x-ratelimit-remaining": "0"},
    ),
    Limit(
        r"You have reached the maximum daily rate limit for this API\. Refer to the response header for details on"
        r" when you can make another request\.",
        {
            "x-ratelimit-type": "Daily-limit",
            "x-ratelimit-category": CATEGORY,
            "x-ratelimit-remaining": "0",
            "retry-after": r"\d{4}-\d\d-\d\dT00:00:00Z",
        },
    ),
    Limit(
        r"You have exceeded the daily rate limit \(100\) of Meeting Create/Update API requests permitted for this"
        r" particular user\. You may resume these requests at GMT 00:00:00\.",
        {"x-ratelimit-category": "Light", "x-ratelimit-remaining": r"[1-9]\d*"},
        without=("retry-after", "x-ratelimit-type"),
    ),
    Limit(r"Too many concurrent requests\. A request to disassociate this user has already been made\.", {}),
)

# §A7: error, reason (None: no reason), status.
TOKEN_REFUSALS = (
    ("invalid_grant", r"Invalid Token!", 400),
    ("invalid_grant", r"Invalid authorization code", 400),
    ("invalid_grant", None, 400),
    ("invalid_client", r"Invalid client_id or client_secret", 400),
    ("invalid_request", r"Redirect URI mismatch\.", 400),
    ("invalid_request", r"Invalid Account Id|Account does not exist|Bad Request|Invalid Token!", 400),
    ("unsupported_grant_type", None, 400),
)
TOKEN_REFUSAL = Fields({"error": ANY_TEXT}, {"reason": ANY_TEXT})


def is_known(status: int, code: int, message: str) -> bool:
    """Tell whether Zoom's catalogue has a refusal with this status, code and text."""
    return any(
        (status, code) == (known_status, known_code) and re.fullmatch(pattern, message)
        for known_status, known_code, pattern in REFUSALS
    )


def limit(message: str) -> Limit | None:
    """Return the limit that a text speaks of."""
    return next((one for one in LIMITS if re.fullmatch(one.message, message)), None)


def is_known_to_tokens(status: int, error: str, reason: str | None) -> bool:
    """Tell whether the token endpoint is known to refuse like this."""
    return any(
        (status, error) == (known_status, known_error)
        and (reason is None if pattern is None else reason is not None and bool(re.fullmatch(pattern, reason)))
        for known_error, pattern, known_status in TOKEN_REFUSALS
    )
