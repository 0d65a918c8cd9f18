"""What a file takes in memory: at most ten times its size above a floor."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_sample import TEXTS
from fuzz_targets import BESIDE, seed_of
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import formats
from onrecord.exchange.web_bodies import DOCUMENT
from onrecord.schema import acts
from onrecord.schema.store import connect
from onrecord.schema.text import Span
from project_state import open_quickly

FLOOR = 64 * 1024 * 1024
"""SQLite's cache, which is 32 MB, what Python takes besides, and as many mentions as any file may bring."""
FACTOR = 10
READ = [name for name, form in formats().items() if form.read]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one article of 530 KB, so that the floor hides nothing in files of many tokens, and 600 mentions."""
    path = tmp_path_factory.mktemp("large") / "p.db"
    text = "".join(TEXTS) * 3000
    with open_quickly(path) as ledger, ledger.act() as act:
        sha256, _ = acts.add_document(act, text, title="Long")
        for number in range(600):
            acts.set_mention(act, f"ana/m{number}", sha256, text, [Span(number * 30, number * 30 + 8)])
            acts.set_label(act, f"ana/m{number}", "anonymous", note="so it reads")
    return path


def taken(name: str, data: bytes, folder: Path) -> int:
    """The memory that an import of these bytes takes, in bytes."""
    (folder / "input").write_bytes(data)
    script = Path(__file__).with_name("fuzz_memory.py")
    done = subprocess.run(
        [sys.executable, script, f"import-{name}", folder / "input"], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured through /proc")
@pytest.mark.parametrize("name", READ)
def test_a_file_takes_no_more_memory_than_it_may(name: str, large: Path, tmp_path: Path) -> None:
    form = formats()[name]
    out = tmp_path / (name if form.folder else f"{name}{form.endings[0]}")
    connection = connect(large, write=False)
    export(connection, out, name=name)
    connection.close()
    made = sorted(out.rglob(f"*{form.endings[0]}"))[0] if form.folder else out
    data = seed_of(made)
    assert len(data) > 100_000
    took = taken(name, data, tmp_path)
    assert took < FLOOR + FACTOR * len(data), f"{len(data):,} bytes took {took:,}"


# ---------------------------------------------------------------------- many mentions in few bytes

TEXT = "ab "
"""A word of two letters, each a mention."""


def _spans(count: int) -> list[tuple[int, int]]:
    return [(number * len(TEXT), number * len(TEXT) + 2) for number in range(count)]


def _lines(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _doccano(count: int) -> bytes:
    return _lines({"text": TEXT * count, "label": [[start, end, "a"] for start, end in _spans(count)]})


def _prodigy(count: int) -> bytes:
    spans = [{"start": start, "end": end, "label": "a"} for start, end in _spans(count)]
    return _lines({"text": TEXT * count, "spans": spans})


def _labelbuddy(count: int) -> bytes:
    spans = [{"start_char": start, "end_char": end, "label_name": "a"} for start, end in _spans(count)]
    return _lines({"text": TEXT * count, "annotations": spans})


def _jsonl(count: int) -> bytes:
    mentions = [
        {"annotator": "a", "spans": [{"start": start, "end": end}], "marks": [{"label": "anonymous"}]}
        for start, end in _spans(count)
    ]
    return _lines({"text": TEXT * count, "mentions": mentions})


def _labelstudio(count: int) -> bytes:
    result = [
        {"id": str(start), "type": "labels", "value": {"start": start, "end": end, "labels": ["a"]}}
        for start, end in _spans(count)
    ]
    return _lines([{"data": {"text": TEXT * count}, "annotations": [{"result": result}]}])


def _webannotation(count: int) -> bytes:
    whole = {"type": "Annotation", "body": {"value": TEXT * count}, "target": "x:x", DOCUMENT: {"title": "ab"}}
    notes = [
        {
            "type": "Annotation", "body": {"value": "a"},
            "target": {
                "source": "x:x", "selector": {"type": "TextPositionSelector", "start": start, "end": end},
            },
        }
        for start, end in _spans(count)
    ]  # fmt: skip
    return _lines([whole, *notes])


def _brat(count: int) -> bytes:
    lines = "".join(f"T{number}\tA {start} {end}\tab\n" for number, (start, end) in enumerate(_spans(count), 1))
    return lines.encode() + BESIDE + (TEXT * count).encode()


def _webanno(count: int) -> bytes:
    head = f"#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Claim|value\n\n\n#Text={TEXT * count}\n"
    rows = "".join(f"1-{number}\t{start}-{end}\tab\ta\t\n" for number, (start, end) in enumerate(_spans(count), 1))
    return (head + rows).encode()


def _xmi(count: int) -> bytes:
    notes = "".join(
        f'<c:C xmi:id="{number}" sofa="1" begin="{start}" end="{end}"/>'
        for number, (start, end) in enumerate(_spans(count), 9)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"'
        f' xmlns:c="http:///c.ecore" xmi:version="2.0"><cas:NULL xmi:id="0"/>{notes}<cas:Sofa xmi:id="1" sofaNum="1"'
        f' sofaID="_InitialView" mimeType="text" sofaString="{TEXT * count}"/><cas:View sofa="1"'
        f' members="{" ".join(str(number) for number in range(9, 9 + count))}"/></xmi:XMI>'
    ).encode()


def _csv(count: int) -> bytes:
    rows = "".join(f",x:x,{start},{end},anonymous\n" for start, end in _spans(count)[1:])
    return f"text,url,start,end,label\n{TEXT * count},x:x,0,2,anonymous\n".encode() + rows.encode()


def _brat_notes(count: int) -> bytes:
    notes = "".join(f"#{number}\tNote T1\tx\n" for number in range(1, 4 * count))
    return ("T1\tA 0 2\tab\n" + notes).encode() + BESIDE + TEXT.encode()


def _brat_pieces(count: int) -> bytes:
    pieces = ";".join(f"{start} {end}" for start, end in _spans(count))
    return f"T1\tA {pieces}\t{TEXT * count}\n".encode() + BESIDE + (TEXT * count).encode()


DENSE = {
    "brat": _brat, "csv": _csv, "doccano": _doccano, "jsonl": _jsonl, "labelbuddy": _labelbuddy,
    "labelstudio": _labelstudio, "prodigy": _prodigy, "webanno": _webanno, "webannotation": _webannotation, "xmi": _xmi,
    "brat, notes": _brat_notes, "brat, pieces": _brat_pieces,
}  # fmt: skip


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured through /proc")
@pytest.mark.parametrize("count", [10_000, 60_000])
@pytest.mark.parametrize("name", DENSE)
def test_very_many_mentions_in_few_bytes_take_no_more_either(name: str, count: int, tmp_path: Path) -> None:
    data = DENSE[name](count)
    took = taken(name.partition(",")[0], data, tmp_path)
    assert took < FLOOR + FACTOR * len(data), f"{len(data):,} bytes took {took:,}"


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured through /proc")
@pytest.mark.parametrize("value", ["[]", "{}", '{"a":1}', '"ab"', "1", "[1,2]", '{"":[]}'])
@pytest.mark.parametrize("shape", ["line", "array", "file"])
def test_values_that_are_no_annotations_take_no_more_either(value: str, shape: str, tmp_path: Path) -> None:
    many = ",".join([value] * (8_000_000 // len(value)))
    name, data = {
        "line": ("doccano", f'{{"text":"ab","x":[{many}]}}\n'),
        "array": ("doccano", f'[{{"text":"ab","x":[{many}]}}]'),
        "file": ("labelstudio", f'[{{"data":{{"text":"ab","x":[{many}]}}}}]'),
    }[shape]
    took = taken(name, data.encode(), tmp_path)
    assert took < FLOOR + FACTOR * len(data), f"{len(data):,} bytes took {took:,}"
