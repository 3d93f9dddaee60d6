"""Headers that tell browsers what our pages never do (OWASP ASVS 5.0, 3.4)."""

import secrets
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

#: A year, as browsers' preload lists ask for.
HSTS = "max-age=31536000; includeSubDomains"


def csp_nonce() -> str:
    """The nonce of this response's own inline scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return cast(str, g.csp_nonce)


def content_security_policy(*, nonce: str, origin: str) -> str:
    """What our pages may load: our own files, and frames of the mailbox and of previews only.

    Args:
        nonce: of the response.
        origin: our own scheme and host. Frames are bound to paths, so that a link clicked inside a shown mail cannot
            lead the frame to our tracking addresses.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            f"frame-src {origin}/mailbox/ {origin}/preview-frames/",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def install_security_headers(app: Flask, *, public_base_url: str) -> None:
    """Adds the headers to every response; a view that needs a policy of its own sets it first."""
    https = urlsplit(public_base_url).scheme == "https"

    @app.after_request
    def add(response: Response) -> Response:
        policy = content_security_policy(nonce=csp_nonce(), origin=request.host_url.rstrip("/"))
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if https:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.endpoint != "static" and response.mimetype == "text/html":
            response.headers["Cache-Control"] = "no-store"
        return response

    app.context_processor(lambda: {"csp_nonce": csp_nonce})
