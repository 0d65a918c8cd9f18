"""potato-annotation: a server that reads its articles from a file whenever it starts, and keeps labels in files."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .clocks import Took, timed
from .frame import LABEL, LABELS, SHOWN, Peer, Server, free_port, marked, texts, write_lines

_CONFIG = {
    "annotation_task_name": "news",
    "task_dir": ".",
    "output_annotation_dir": "out",
    "data_files": ["in.jsonl"],
    "item_properties": {"id_key": "id", "text_key": "text"},
    "user_config": {"allow_all_users": True, "users": []},
    "require_password": False,
    "annotation_schemes": [
        {"annotation_type": "span", "name": "label", "description": "label", "labels": list(LABELS)},
    ],
}
_COOKIE = re.compile(r"([^=;\s]+=[^;]*)")


class Potato(Peer):
    """potato-annotation."""

    name = "potato-annotation"
    added = "start with a file of JSON Lines, to the first page: it has no import"
    labelled = "HTTP API, as its page does, to the answer"
    written = "`python -m potato.export --format web_annotation`, from labels that the script wrote as it does"

    def cold(self) -> Took:
        """To its first page."""
        return self.add(SHOWN)

    def add(self, count: int) -> Took:
        """To its first page, with so many articles in its file."""
        self._prepare(count)
        with self.limited(), self._server() as server:
            return server.first_page("/")

    def label(self, times: int) -> list[Took]:
        """One article after another."""
        self._prepare(max(SHOWN, times))
        took = []
        with self._server() as server:
            head = _entered(server)
            for number, text in enumerate(texts(times)):
                with self.limited(), timed(server.number) as one:
                    server.ask("POST", "/updateinstance", _update(number, text), head)
                took.append(one)
        return took

    def out(self, count: int) -> Took:
        """One label is given through its API, with few articles; the file that it keeps then is given one for each."""
        self._prepare(SHOWN)
        with self._server() as server:
            server.ask("POST", "/updateinstance", _update(0, next(texts(1))), _entered(server))
        self._prepare(count)
        kept = self.folder / "out" / "ana" / "user_state.json"
        state: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        ((form, value),) = state["instance_id_to_span_to_value"]["0"]
        state["instance_id_to_span_to_value"] = {
            str(number): [[form | {"end": marked(text)}, value]] for number, text in enumerate(texts(count))
        }
        kept.write_text(json.dumps(state), encoding="utf-8")
        told = ("--config", "config.yaml", "--format", "web_annotation", "--output", "exported")
        with self.limited():
            took = self.run(self.program("python"), "-m", "potato.export", *told)
        written = (self.folder / "exported" / "web_annotations.jsonld").read_text(encoding="utf-8")
        there = written.count('"TextPositionSelector"')
        assert there == count, f"{there} of {count} came out"
        return took

    def _prepare(self, count: int) -> None:
        records = ({"id": str(number), "text": text} for number, text in enumerate(texts(count)))
        write_lines(self.folder / "in.jsonl", records)
        config: Path = self.folder / "config.yaml"
        config.write_text(json.dumps(_CONFIG), encoding="utf-8")  # JSON is YAML too

    def _server(self) -> Server:
        port = free_port()
        command = [self.program("potato"), "start", "config.yaml", "-p", str(port), "--host", "127.0.0.1"]
        return Server([*command, "--require-password", "false"], port, self.folder, {"HF_HUB_OFFLINE": "1"})


def _entered(server: Server) -> dict[str, str]:
    """The headers of somebody who has entered and sees the first article."""
    server.first_page("/")
    form = urlencode({"email": "ana", "pass": ""}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    _, headers, _ = server.exchange("POST", "/auth", form, kind)
    cookies = [found[1] for line in headers.get_all("Set-Cookie") or () if (found := _COOKIE.match(line))]
    head = {"Cookie": "; ".join(cookies)}
    server.exchange("GET", "/annotate", None, head)
    return head


def _update(number: int, text: str) -> dict[str, Any]:
    span = {"schema": "label", "name": LABEL, "title": LABEL, "start": 0, "end": marked(text), "value": LABEL}
    return {"instance_id": str(number), "annotations": {}, "span_annotations": [span]}
