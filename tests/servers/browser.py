"""A real browser, led through its debugging pipe: no library, no port, a profile that goes with the test."""

import base64
import io
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_PATIENCE = 60.0
"""s for an answer: the browser starts in two on an idle machine."""

_LEAD = """
import fcntl, os, sys
high = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 20) for one in sys.argv[1:3]]  # neither lies where the other goes
os.dup2(high[0], 3)
os.dup2(high[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser listens at 3 and speaks at 4."""


class Browser:
    """One page of one browser."""

    def __init__(self, process: subprocess.Popen[bytes], to: int, back: int) -> None:
        self._process, self._to, self._back = process, to, back
        self._number, self._buffer = 0, b""
        self.console: list[str] = []
        """What pages and the browser's policies complained of."""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session: str | None = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def open(self, address: str) -> None:
        self._ask("Page.navigate", url=address)

    def run(self, expression: str) -> Any:
        """What an expression gives in the page; a promise is waited for."""
        told = self._ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return told["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        end = time.monotonic() + _PATIENCE
        while not self.run(expression):
            assert time.monotonic() < end, f"never came true: {expression}"
            time.sleep(0.05)

    def screenshot(self) -> np.ndarray:
        """What a person sees: uint8, H x W x 3, red green blue."""
        shot = base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])
        return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Ask the browser; asked again where the page went to another one in between."""
        for _ in range(5):
            told = self._told(method, parameters)
            if "navigated" not in str(told.get("error")):
                break
            time.sleep(0.2)
        assert "error" not in told, told
        return dict(told["result"])

    def _told(self, method: str, parameters: dict[str, object]) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if getattr(self, "_session", None):
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            told = self._hear()
            if told.get("id") == self._number:
                return told
            if told.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"):
                self.console.append(json.dumps(told["params"]))

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._back], [], [], _PATIENCE)[0], "the browser is silent"
            piece = os.read(self._back, 1 << 16)
            assert piece, f"the browser has gone: {self._process.poll()}"
            self._buffer += piece
        told, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(told))


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a fresh profile in a folder; it is ended at the end."""
    assert CHROMIUM is not None
    theirs, to = os.pipe()
    back, mine = os.pipe()
    words = [
        "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--window-size=1200,900", "--force-color-profile=srgb", "--remote-debugging-pipe", "about:blank",
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", _LEAD, str(theirs), str(mine), CHROMIUM, *words],
        pass_fds=(theirs, mine),
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        os.close(mine)
        try:
            yield Browser(process, to, back)
        finally:
            process.kill()
            os.close(to)
            os.close(back)
