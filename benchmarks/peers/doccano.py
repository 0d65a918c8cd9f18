"""doccano: a server and a worker, with SQLite as it comes."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter, sleep
from typing import Any

from .frame import LABEL, LABELS, SHOWN, Failed, Peer, Server, free_port, marked, texts

_PASSWORD = "a-long-password"  # noqa: S105 - of a server that ends with the measurement
_LINE = "----------------onrecord"


class Doccano(Peer):
    """doccano. Its own command listens at all addresses, so the same server is started at 127.0.0.1 alone."""

    name = "doccano"
    added = "HTTP API, a file of JSON Lines uploaded and imported by its worker, until its task is done; SQLite"
    labelled = "HTTP API, a span created, to the answer"
    written = "HTTP API, export as JSON Lines by its worker, to the end of the file"

    def cold(self) -> float:
        """To its page; tables and user were made before, and the worker is not waited for."""
        self._init()
        with self._web() as server:
            return server.first_page("/")

    def add(self, count: int) -> float:
        """Into a new project."""
        with self._project() as (server, head, project):
            return self._import(server, head, project, count, labelled=False)

    def label(self, times: int) -> list[float]:
        """One example after another."""
        took = []
        with self._project() as (server, head, project):
            self._import(server, head, project, max(SHOWN, times), labelled=False)
            found = server.ask("GET", f"{project}/examples?limit={times}", None, head)["results"]
            for example in found:
                span = {"start_offset": 0, "end_offset": marked(example["text"]), "label": self._type, "prob": 0}
                started = perf_counter()
                server.ask("POST", f"{project}/examples/{example['id']}/spans", span, head)
                took.append(perf_counter() - started)
        return took

    def out(self, count: int) -> float:
        """The labels come in with the articles before."""
        with self._project() as (server, head, project):
            self._import(server, head, project, count, labelled=True)
            started = perf_counter()
            asked = server.ask("POST", f"{project}/download", {"format": "JSONL", "exportApproved": False}, head)
            _done(server, head, asked["task_id"])
            _, _, written = server.exchange("GET", f"{project}/download?taskId={asked['task_id']}", None, head)
            took = perf_counter() - started
        assert len(written) > count, "the file is too small"
        return took

    def _env(self) -> dict[str, str]:
        return {
            "DOCCANO_HOME": str(self.folder), "STANDALONE": "True", "DEBUG": "False",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "DATABASE_URL": f"sqlite:///{self.folder}/db.sqlite3", "MEDIA_ROOT": str(self.folder / "media"),
        }  # fmt: skip

    def _init(self) -> None:
        """Tables and a user; made once, since that takes long and belongs to no measurement."""
        made = self.folder.with_name("doccano-made.sqlite3")
        if made.exists():
            shutil.copyfile(made, self.folder / "db.sqlite3")
            return
        self.run(self.program("doccano"), "init", env=self._env())
        self.run(self.program("doccano"), "createuser", "--password", _PASSWORD, env=self._env())
        shutil.copyfile(self.folder / "db.sqlite3", made)

    def _web(self) -> Server:
        port, code = free_port(), next(self.venv.glob("lib/python*/site-packages/backend"))
        workers = str(2 * (os.cpu_count() or 1) + 1)  # as its own command reckons
        command = [
            self.program("gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", workers, "--timeout", "600",
            "--chdir", str(code), "config.wsgi",
        ]  # fmt: skip
        return Server(command, port, self.folder, self._env())

    @contextmanager
    def _project(self) -> Iterator[tuple[Server, dict[str, str], str]]:
        """A server with its worker, the headers to ask it with, and the address of a new project."""
        self._init()
        with ExitStack() as stack:
            server = stack.enter_context(self._web())
            server.first_page("/")
            worker = Server([self.program("doccano"), "task", "--concurrency", "2"], 0, self.folder, self._env())
            stack.enter_context(worker)
            user = {"username": "admin", "password": _PASSWORD}
            head = {"Authorization": f"Token {server.ask('POST', '/v1/auth/login/', user)['key']}"}
            asked = {
                "name": "news", "description": "news", "project_type": "SequenceLabeling",
                "resourcetype": "SequenceLabelingProject",
            }  # fmt: skip
            project = f"/v1/projects/{server.ask('POST', '/v1/projects', asked, head)['id']}"
            for key, label in zip("sadc", LABELS, strict=True):
                made = server.ask("POST", f"{project}/span-types", {"text": label, "suffix_key": key}, head)
                if label == LABEL:
                    self._type = int(made["id"])
            yield server, head, project

    def _import(self, server: Server, head: dict[str, str], project: str, count: int, labelled: bool) -> float:
        # Without the field the file is refused; an article that nobody labelled has an empty one.
        lines = ({"text": text, "label": [[0, marked(text), LABEL]] if labelled else []} for text in texts(count))
        body, kind = _form("\n".join(map(json.dumps, lines)).encode())
        started = perf_counter()
        upload = server.exchange("POST", "/v1/fp/process/", body, head | {"Content-Type": kind})[2].decode()
        asked = {
            "format": "JSONL", "task": "SequenceLabeling", "uploadIds": [upload.strip('"')],
            "column_data": "text", "column_label": "label", "encoding": "utf_8",
        }  # fmt: skip
        _done(server, head, server.ask("POST", f"{project}/upload", asked, head)["task_id"])
        took = perf_counter() - started
        there = server.ask("GET", f"{project}/examples?limit=1", None, head)["count"]
        assert there == count, f"{there} of {count} came in"
        return took


def _form(content: bytes) -> tuple[bytes, str]:
    """A form with a file as its upload wants it, and the type to send it as."""
    field = f'--{_LINE}\r\nContent-Disposition: form-data; name="filepond"'
    first = f'{field}\r\n\r\n{{}}\r\n{field}; filename="in.jsonl"\r\nContent-Type: application/json\r\n\r\n'
    return first.encode() + content + f"\r\n--{_LINE}--\r\n".encode(), f"multipart/form-data; boundary={_LINE}"


def _done(server: Server, head: dict[str, str], task: str) -> None:
    """Wait until its worker has done a task."""
    while True:
        told: dict[str, Any] = server.ask("GET", f"/v1/tasks/status/{task}", None, head)
        if told.get("ready"):
            if errors := (told.get("result") or {}).get("error") if isinstance(told.get("result"), dict) else None:
                raise Failed(str(errors)[:200])
            return
        sleep(0.05)
