"""Error pages: plain words about what happened and what to do. They touch neither the database nor the session."""

from dataclasses import dataclass

from flask import Flask, render_template
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says; both parts translate when the page is drawn."""

    title: object
    text: object


WORDS = {
    400: Words(_l("That did not work"), _l("The request could not be understood. Go back and try once more.")),
    403: Words(_l("Not for this account"), _l("Your account may not do this. Ask an administrator of your team.")),
    404: Words(_l("Nothing here"), _l("There is no such page. It may have moved, or the address has a slip in it.")),
    405: Words(_l("Nothing here"), _l("This address takes no such request.")),
    413: Words(_l("Too large"), _l("What you sent is larger than we take here. Send a smaller piece.")),
    429: Words(_l("Too many tries"), _l("Please wait a minute, then try again.")),
    500: Words(_l("Our mistake"), _l("Something broke on our side; it is in our log. Please try again in a moment.")),
}
STALE_FORM = Words(
    _l("This form is out of date"),
    _l("The page was open for too long, or in another window you signed out. Go back, reload the page and try again."),
)


def install_error_pages(app: Flask) -> None:
    """Answers every HTTP error, and every exception nobody caught, with a page of ours."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
        code = error.code or 500
        words = STALE_FORM if isinstance(error, CSRFError) else WORDS.get(code, WORDS[500 if code >= 500 else 400])
        # Headers such as Allow and Retry-After belong to the answer; the ready-made body does not.
        kept = [item for item in error.get_headers() if item[0] not in ("Content-Type", "Content-Length")]
        return render_template("errors/error.html", code=code, words=words), code, kept
