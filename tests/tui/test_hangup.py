"""The app ends with its terminal, even where the signal that tells of it is ignored."""

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from desk_app import make_project

ONRECORD = Path(sys.executable).with_name("onrecord")


@pytest.mark.slow
@pytest.mark.parametrize("ignored", [True, False])
def test_the_app_ends_when_its_terminal_is_gone(tmp_path: Path, ignored: bool) -> None:
    project = make_project(tmp_path / "p.db")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [ONRECORD, project, "--as", "ana"],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env={**os.environ, "TERM": "xterm-256color"},
        preexec_fn=(lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) if ignored else None,
    )  # fmt: skip
    try:
        os.close(slave)
        seen = b""
        while b"document" not in seen:
            assert select.select([master], [], [], 60)[0], "the app does not paint"
            seen += os.read(master, 65536)
        os.close(master)
        assert process.wait(60) != 0
    finally:
        process.kill()
        process.wait()
