"""A report in a real browser: nothing to complain about on its console, and nothing in axe-core's accessibility rules.

Skipped where Chromium is not installed, or axe-core's script is not named by AXE_CORE (the path of axe.min.js).
"""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from onrecord.demo.build import build
from onrecord.report import pages
from onrecord.report.gather import gather
from onrecord.schema import claims
from onrecord.schema.store import connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(os.environ.get("AXE_CORE", "axe.min.js"))
RUN = """<script>%s</script><script>
axe.run({runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}}).then(found => {
  document.body.setAttribute('data-found', JSON.stringify({
    violations: found.violations.map(each => [each.id, each.help, each.nodes.slice(0, 3).map(node => node.html)]),
    passes: found.passes.length
  }));
});
</script></body>"""


def browse(page: Path) -> tuple[str, str]:
    """The page's elements after it was loaded, and what the browser had to say."""
    assert CHROMIUM
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--no-first-run", "--enable-logging=stderr", f"--user-data-dir={page.parent / 'browser'}",
         "--virtual-time-budget=20000", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "story.db"
    build(path)
    connection = connect(path, write=False)
    page = pages.html(gather(connection, claims.ids(connection)), pages.Heading("story.db"))
    connection.close()
    return page


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
def test_the_console_stays_silent(report: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(report, "utf-8")
    shown, said = browse(tmp_path / "report.html")
    assert "The Sallow Gate did not close fully" in shown
    assert "CONSOLE" not in said


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM or not AXE.is_file(), reason="needs Chromium, and AXE_CORE=.../axe.min.js")
def test_it_passes_the_rules_of_accessibility(report: str, tmp_path: Path) -> None:
    # The page's own policy forbids scripts, as it should; the checker is one.
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", report)
    (tmp_path / "report.html").write_text(open_page.replace("</body>", RUN % AXE.read_text("utf-8")), "utf-8")
    shown, _ = browse(tmp_path / "report.html")
    told = re.search(r'data-found="([^"]*)"', shown)
    assert told, "axe did not finish"
    found: dict[str, Any] = json.loads(unescape(told[1]))
    assert found["violations"] == []
    assert found["passes"] > 10
