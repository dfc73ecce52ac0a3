"""Free times are sent packed to those who can unpack them: many of them are most of what a visitor waits for."""

import gzip

from requests import Response

from tests.fixtures.site import Site
from tests.web.asking import INTRO, days


def test_times_are_packed_for_those_who_can_unpack_them(shared_site: Site) -> None:
    def ask(accepted: str) -> Response:
        headers = {"Accept-Encoding": accepted}
        return shared_site.get(f"{INTRO}/slots", params=days(1, 28), headers=headers, stream=True)

    answers = {accepted: ask(accepted) for accepted in ("gzip, deflate, br", "identity", "br, gzip;q=0")}
    sent = {accepted: answer.raw.read(decode_content=False) for accepted, answer in answers.items()}
    plain = sent["identity"]
    assert sent["br, gzip;q=0"] == plain
    assert gzip.decompress(sent["gzip, deflate, br"]) == plain
    assert len(sent["gzip, deflate, br"]) < len(plain) / 3
    for accepted, answer in answers.items():
        assert answer.headers.get("Content-Encoding") == ("gzip" if accepted.startswith("gzip") else None)
        assert answer.headers["Content-Length"] == str(len(sent[accepted]))
        assert answer.headers["ETag"] == answers["identity"].headers["ETag"]
