"""What the scripts of this folder share: articles, a limit of time, servers on loopback, programs in a terminal."""

import contextlib
import fcntl
import http.client
import json
import os
import pty
import random
import select
import shutil
import signal
import socket
import struct
import subprocess
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, ClassVar

from .clocks import Took, spent, within

LABEL = "sourced"
LABELS = ("sourced", "anonymous", "denied", "confirmed")
SHOWN = 100
"""So many articles are there when a tool starts and when a label is given."""
_ASKED = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y", b"\x1b[c": b"\x1b[?62;c"}

_chance = random.Random(0)
_WORDS = ["".join(_chance.choices("etaoinshrdlu", k=_chance.randint(2, 10))) for _ in range(20_000)]


class Failed(Exception):
    """A tool said no; the message is the last that it said."""


class Peer:
    """A tool, in a folder of its own that is empty before each work."""

    name: ClassVar[str]
    """On PyPI."""
    added: ClassVar[str]
    """How articles come in, in words for the table."""
    labelled: ClassVar[str]
    """How a label is stored, in words for the table."""
    written: ClassVar[str]
    """How annotated articles come out, in words for the table."""
    beside: ClassVar[tuple[str, ...]] = ()
    """Packages whose versions the table should tell, since the tool does not run with all of them."""

    def __init__(self, venv: Path, folder: Path, limit: float) -> None:
        """The limit is in seconds, for each work without its preparation."""
        self.venv, self.folder, self._limit = venv, folder, limit

    def limited(self) -> AbstractContextManager[None]:
        """A block in which the work itself is done: it is broken off after the limit."""
        return within(self._limit, f"not in {self._limit / 60:g} min")

    def cold(self) -> Took:
        """From the start of the process to the first page or paint, with a few articles."""
        raise NotImplementedError

    def add(self, count: int) -> Took:
        """So many articles of 2.5 kB in."""
        raise NotImplementedError

    def label(self, times: int) -> list[Took]:
        """A label on some words of an article, stored; so many articles."""
        raise NotImplementedError

    def out(self, count: int) -> Took:
        """So many articles with a label each out, into a file or a folder."""
        raise NotImplementedError

    def program(self, name: str) -> str:
        """A program of the tool's."""
        return str(self.venv / "bin" / name)

    def run(self, *command: str | Path, env: Mapping[str, str] | None = None) -> Took:
        """Run a program to its end; what it took.

        Raises:
            Failed: it ended with another code than 0.
        """
        started = perf_counter()
        with (self.folder / "said.txt").open("w+", encoding="utf-8") as said:
            process = subprocess.Popen(
                list(map(str, command)), cwd=self.folder, env=os.environ | dict(env or {}), stdin=subprocess.DEVNULL,
                stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
            try:
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                _end(process)
                raise
            took = Took(perf_counter() - started, usage.ru_utime + usage.ru_stime)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                raise Failed((said.read().strip().splitlines() or [f"exit code {process.returncode}"])[-1])
        return took


def texts(count: int) -> Iterator[str]:
    """So many articles, each another one."""
    return map(_text, range(count))


def _text(number: int) -> str:
    """About 2.5 kB in words that come up as often as words do."""
    chance = random.Random(number)
    return f"Number{number} " + " ".join(_WORDS[int(len(_WORDS) ** chance.random())] for _ in range(380))


def marked(text: str) -> int:
    """Where the words end that get a label; they begin at 0."""
    return text.index(" ")


def write_lines(path: Path, records: Iterator[Any]) -> Path:
    """A JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    return path


def emptied(folder: Path) -> Path:
    """A folder without anything in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


# ---------------------------------------------------------------------- servers


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server on 127.0.0.1, from its start to the end of the block."""

    def __init__(self, command: Sequence[str], port: int, folder: Path, env: Mapping[str, str]) -> None:
        self._command, self._port, self._folder, self._env = command, port, folder, env
        self.started = 0.0

    def __enter__(self) -> "Server":
        self._log = (self._folder / "server.txt").open("a", encoding="utf-8")
        self.started = perf_counter()
        self._process = subprocess.Popen(
            self._command, cwd=self._folder, env=os.environ | dict(self._env), stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        _end(self._process)
        self._log.close()

    @property
    def number(self) -> int:
        """Of its first process."""
        return self._process.pid

    def first_page(self, path: str) -> Took:
        """What it took from its start to its page with the status 200.

        Raises:
            Failed: it ended before.
        """
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException, Failed):
                self.ask("GET", path)
                return Took(perf_counter() - self.started, spent(self.number))
            if self._process.poll() is not None:
                last = (self._folder / "server.txt").read_text(encoding="utf-8").strip().splitlines()
                raise Failed(last[-1] if last else "the server ended")
            sleep(0.02)

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """One request; bytes go as they are, anything else as JSON. The answer, read as JSON where it is that.

        Raises:
            Failed: the status is not one of success.
        """
        _, _, content = self.exchange(method, path, body, headers)
        try:
            return json.loads(content)
        except ValueError:
            return content

    def exchange(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """As `ask`, with the status and the headers; a redirection is an answer too."""
        told = {} if body is None or isinstance(body, bytes) else {"Content-Type": "application/json"}
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        try:
            connection.request(method, path, sent, told | dict(headers or {}))
            answer = connection.getresponse()
            content = answer.read()
            if answer.status >= 400 or (method == "GET" and answer.status != 200):
                raise Failed(f"{method} {path}: {answer.status} {content[:200].decode('utf-8', 'replace')}")
            return answer.status, answer.headers, content
        finally:
            connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program that was started in a session of its own, with all that it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
    process.wait()


# ---------------------------------------------------------------------- terminals


class Screen:
    """A program in a pseudo-terminal, from its start to the end of the block."""

    def __init__(self, command: Sequence[str | Path], env: Mapping[str, str]) -> None:
        self._command, self._env = [str(part) for part in command], env
        self._seen = b""

    def __enter__(self) -> "Screen":
        self.started = perf_counter()
        self.number, self._terminal = pty.fork()
        if self.number == 0:
            about = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
                os.execvpe(self._command[0], self._command, os.environ | about | dict(self._env))  # noqa: S606
            finally:
                os._exit(127)
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.number, signal.SIGKILL)
        os.waitpid(self.number, 0)
        os.close(self._terminal)

    def first_paint(self, words: bytes) -> Took:
        """What it took from its start until it painted these."""
        self.until(words)
        return Took(perf_counter() - self.started, spent(self.number))

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError as error:  # on Linux, how a terminal says that its program has ended
            raise Failed(self._seen[-300:].decode("utf-8", "replace").strip() or "the program ended") from error
        for question, answer in _ASKED.items():
            if question in data:
                os.write(self._terminal, answer)
        return data

    def until(self, words: bytes) -> None:
        """Wait until these were painted."""
        while words not in self._seen:
            self._seen += self._read(1)

    def drain(self) -> None:
        """Take what was painted by now, so that the program need not wait."""
        self._read(0)

    def rest(self, seconds: float) -> None:
        """Wait until nothing is painted for so long."""
        while self._read(seconds):
            pass
        self._seen = b""

    def press(self, keys: bytes) -> None:
        """Press keys; what was painted before them counts no more."""
        self._seen = b""
        os.write(self._terminal, keys)
