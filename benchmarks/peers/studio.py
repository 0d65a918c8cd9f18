"""label-studio: a server, with SQLite as it comes."""

import shutil
from time import perf_counter
from typing import Any

from .frame import LABEL, LABELS, SHOWN, Peer, Server, free_port, marked, texts

_TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - of a server that ends with the measurement
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

    def cold(self) -> float:
        """To its page for logging in, with a few articles; its tables were made by a start before."""
        made = self.folder.with_name("label-studio-made.sqlite3")
        if not made.exists():
            with self._server() as server:
                server.first_page("/user/login/")
                _import(server, _project(server), SHOWN, labelled=False)
            shutil.copyfile(self.folder / "label_studio.sqlite3", made)
        shutil.copyfile(made, self.folder / "label_studio.sqlite3")
        with self._server() as server:
            return server.first_page("/user/login/")

    def add(self, count: int) -> float:
        """Into a new project."""
        with self._server() as server:
            server.first_page("/user/login/")
            return _import(server, _project(server), count, labelled=False)

    def label(self, times: int) -> list[float]:
        """One task after another."""
        took = []
        with self._server() as server:
            server.first_page("/user/login/")
            project = _project(server)
            _import(server, project, max(SHOWN, times), labelled=False)
            found = _ask(server, "GET", f"/api/tasks?project={project}&page_size={times}")["tasks"]
            for task in found:
                started = perf_counter()
                _ask(server, "POST", f"/api/tasks/{task['id']}/annotations/", _annotation(task["data"]["text"]))
                took.append(perf_counter() - started)
        return took

    def out(self, count: int) -> float:
        """The labels come in with the articles before."""
        with self._server() as server:
            server.first_page("/user/login/")
            project = _project(server)
            _import(server, project, count, labelled=True)
            started = perf_counter()
            written = _ask(server, "GET", f"/api/projects/{project}/export?exportType=JSON")
            took = perf_counter() - started
        assert len(written) == count, f"{len(written)} of {count} came out"
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
    return server.ask(method, path, body, {"Authorization": f"Token {_TOKEN}"})


def _project(server: Server) -> int:
    return int(_ask(server, "POST", "/api/projects", {"title": "news", "label_config": _SETTING})["id"])


def _import(server: Server, project: int, count: int, labelled: bool) -> float:
    took, batch = 0.0, list[dict[str, Any]]()
    for number, text in enumerate(texts(count), 1):
        batch.append({"data": {"text": text}} | ({"annotations": [_annotation(text)]} if labelled else {}))
        if len(batch) == _BATCH or number == count:
            started = perf_counter()
            _ask(server, "POST", f"/api/projects/{project}/import", batch)
            took += perf_counter() - started
            batch = []
    there = _ask(server, "GET", f"/api/projects/{project}")["task_number"]
    assert there == count, f"{there} of {count} came in"
    return took


def _annotation(text: str) -> dict[str, Any]:
    value = {"start": 0, "end": marked(text), "text": text[: marked(text)], "labels": [LABEL]}
    return {"result": [{"from_name": "label", "to_name": "text", "type": "labels", "value": value}]}
