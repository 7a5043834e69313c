"""Long chains of references need a deeper stack than a thread has by default.

The cyclic garbage collector rests meanwhile: nothing here is thrown away before the end, and to
walk all syntax trees again and again takes longer than to evaluate them.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_MEBIBYTE = 1024 * 1024
_SIZES = (512 * _MEBIBYTE, 128 * _MEBIBYTE, 32 * _MEBIBYTE)
_FRAMES_PER_MEBIBYTE = 120
T = TypeVar("T")


def with_deep_stack(work: Callable[[], T]) -> T:
    """The result of `work`, done in a thread with as deep a stack as the machine allows."""
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again in the caller's thread)
            failure.append(error)

    frames, old, collects = sys.getrecursionlimit(), threading.stack_size(), gc.isenabled()
    gc.disable()
    try:
        _finish(threading.Thread(target=run))
    finally:
        if collects:
            gc.enable()
        threading.stack_size(old)
        sys.setrecursionlimit(frames)
    if failure:
        raise failure[0]
    return result[0]


def _finish(thread: threading.Thread) -> None:
    for size in _SIZES:
        threading.stack_size(size)
        sys.setrecursionlimit(
            max(sys.getrecursionlimit(), size // _MEBIBYTE * _FRAMES_PER_MEBIBYTE)
        )
        try:
            thread.start()
        except RuntimeError:
            if size == _SIZES[-1]:
                raise
            continue
        thread.join()
        return
