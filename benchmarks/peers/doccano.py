"""doccano: a server and a worker, with SQLite as it comes."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from time import perf_counter, sleep
from typing import Any
from zipfile import ZipFile

from .clocks import Took, timed
from .frame import LABEL, LABELS, SHOWN, Failed, Peer, Server, free_port, marked, texts

_PASSWORD = "a-long-password"  # noqa: S105 - of a server that ends with the measurement
_LINE = "----------------onrecord"


class Doccano(Peer):
    """doccano. Its own command listens at all addresses, so the same server is started at 127.0.0.1 alone."""

    name = "doccano"
    added = "HTTP API, a file of JSON Lines uploaded and imported by its worker, until its task is done; SQLite"
    labelled = "HTTP API, a span created, to the answer"
    written = "HTTP API, export as JSON Lines by its worker, to the end of the file"
    beside = ("marshmallow", "numpy", "setuptools")

    def cold(self) -> Took:
        """To its page; tables and user were made before, and the worker is not waited for."""
        self._init()
        with self.limited(), self._web() as server:
            return server.first_page("/")

    def add(self, count: int) -> Took:
        """Into a new project."""
        body = _form(count, labelled=False)
        with self._project() as project, self.limited():
            return project.add(count, body)

    def label(self, times: int) -> list[Took]:
        """One example after another."""
        took = []
        with self._project() as project:
            project.add(SHOWN, _form(SHOWN, labelled=False))
            for example in project.ask("GET", f"examples?limit={times}")["results"]:
                span = {"start_offset": 0, "end_offset": marked(example["text"]), "label": project.label, "prob": 0}
                with self.limited(), timed(*project.programs) as one:
                    project.ask("POST", f"examples/{example['id']}/spans", span)
                took.append(one)
        return took

    def out(self, count: int) -> Took:
        """The labels come in with the articles before."""
        with self._project() as project:
            project.add(count, _form(count, labelled=True))
            with self.limited(), timed(*project.programs) as took:
                content = project.export()
        there = _labelled(content)
        assert there == count, f"{there} of {count} came out"
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
    def _project(self) -> Iterator["_Project"]:
        """A new project on a server with its worker, which has had something to do before: so it has started."""
        self._init()
        with ExitStack() as stack:
            server = stack.enter_context(self._web())
            server.first_page("/")
            worker = Server([self.program("doccano"), "task", "--concurrency", "2"], 0, self.folder, self._env())
            stack.enter_context(worker)
            _Project(server, worker).add(SHOWN, _form(SHOWN, labelled=False))
            yield _Project(server, worker)


class _Project:
    """A project for spans with our labels."""

    def __init__(self, server: Server, worker: Server) -> None:
        self._server, self.programs = server, (server.number, worker.number)
        user = {"username": "admin", "password": _PASSWORD}
        self._head = {"Authorization": f"Token {server.ask('POST', '/v1/auth/login/', user)['key']}"}
        asked = {
            "name": "news", "description": "news", "project_type": "SequenceLabeling",
            "resourcetype": "SequenceLabelingProject",
        }  # fmt: skip
        self._path = f"/v1/projects/{server.ask('POST', '/v1/projects', asked, self._head)['id']}"
        types = {
            label: int(self.ask("POST", "span-types", {"text": label, "suffix_key": key})["id"])
            for key, label in zip("sadc", LABELS, strict=True)
        }
        self.label = types[LABEL]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request about the project."""
        return self._server.ask(method, f"{self._path}/{path}", body, self._head)

    def add(self, count: int, body: bytes) -> Took:
        """So many articles, in a form; to the end of the worker's task."""
        kind = {"Content-Type": f"multipart/form-data; boundary={_LINE}"}
        with timed(*self.programs) as took:
            upload = self._server.exchange("POST", "/v1/fp/process/", body, self._head | kind)[2].decode()
            asked = {
                "format": "JSONL", "task": "SequenceLabeling", "uploadIds": [upload.strip('"')],
                "column_data": "text", "column_label": "label", "encoding": "utf_8",
            }  # fmt: skip
            self._finish(self.ask("POST", "upload", asked)["task_id"])
        there = self.ask("GET", "examples?limit=1")["count"]
        assert there == count, f"{there} of {count} came in"
        return took

    def export(self) -> bytes:
        """The file that the worker makes."""
        task = self.ask("POST", "download", {"format": "JSONL", "exportApproved": False})["task_id"]
        self._finish(task)
        return self._server.exchange("GET", f"{self._path}/download?taskId={task}", None, self._head)[2]

    def _finish(self, task: str) -> None:
        """Wait until the worker has done a task; ask less often the longer it takes, since answers cost time too.

        While the worker has its database locked, the server fails to answer; then it is asked again.
        """
        started = perf_counter()
        while True:
            told: dict[str, Any] = {}
            with suppress(Failed):
                told = self._server.ask("GET", f"/v1/tasks/status/{task}", None, self._head)
            if told.get("ready"):
                if errors := (told.get("result") or {}).get("error") if isinstance(told.get("result"), dict) else None:
                    raise Failed(str(errors)[:200])
                return
            sleep(max(0.05, (perf_counter() - started) / 100))


def _form(count: int, labelled: bool) -> bytes:
    """A form with a file of articles, as its upload wants it; without the field for labels the file is refused."""
    lines = ({"text": text, "label": [[0, marked(text), LABEL]] if labelled else []} for text in texts(count))
    field = f'--{_LINE}\r\nContent-Disposition: form-data; name="filepond"'
    first = f'{field}\r\n\r\n{{}}\r\n{field}; filename="in.jsonl"\r\nContent-Type: application/json\r\n\r\n'
    return (first + "\n".join(map(json.dumps, lines)) + f"\r\n--{_LINE}--\r\n").encode()


def _labelled(content: bytes) -> int:
    """How many articles with a label an export holds."""
    with ZipFile(BytesIO(content)) as archive:
        lines = [line for name in archive.namelist() for line in archive.read(name).splitlines()]
    return sum(bool(json.loads(line)["label"]) for line in lines if line)
