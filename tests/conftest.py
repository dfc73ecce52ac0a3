"""The fixtures that every room may use; each module of tests/fixtures has one duty."""

pytest_plugins = [
    "tests.fixtures.generated",
    "tests.fixtures.order",
    "tests.fixtures.network",
    "tests.fixtures.compiled",
    "tests.fixtures.databases",
    "tests.fixtures.certificates",
    "tests.fixtures.servers",
    "tests.fixtures.redis_servers",
    "tests.fixtures.browser",
    "tests.fixtures.site",
    "tests.fixtures.receivers",
    "tests.fixtures.google",
    "tests.fixtures.demo",
    "tests.fixtures.shown",
]
