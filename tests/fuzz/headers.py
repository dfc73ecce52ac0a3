"""Headers of webhook deliveries: signed, forged in every way we could think of, and odd ones beside."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from zoom_blueprint.zoom_api.signature import sign

TIMESTAMP, SIGNATURE = "x-zm-request-timestamp", "x-zm-signature"


def wire(text: str) -> str:
    """Return what a server sees of a header that was sent as UTF-8."""
    return text.encode().decode("latin-1")


# Not a number of seconds, whatever it was signed with.
NO_SECONDS = st.one_of(
    st.sampled_from(
        (
            *("", " ", "soon", "NaN", "inf", "1e9", "0x10", "-1", "+1", "1.0", "1,2", "1_0", "true", "null", "v0"),
            *("9" * 13, "9" * 5000, "0" * 300, "²", "¼", wire("٣٤٥"), wire("１７"), "\xa0", "1\xa0", "\xff"),  # noqa: RUF001
        )
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="0123456789\r\n"), max_size=20),
)
BAD_SIGNATURES = st.one_of(
    st.sampled_from(
        (
            *("", "v0", "v0=", "v0=" + "0" * 64, "v0=" + "f" * 64, "v1=" + "0" * 64, "\xff" * 67, "v0=\xe9"),
            *("v0=" + "é" * 64, "sha256=" + "0" * 64, "v0=" + "0" * 10_000, "null", "v0=null", "Bearer x"),
        )
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=80),
)
BESIDE = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.sampled_from(
            (
                *("", "application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"),
                *("multipart/form-data; boundary=x", "application/json; charset=utf-16", "junk", "*/*", "\xff", ";;=;"),
            )
        ),
        "content-encoding": st.sampled_from(("gzip", "br", "identity", "deflate, gzip", "\xff")),
        "user-agent": st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20),
        "x-zm-request-id": st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20),
        "cookie": st.sampled_from(("host=ada", "zoom_consent=x", "session=e30.x.y", "=;=;=", "\xff=\xff", "a" * 4000)),
        "authorization": st.sampled_from(("Bearer x", "Basic eA==", "Basic \xff", "Digest", "")),
        "x-forwarded-host": st.sampled_from(("evil.example", "", "\xff")),
        "x-http-method-override": st.sampled_from(("GET", "DELETE")),
        "accept-language": st.sampled_from(("de", "x" * 100, "*;q=z", "\xff")),
        "origin": st.sampled_from(("null", "https://evil.example")),
        "host": st.sampled_from(("evil.example", "[::1", "a b", "\xff", "x" * 300, "127.0.0.1:99999999")),
    },
)


class Delivery(NamedTuple):
    """A body, how its signature is made, and the headers beside it; what the hour is, is asked when it is sent."""

    body: bytes
    how: str
    text: str = ""
    seconds: int = 0
    beside: Mapping[str, str] = MappingProxyType({})

    def headers(self, secret: str, now: int) -> dict[str, str]:
        """Return the headers; values are Latin-1 text, as they come from the wire."""
        return {**self.beside, **self._proof(secret, now)}

    def _proof(self, secret: str, now: int) -> dict[str, str]:
        at, given = str(now + self.seconds), sign(secret, now + self.seconds, self.body)
        match self.how:
            case "right":
                at = self.text + at
                given = sign(secret, at, self.body)
            case "no signature":
                return {TIMESTAMP: at}
            case "no timestamp":
                return {SIGNATURE: given}
            case "nothing":
                return {}
            case "other signature":
                given = self.text
            case "odd timestamp":
                at, given = self.text, sign(secret, self.text, self.body)
            case "odd timestamp, signed as sent":
                at, given = self.text, sign(secret, self.text.encode("latin-1").decode(errors="replace"), self.body)
            case "other secret":
                given = sign(OTHER_SECRETS[self.text](secret), at, self.body)
            case "other body":
                given = sign(secret, at, OTHER_BODIES[self.text](self.body))
            case "other time":
                at = str(now + self.seconds + 1)
            case "almost":
                given = ALMOST[self.text](given.removeprefix("v0="))
            case "timestamp twice":
                at = f"{at},{at}"
        return {TIMESTAMP: at, SIGNATURE: given}


@st.composite
def signed(draw: DrawFn, bodies: SearchStrategy[bytes]) -> Delivery:
    """Draw a delivery as Zoom would sign it; what stands beside the signature is odd at times."""
    return Delivery(draw(bodies), "right", draw(st.sampled_from(("", "", "0", "00"))), 0, draw(_beside()))


@st.composite
def forged(draw: DrawFn, bodies: SearchStrategy[bytes]) -> Delivery:
    """Draw a delivery that Zoom has not sent, or not just now."""
    text, seconds = "", 0
    match how := draw(st.sampled_from(HOWS)):
        case "right":  # signed once, and kept for too long; or by a clock that runs ahead
            seconds = draw(st.one_of(st.integers(-(10**9), -310), st.integers(310, 10**11)))
        case "other signature":
            text = draw(BAD_SIGNATURES)
        case "odd timestamp" | "odd timestamp, signed as sent":
            text = draw(NO_SECONDS)
        case "other secret":
            text = draw(st.sampled_from(sorted(OTHER_SECRETS)))
        case "other body":
            text = draw(st.sampled_from(sorted(OTHER_BODIES)))
        case "almost":
            text = draw(st.sampled_from(sorted(ALMOST)))
    return Delivery(draw(bodies), how, text, seconds, draw(_beside()))


HOWS = (
    *("right", "no signature", "no timestamp", "nothing", "other signature", "odd timestamp"),
    *("odd timestamp, signed as sent", "other secret", "other body", "other time", "almost", "timestamp twice"),
)
OTHER_SECRETS: dict[str, Callable[[str], str]] = {
    "none": lambda _: "",
    "another": lambda _: "another",
    "a part": lambda secret: secret[:-1],
    "with a space": lambda secret: f"{secret} ",
    "twice": lambda secret: secret * 2,
}
OTHER_BODIES: dict[str, Callable[[bytes], bytes]] = {
    "with a space": lambda body: body + b" ",
    "with a NUL": lambda body: body + b"\x00",
    "begun by another": lambda body: b"{}" + body,
    "changed": lambda body: body[1:] + b"~~",
}
# From the right digest; the header that was sent twice is joined by the server.
ALMOST: dict[str, Callable[[str], str]] = {
    "cut": lambda digest: f"v0={digest[:-1]}",
    "cut in half": lambda digest: f"v0={digest[:32]}",
    "longer": lambda digest: f"v0={digest}0",
    "bare": lambda digest: digest,
    "v1": lambda digest: f"v1={digest}",
    "capital v": lambda digest: f"V0={digest}",
    "colon": lambda digest: f"v0:{digest}",
    "capitals": lambda digest: f"v0=A{digest.upper()[1:]}",
    "two signs": lambda digest: f"v0=={digest}",
    "quoted": lambda digest: f'"v0={digest}"',
    "spaced": lambda digest: f"v0= {digest}",
    "superscript": lambda digest: f"v0={digest[:-1]}\xb2",
    "wide zero": lambda digest: f"v0={wire('０')}{digest[1:]}",  # noqa: RUF001
    "wide v": lambda digest: f"{wire('ｖ0')}={digest}",  # noqa: RUF001
    "twice": lambda digest: f"v0={digest},v0={digest}",
    "with another before": lambda digest: f"v0=,v0={digest}",
    "with another behind": lambda digest: f"v0={digest}, v0=",
}


def _beside() -> SearchStrategy[Mapping[str, str]]:
    return st.one_of(st.just({}), BESIDE)
