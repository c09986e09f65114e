"""Output for a person: aligned, with progress, coloured only on a terminal."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator

_BOLD, _DIM, _GREEN, _RED, _END = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m"
_NAME_WIDTH = 44


class Screen:
    """Prints steps as they begin and end."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._colours = self._terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def heading(self, text: str) -> None:
        print(f"\n{self._paint(_BOLD, text)}", flush=True)

    def line(self, text: str = "") -> None:
        print(f"  {text}" if text else "", flush=True)

    def failure(self, text: str) -> None:
        print(f"\n{self._paint(_RED, 'FAILED')} {text}", file=sys.stderr, flush=True)

    def success(self, text: str) -> None:
        print(f"\n{self._paint(_GREEN, text)}", flush=True)

    @contextlib.contextmanager
    def step(self, name: str, result: str = "done") -> Iterator[list[str]]:
        """Shows `name`, runs the block, then shows the result and how long it took. What the block appends to the
        list it gets replaces `result`."""
        began = time.monotonic()
        if self._terminal:
            print(f"  {name} {self._paint(_DIM, '…')}", end="\r", flush=True)
        told: list[str] = []
        try:
            yield told
        except BaseException:
            print(f"  {name:<{_NAME_WIDTH}}  {self._paint(_RED, 'failed')}", flush=True)
            raise
        seconds = self._paint(_DIM, f"{time.monotonic() - began:6.1f} s")
        print(f"  {name:<{_NAME_WIDTH}}{seconds}  {told[-1] if told else result}", flush=True)

    def table(self, rows: list[tuple[str, str, str]]) -> None:
        """Rows of a number, a name and a remark."""
        for number, name, remark in rows:
            print(f"  {number:>10}  {self._paint(_BOLD, f'{name:<16}')} {remark}".rstrip(), flush=True)

    def _paint(self, code: str, text: str) -> str:
        return f"{code}{text}{_END}" if self._colours else text
