"""Waiting with a deadline and with something to read when it passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class LabTimeout(AssertionError):
    """What was waited for didn't come in time: a failed assertion, not an accident."""


class Hopeless(AssertionError):
    """Raised by a predicate when waiting makes no sense any more: what it waits for has ended."""


def wait_until(predicate: Callable[[], Value], deadline_s: float, what: str, period_s: float = 0.05) -> Value:
    """Calls `predicate` until it returns something true, and returns that.

    An exception of the predicate counts as "not yet" (except Hopeless); the last one, or the last false value, is named
    when `deadline_s` seconds have passed, so that a failure says how far things got.
    """
    end = time.monotonic() + deadline_s
    while True:
        last: object
        try:
            value = predicate()
            if value:
                return value
            last = value
        except Hopeless:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it's shown below
            last = f"{type(error).__name__}: {error}"
        if time.monotonic() >= end:
            raise LabTimeout(f"waited {deadline_s:g} s for {what}; last seen: {last!r}")
        time.sleep(period_s)


def stays_true(predicate: Callable[[], object], duration_s: float, what: str, period_s: float = 0.1) -> None:
    """Fails as soon as `predicate` is false within the next `duration_s` seconds."""
    end = time.monotonic() + duration_s
    while time.monotonic() < end:
        value = predicate()
        if not value:
            raise AssertionError(f"no longer true: {what}; seen: {value!r}")
        time.sleep(period_s)
