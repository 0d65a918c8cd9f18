"""label-studio: a server, with SQLite as it comes."""

import json
import shutil
from itertools import islice
from typing import Any

from .clocks import Took, timed
from .frame import LABEL, LABELS, SHOWN, Peer, Server, free_port, marked, texts

_TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - of a server that ends with the measurement
_HEAD = {"Authorization": f"Token {_TOKEN}"}
_BATCH = 5_000
"""Articles a request: it refuses bodies over 250 MB."""
_SETTING = (
    '<View><Labels name="label" toName="text">'
    + "".join(f'<Label value="{label}"/>' for label in LABELS)
    + '</Labels><Text name="text" value="$text"/></View>'
)


class LabelStudio(Peer):
    """label-studio."""

    name = "label-studio"
    added = f"HTTP API, JSON, {_BATCH:,} articles a request, to the last answer; SQLite"
    labelled = "HTTP API, an annotation created, to the answer"
    written = "HTTP API, export as JSON, to the end of the file"

    def cold(self) -> Took:
        """To its page for logging in, with a few articles; its tables were made by a start before."""
        made = self.folder.with_name("label-studio-made.sqlite3")
        if not made.exists():
            with self._server() as server:
                server.first_page("/user/login/")
                _import(server, _project(server), SHOWN, _batches(SHOWN, labelled=False))
            shutil.copyfile(self.folder / "label_studio.sqlite3", made)
        shutil.copyfile(made, self.folder / "label_studio.sqlite3")
        with self.limited(), self._server() as server:
            return server.first_page("/user/login/")

    def add(self, count: int) -> Took:
        """Into a new project."""
        bodies = _batches(count, labelled=False)
        with self._server() as server:
            server.first_page("/user/login/")
            project = _project(server)
            with self.limited():
                return _import(server, project, count, bodies)

    def label(self, times: int) -> list[Took]:
        """One task after another."""
        took = []
        with self._server() as server:
            server.first_page("/user/login/")
            project = _project(server)
            _import(server, project, SHOWN, _batches(SHOWN, labelled=False))
            found = _ask(server, "GET", f"/api/tasks?project={project}&page_size={times}")["tasks"]
            for task in found:
                annotation = _annotation(task["data"]["text"])
                with self.limited(), timed(server.number) as one:
                    _ask(server, "POST", f"/api/tasks/{task['id']}/annotations/", annotation)
                took.append(one)
        return took

    def out(self, count: int) -> Took:
        """The labels come in with the articles before."""
        with self._server() as server:
            server.first_page("/user/login/")
            project = _project(server)
            _import(server, project, count, _batches(count, labelled=True))
            with self.limited(), timed(server.number) as took:
                _, _, written = server.exchange("GET", f"/api/projects/{project}/export?exportType=JSON", None, _HEAD)
        there = sum(bool(task["annotations"]) for task in json.loads(written))
        assert there == count, f"{there} of {count} came out"
        return took

    def _server(self) -> Server:
        port = free_port()
        command = [
            self.program("label-studio"), "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port),
            "--username", "ana@example.org", "--password", "a-long-password", "--user-token", _TOKEN,
            "--enable-legacy-api-token", "--data-dir", str(self.folder),
        ]  # fmt: skip
        quiet = {"COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false", "SENTRY_DSN": ""}
        return Server(command, port, self.folder, quiet | {"FRONTEND_SENTRY_DSN": "", "HOST": ""})


def _ask(server: Server, method: str, path: str, body: Any = None) -> Any:
    return server.ask(method, path, body, _HEAD)


def _project(server: Server) -> int:
    return int(_ask(server, "POST", "/api/projects", {"title": "news", "label_config": _SETTING})["id"])


def _batches(count: int, labelled: bool) -> list[bytes]:
    """Articles as the bodies of requests."""
    tasks = (
        {"data": {"text": text}} | ({"annotations": [_annotation(text)]} if labelled else {}) for text in texts(count)
    )
    return [json.dumps(list(islice(tasks, _BATCH))).encode() for _ in range(0, count, _BATCH)]


def _import(server: Server, project: int, count: int, bodies: list[bytes]) -> Took:
    head = _HEAD | {"Content-Type": "application/json"}
    with timed(server.number) as took:
        for body in bodies:
            server.ask("POST", f"/api/projects/{project}/import", body, head)
    there = _ask(server, "GET", f"/api/projects/{project}")["task_number"]
    assert there == count, f"{there} of {count} came in"
    return took


def _annotation(text: str) -> dict[str, Any]:
    value = {"start": 0, "end": marked(text), "text": text[: marked(text)], "labels": [LABEL]}
    return {"result": [{"from_name": "label", "to_name": "text", "type": "labels", "value": value}]}
