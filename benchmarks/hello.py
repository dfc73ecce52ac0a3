"""The ceiling: a plain Flask view that does nothing."""

from flask import Flask

app = Flask(__name__)


@app.route("/hello", methods=["GET", "POST"])
def hello() -> str:
    return "hello"
