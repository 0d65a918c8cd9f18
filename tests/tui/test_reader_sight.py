"""What the Reader shows: mouse, themes, sizes, overlapping and scattered mentions, large texts, every script."""

from pathlib import Path

import pytest
from desk_app import TEXT, at_desk, make_project, span_of, stored
from onrecord.schema.segments import graphemes
from onrecord.schema.text import Span

SCRIPTS = (
    "אמר הדובר: השער נעצר. لم ينفِ المتحدث التقرير.\n\n"
    "市長は「知らない」と述べた。門は止まった。\n\n"
    "Cafe\u0301 owner Zoe\u0308 said 👩\u200d👩\u200d👧 and 🇫🇷 agreed. नमस्ते दुनिया।\n"
)
PARAGRAPH = "The gate of the harbour stopped short, said an official who asked not to be named. “No,” said Ana Rui. "


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db")


# ---------------------------------------------------------------------- mouse


async def test_the_mouse_points_selects_and_takes_mentions(project: Path) -> None:
    async with at_desk(project) as here:
        await here.click(TEXT.index("official. Nobody") + 3)
        assert here.word == "official"
        assert here.selected == []
        await here.drag(TEXT.index("gate stopped"), TEXT.index("short, said") + 4)
        assert here.selected == ["gate stopped\u00a0short"]
        await here.press("a")
        await here.saved()
        await here.click(TEXT.index("declined"), 2)
        assert here.selected == ["declined"]
        await here.click(TEXT.index("comment"), 2, control=True)
        assert here.selected == ["declined", "comment"]
        await here.press("r")
        await here.saved()
        await here.click(TEXT.index("Nobody"), 3)
        assert here.selected == ["Nobody said a word."]
        await here.press("escape")
        await here.click_row(1)
        assert here.labels == ["responded"]
        assert here.word == "declined"
        await here.click(TEXT.index("stopped\u00a0short") + 2)
        assert here.labels == ["anonymous"], "a click on a mention's words takes it in hand"
        await here.click_row(7)
        assert here.labels == ["anonymous"], "a click below the list changes nothing"
        await here.click(len(TEXT) - 1)
        assert here.word == "knew"
    assert [each.quote for each in stored(project)] == ["gate stopped\u00a0short", "declined … comment"]


async def test_a_click_while_selecting_selects_up_to_it(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("j", "v")
        await here.click(TEXT.index("official. Nobody"))
        assert here.selected == ["The gate stopped\u00a0short, said an official"]


# ---------------------------------------------------------------------- themes and sizes


async def test_another_theme_keeps_everything(project: Path) -> None:
    async with at_desk(project) as here:
        await here.mark_words("gate stopped\u00a0short", "a")
        await here.press("j", "v", "w")
        inks = set()
        for _ in range(4):
            await here.press("ctrl+t")
            assert here.selected == ["Nobody said"]
            assert here.drawn_as(here.desk.shown()[0].uid) == "done"
            article = here.reader.article
            row = article.render_line(article.cell_of(TEXT.index("stopped\u00a0short"))[1])
            inks.add(str([segment.style for segment in row]))
        assert len(inks) == 4, "each theme paints the mention in its own colours"
        await here.press("d")
        await here.saved()
    assert [mark.label for each in stored(project) for mark in each.marks] == ["anonymous", "denied"]


async def test_any_size_keeps_the_cursor_in_sight_and_narrow_ones_stack(tmp_path: Path) -> None:
    async with at_desk(make_project(tmp_path / "p.db", PARAGRAPH * 90)) as here:
        await here.press("G")
        panel, article = here.reader.panel, here.reader.article
        for size in ((80, 24), (200, 60), (99, 40), (100, 30), (40, 12), (120, 40)):
            await here.pilot.resize_terminal(*size)
            await here.pilot.pause()
            assert here.cursor_is_in_sight(), f"at {size}"
            stacked = panel.region.y >= article.region.bottom
            assert stacked == (size[0] < 100), f"at {size}"
            assert article.region.width == (size[0] if stacked else size[0] - panel.region.width)


# ---------------------------------------------------------------------- mentions and texts


async def test_overlapping_and_nested_mentions_are_all_in_reach(project: Path) -> None:
    async with at_desk(project) as here:
        whole = await here.mark_words("The gate stopped\u00a0short, said an official", "s")
        inner = await here.mark_words("gate stopped", "a")
        across = await here.mark_words("an official. Nobody", "d")
        article = here.reader.article
        assert {each.key for _, _, each in article._overlaps.between(0, len(TEXT))} == {
            whole.uid, inner.uid, across.uid
        }  # fmt: skip
        await here.press("escape")
        await here.click(TEXT.index("gate stopped"))
        assert here.desk.active == inner.uid, "the innermost one is under the mouse"
        await here.click(TEXT.index("said an official"))
        assert here.desk.active == whole.uid
        await here.press("tab")
        assert here.desk.active == inner.uid
        await here.press("tab")
        assert here.desk.active == across.uid
        await here.press("x")
        await here.saved()
        assert [each.uid for each in here.desk.shown()] == [whole.uid, inner.uid]


async def test_scattered_pieces_are_one_mention_under_every_piece(project: Path) -> None:
    async with at_desk(project) as here:
        await here.pick(span_of("The gate"))
        await here.press("V")
        await here.pick(span_of("failed before"))
        await here.press("a")
        await here.saved()
        uid = here.desk.active
        for words in ("The gate", "failed before"):
            await here.click(TEXT.index(words) + 4)
            assert here.desk.active == uid
        await here.click(TEXT.index("Nobody"))
        assert here.desk.active is None
        await here.press("tab", "right_curly_bracket")
        await here.saved()
    assert [span.cut(TEXT) for span in stored(project)[0].spans] == ["The gate", "failed before. The"]


async def test_a_text_of_a_megabyte_opens_and_is_marked_at_its_end(tmp_path: Path) -> None:
    text = "\n\n".join(PARAGRAPH * 4 for _ in range(2500))
    assert len(text) > 1_000_000
    async with at_desk(make_project(tmp_path / "p.db", text)) as here:
        await here.press("G", "k", "k", "v", "w", "w", "a")
        await here.saved()
        assert here.cursor_is_in_sight()
        start = text.rindex("The gate")
        assert here.desk.mention
        assert here.desk.mention.spans == (Span(start, start + len("The gate of")),)
        await here.press("slash", *"harbour", "enter", "n", "ctrl+u")
        assert here.cursor_is_in_sight()
    assert [each.quote for each in stored(tmp_path / "p.db")] == ["The gate of"]


async def test_every_script_is_walked_by_what_people_call_characters(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", SCRIPTS)
    bounds = {cluster.start for cluster in graphemes(SCRIPTS)} | {len(SCRIPTS)}
    async with at_desk(path) as here:
        desk = here.desk
        for key in ("l", "w"):
            here.desk.go(0)
            seen = [desk.cursor]
            while not seen[1:] or seen[-1] != seen[-2]:
                await here.press(*key * 12)
                assert desk.cursor.start in bounds
                assert desk.cursor.end in bounds
                assert here.cursor_is_in_sight()
                seen.append(desk.cursor)
        for words in ("השער", "Cafe\u0301", "👩\u200d👩\u200d👧", "🇫🇷", "दुनिया"):
            desk.go(SCRIPTS.index(words))
            await here.press("v", "s")
            assert desk.mention
            assert desk.mention.quote == words
        await here.drag(SCRIPTS.index("知"), SCRIPTS.index("い」"))
        await here.press("d")
        await here.saved()
    assert [each.quote for each in stored(path)] == [
        "השער", "知らない", "Cafe\u0301", "👩\u200d👩\u200d👧", "🇫🇷", "दुनिया"
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n", "…", "\u200b"])
async def test_a_text_without_words_can_be_opened_and_left(tmp_path: Path, text: str) -> None:
    path = make_project(tmp_path / "p.db", text)
    async with at_desk(path) as here:
        await here.press("j", "k", "w", "b", "l", "h", "ctrl+d", "G", "tab", "p", "escape", "V", "s", "escape")
        await here.press("v", "w", "s", "enter", "escape", "slash", "a", "enter")
        await here.saved()
        await here.press("space")
        await here.saved()
    assert all(span.within(text) for each in stored(path) for span in each.spans)
