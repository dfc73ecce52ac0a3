"""The rate limit of posts: shared by all processes, by an address that cannot be made up."""

from tests.cli.conftest import Shell
from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.servers import free_port
from tests.fixtures.site import Visitor

PATH = "/api/v1/hosts/ada/intro-call/bookings"


def test_two_processes_count_together(shell: Shell) -> None:
    other = free_port()
    shell.serve(ZOOM_LIMITS="3 per minute")
    shell.serve(other, ZOOM_LIMITS="3 per minute")
    second = Visitor(f"http://127.0.0.1:{other}/zoom")
    seen = [visitor.post(PATH, data={}).status_code for visitor in (shell, second, shell)]
    assert seen == [404, 404, 404], "ada is not connected, and that is told first"
    for visitor in (second, shell):
        answer = visitor.post(PATH, data={}, headers={"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7"})
        assert answer.status_code == 429, "an address that anybody can write is not believed"
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "try again" in answer.json()["detail"]
    assert shell.post("/book/ada/intro-call", data={}).status_code == 429
    assert shell.post("/bookings/x/cancel", data={}).status_code == 429
    page = shell.post("/bookings/x/reschedule", data={})
    assert page.headers["Retry-After"]
    assert shell.get("/api/v1/hosts/ada/intro-call").status_code == 404, "looking is not limited"


def test_two_processes_count_together_in_redis_and_go_on_without_it(shell: Shell, redis_server: RedisServer) -> None:
    other = free_port()
    for port in (None, other):
        shell.serve(port, ZOOM_LIMITS="3 per minute", ZOOM_RATELIMIT_URL=redis_server.url)
    second = Visitor(f"http://127.0.0.1:{other}/zoom")
    seen = [visitor.post(PATH, data={}).status_code for visitor in (shell, second, shell, second, shell)]
    assert seen == [404, 404, 404, 429, 429]
    redis_server.stop()
    seen = [visitor.post(PATH, data={}).status_code for visitor in (shell, second, shell, second, shell)]
    assert seen == [404, 404, 404, 429, 429], "the database counts, from zero"


def test_a_site_starts_while_its_redis_is_away(shell: Shell, redis_server: RedisServer) -> None:
    redis_server.stop()
    program = shell.serve(ZOOM_LIMITS="1 per minute", ZOOM_RATELIMIT_URL=redis_server.url)
    assert [shell.post(PATH, data={}).status_code for _ in range(2)] == [404, 429]
    assert "ZOOM_RATELIMIT_URL" in program.output


def test_behind_a_proxy_that_the_host_app_trusts_each_client_counts_for_itself(shell: Shell) -> None:
    shell.serve(ZOOM_LIMITS="1 per minute", BEHIND_A_PROXY="1")
    for client in ("203.0.113.7", "203.0.113.8"):
        assert shell.post(PATH, data={}, headers={"X-Forwarded-For": client}).status_code == 404
        assert shell.post(PATH, data={}, headers={"X-Forwarded-For": client}).status_code == 429


def test_off_means_no_limit(shell: Shell) -> None:
    shell.serve(ZOOM_LIMITS="off")
    assert {shell.post(PATH, data={}).status_code for _ in range(30)} == {404}
