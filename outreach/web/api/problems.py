"""Problem details for HTTP APIs (RFC 9457): one shape for every refusal."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, json
from werkzeug.exceptions import HTTPException


class Problem(Exception):
    """A request that is refused.

    Args:
        status: of HTTP. title: what kind of refusal. detail: what to do about it. more: further members.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail
        self.headers, self.more = dict(headers or {}), dict(more or {})

    def response(self) -> Response:
        """The answer."""
        body = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail, **self.more}
        answer = Response(json.dumps(body), status=self.status, mimetype="application/problem+json")
        answer.headers.update(self.headers)
        return answer


def answer_with_problems(blueprint: Blueprint) -> None:
    """Lets every refusal below `blueprint` be a problem, those of the framework too."""

    @blueprint.errorhandler(Problem)
    def refused(problem: Problem) -> Response:
        return problem.response()

    @blueprint.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        return Problem(error.code or 500, error.name, error.description or error.name, headers=kept).response()
