"""Progress of the steps of a start: bars in a terminal, plain lines elsewhere, always on standard error."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class StepProgress:
    """Shows one step after the other; a step ends when the next one begins."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self.bars = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.step: str | None = None
        self.task: TaskID | None = None
        self.began = 0.0

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        self.bars.stop()

    def close(self) -> None:
        """Ends the display for good; lines may still be said."""
        self.finish()
        self.bars.stop()

    def __call__(self, step: str) -> Callable[[int, int], None]:
        """Begins a step; call the answer with (done, of how many) to move its bar."""
        self.finish()
        self.step, self.began = step, time.monotonic()
        self.task = task = self.bars.add_task(step, total=None, count="")

        def advance(done: int, total: int) -> None:
            self.bars.update(task, completed=done, total=total, count=f"{done:,}/{total:,}")

        return advance

    def finish(self) -> None:
        """Ends the step under way, if there is one."""
        if self.step is None or self.task is None:
            return
        total = self.bars.tasks[self.task].total or 1
        self.bars.update(self.task, completed=total, total=total)
        if not self.console.is_terminal:
            self.say(f"{self.step}: done in {time.monotonic() - self.began:.1f} s")
        self.step = self.task = None

    def say(self, line: str) -> None:
        """Prints a line beside the bars."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)
