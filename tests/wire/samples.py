"""Samples with nothing wrong in them, made up after zoom-platform.md, to be spoilt one place at a time."""

SECRET = "whsec_test_0123456789"
# §F3: the vector of the fact sheet.
STARTED = (
    '{"event":"meeting.started","payload":{"account_id":"AccTest0000000000000AA","object":{"duration":30,'
    '"start_time":"2030-01-02T03:04:05Z","timezone":"Europe/Paris","topic":"Café","id":"81234567890","type":2,'
    '"uuid":"AAAAAAAAAAAAAAAAAAAAAA==","host_id":"HostTest000000000000AA"}},"event_ts":1893553445000}'
).encode()
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": "Zoom Marketplace/1.0a",
    "x-zm-request-timestamp": "1893553446",
    "x-zm-signature": "v0=6ddae7ac394f2986a04cf87d1d2ddae3d0abda7d7929cd0f4c53c85f01caf101",
    "x-zm-request-id": "570044ff_fcdf_03dd_d052_2f8ab9ea4523",
    "x-zm-trackingid": f"v=2.0;clid=us02;rid=WEB_{'0' * 32}",
    "traceparent": f"00-{'0' * 32}-{'0' * 16}-02",
    "zm-trace-upstream": "Meeting_Web_marketplace-consumer",
    "clientid": "made-up",
}
LISTED = {
    "uuid": "AbCdEfGhQkKxYzAbCdEfGh==",
    "id": 81234567890,
    "host_id": "HostTest000000000000AA",
    "topic": "Intro call",
    "type": 2,
    "start_time": "2030-01-15T09:00:00Z",
    "duration": 30,
    "timezone": "Europe/Paris",
    "agenda": "",
    "created_at": "2030-01-02T10:11:12Z",
    "join_url": "https://us02web.zoom.us/j/81234567890?pwd=abcDEF123.1",
}
LIST = {
    "page_count": 1,
    "page_number": 1,
    "page_size": 30,
    "total_records": 1,
    "next_page_token": "",
    "meetings": [LISTED],
}
CREATE = {
    "method": "POST",
    "path": "/v2/users/me/meetings",
    "request": {
        "query": {},
        "headers": {"authorization": "Bearer", "accept": "application/json", "content-type": "application/json"},
        "form": {},
        "json": {
            "type": 2,
            "topic": "Intro call",
            "start_time": "2030-01-15T09:00:00Z",
            "duration": 30,
            "settings": {"use_pmi": False},
        },
        "size": 1,
    },
    "answer": {
        "status": 429,
        "headers": {
            "content-type": "application/json;charset=UTF-8",
            "x-zm-trackingid": HEADERS["x-zm-trackingid"],
            "x-ratelimit-category": "Light",
            "x-ratelimit-limit": "6000",
            "x-ratelimit-remaining": "5893",
        },
        "json": {
            "code": 429,
            "message": "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted"
            " for this particular user. You may resume these requests at GMT 00:00:00.",
        },
        "size": 1,
    },
}
TOKEN = {
    "method": "POST",
    "path": "/oauth/token",
    "request": {
        "query": {},
        "headers": {
            "authorization": "Basic",
            "accept": "application/json",
            "content-type": "application/x-www-form-urlencoded",
        },
        "form": {"grant_type": "refresh_token", "refresh_token": "***"},
        "json": None,
        "size": 1,
    },
}
