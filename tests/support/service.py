"""An SSH service of the test's own on loopback, set up as docs/sharing.md says: one account, a key and a name a person."""

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ONRECORD = Path(sys.executable).with_name("onrecord")
ACCEPTED = ("ONRECORD_ANNOTATOR", "XDG_CONFIG_HOME", "TEXTUAL_DRIVER", "_ONRECORD_COMPLETE")
"""What this service takes from whoever logs in: more than any should, to show that it does not matter."""


@dataclass(frozen=True)
class Service:
    """A running service: whoever has one of its keys can log in."""

    folder: Path
    port: int

    def key(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def ssh(self, name: str, *options: str) -> list[str | Path]:
        """The command that logs a person in; further words are what they ask the service to run."""
        return [
            "ssh", "-F", "none", "-i", self.key(name), "-p", str(self.port), *options,
            "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
            "-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}",
            *(f"-oSendEnv={each}" for each in ACCEPTED),
            f"{_me()}@127.0.0.1",
        ]  # fmt: skip

    def log(self) -> str:
        """What the service said."""
        return (self.folder / "log").read_text("utf-8", "replace")


def _me() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


@contextmanager
def serving(folder: Path, project: Path, *names: str) -> Iterator[Service]:
    """Serve a project to these people for a while; where that cannot be done, the test is skipped with the reason."""
    for tool in ("ssh", "ssh-keygen"):
        if not shutil.which(tool):
            pytest.skip(f"there is no {tool} here")
    daemon = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not daemon:
        pytest.skip("there is no sshd here; it is in the package openssh-server")
    service = Service(folder, _free_port())
    for name in ("host", *names):
        made: list[str | Path] = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", service.key(name)]
        subprocess.run(made, check=True)
    host = service.key("host").with_suffix(".key.pub").read_text().split()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{service.port} {host[0]} {host[1]}\n")
    (folder / "authorized_keys").write_text("".join(_line(service, project, name) for name in names))
    (folder / "sshd_config").write_text(_config(service))
    log = (folder / "log").open("wb")
    process = subprocess.Popen(_run(daemon, folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_for(process, service)
        yield service
    finally:
        process.terminate()
        process.wait()
        log.close()


def _line(service: Service, project: Path, name: str) -> str:
    """A person's line in authorized_keys; no two quotation marks may meet in it."""
    words = f"{shlex.quote(str(ONRECORD))} --as {name} --kiosk {shlex.quote(str(project))}"
    key = service.key(name).with_suffix(".key.pub").read_text().strip()
    return f'restrict,pty,command="{words}" {key}\n'


def _config(service: Service) -> str:
    state = service.folder / "state"
    return f"""
        ListenAddress 127.0.0.1:{service.port}
        HostKey {service.key("host")}
        AuthorizedKeysFile {service.folder / "authorized_keys"}
        PidFile none
        UsePAM no
        StrictModes no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin forced-commands-only
        PermitUserEnvironment no
        DisableForwarding yes
        Subsystem sftp internal-sftp
        AcceptEnv {" ".join(ACCEPTED)}
        SetEnv XDG_DATA_HOME={state} XDG_STATE_HOME={state}
    """


def _run(daemon: str, folder: Path) -> list[str | Path]:
    words: list[str | Path] = [daemon, "-D", "-e", "-f", folder / "sshd_config"]
    if os.geteuid() == 0 and not Path("/run/sshd").exists():
        # Root's sshd wants this folder; it gets one in a view of the disk that only it has.
        script = 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec "$@"'
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *words]
    return words


def _wait_for(process: "subprocess.Popen[bytes]", service: Service) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", service.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.skip(f"sshd does not run here: {service.log().strip()[-300:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
