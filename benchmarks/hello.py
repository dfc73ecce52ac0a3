"""The ceiling: a Flask view that does nothing, in an app with nothing and in one such as would embed us."""

import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy


def hello() -> str:
    return "hello"


app = Flask(__name__)
app.add_url_rule("/hello", view_func=hello, methods=["GET", "POST"])

host = Flask(__name__)
host.config.update(SECRET_KEY="benchmark", SQLALCHEMY_DATABASE_URI=os.environ.get("BENCH_DATABASE", "sqlite://"))
SQLAlchemy(host)
host.add_url_rule("/hello", view_func=hello, methods=["GET", "POST"])
