"""`outreach web`: the web process, gunicorn with one worker of eight threads."""

import sys
from importlib import import_module
from typing import Any

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from outreach.bootstrap import ROOT
from outreach.embedded.lifeline import watch_lifeline
from outreach.logs import set_up_logs
from outreach.settings import DEFAULT_PORT


class WebServer(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured here instead of in a file."""

    def __init__(self, bind: str) -> None:
        self.bind = bind
        super().__init__()

    def load_config(self) -> None:
        """Sets what differs from gunicorn's defaults."""
        options = {
            "bind": self.bind,
            "worker_class": "gthread",
            "workers": 1,
            "threads": 8,
            "graceful_timeout": 2,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "outreach web",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application; wsgi.py lies beside the package, wherever we were started."""
        if str(ROOT) not in sys.path:
            sys.path.insert(0, str(ROOT))
        return import_module("wsgi").app


@click.command()
@click.option("--bind", default=f"127.0.0.1:{DEFAULT_PORT}", show_default=True, help="host:port, or unix:PATH.")
def web(bind: str) -> None:
    """Serves the admin, tracked links and webhooks."""
    set_up_logs(part="web")
    watch_lifeline()
    WebServer(bind).run()
