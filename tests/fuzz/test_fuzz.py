"""Whatever bytes come from outside: something good, or one sentence. The short form of `make fuzz`."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_all import fuzz
from fuzz_mutators import mutate
from fuzz_targets import ARTICLES, CORPUS, seeds, targets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onrecord.exchange.formats import formats

SECONDS = 1
SHORT = ["events", "import-labelbuddy", "import-webanno"]
"""So long, and these alone, for a fuzzer takes seconds to begin; `make fuzz MINUTES=...` takes all targets, and longer."""


def inputs(name: str) -> list[Path]:
    """The corpus of a target: good inputs, and those that were once answered badly."""
    return sorted((CORPUS / name).iterdir())


def test_every_format_that_is_read_is_fuzzed() -> None:
    read = {f"import-{name}" for name, form in formats().items() if form.read}
    added = {f"add-{name}" for name, form in formats().items() if form.articles}
    assert read | added <= set(targets())
    assert set(ARTICLES) == {name.removeprefix("add-") for name in added}
    assert {path.name for path in CORPUS.iterdir()} == set(targets())


def test_every_target_begins_with_good_inputs() -> None:
    for name, made in seeds().items():
        assert made, name
        assert [path for path in inputs(name) if path.name.startswith("good-")], name


@pytest.mark.parametrize("name", sorted(targets()))
def test_the_corpus_is_answered(name: str) -> None:
    for path in inputs(name):
        targets()[name].run(path.read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(targets()))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_good_inputs_that_were_damaged_in_their_own_shape(name: str, data: st.DataObject) -> None:
    good = data.draw(st.sampled_from(inputs(name))).read_bytes()
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    targets()[name].run(mutate(good, rng, targets()[name].words))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHORT)
def test_inputs_that_reach_new_lines(name: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="the fuzzer installs on Linux alone")
    told = fuzz(name, SECONDS, tmp_path, seed=1)
    assert told.inputs > 2
    assert not told.found, told.output
    assert told.slowest < 10


def test_the_damage_keeps_the_shape_and_depends_on_the_seed_alone() -> None:
    good = (CORPUS / "import-doccano" / "good-1").read_bytes()
    made = [mutate(good, random.Random(seed)) for seed in range(60)]
    assert made == [mutate(good, random.Random(seed)) for seed in range(60)]
    assert len(set(made)) > 50
    assert sum(each.lstrip().startswith(b"{") for each in made) > 30


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["raise KeyError(data)", "bytearray(10**9)", "time.sleep(60)"])
def test_the_fuzzer_tells_of_a_bad_answer(fault: str, tmp_path: Path) -> None:
    """Of an exception, of more memory than ten times the input, of too long a wait."""
    pytest.importorskip("atheris", reason="the fuzzer installs on Linux alone")
    (tmp_path / "try.py").write_text(
        f"""import sys, time
sys.path.insert(0, {str(CORPUS.parent)!r})
import fuzz_one
from fuzz_targets import Target
def bad(data):
    if b"=" not in data:
        {fault}
fuzz_one.targets = lambda: {{"settings": Target(bad)}}
fuzz_one.SECONDS = 1
fuzz_one.main()
"""
    )
    done = subprocess.run(
        [sys.executable, "try.py", "settings", "-max_total_time=20", f"-artifact_prefix={tmp_path}/", "-runs=5000"],
        cwd=tmp_path, capture_output=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode
    assert [path for path in tmp_path.iterdir() if path.name.startswith(("crash-", "timeout-", "oom-"))]
