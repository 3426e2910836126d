"""/saved where others read along: what somebody has put aside is shown to them alone."""

from __future__ import annotations

from pathlib import Path

from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import bot_with, samples


async def test_a_group_never_reads_what_somebody_has_saved(tmp_path: Path) -> None:
    async with (
        bot_with(tmp_path, samples()) as core,
        TelegramServer() as server,
        telegram_bot(server, core.dispatcher),
    ):
        ben = server.person("Ben")
        group = server.supergroup("Readers", ben)
        ways = []
        for words in ("/saved", "/saved export csv"):
            await server.send_text(group, ben, "/digest")
            digest = await server.next_message(group)
            await server.answered(await server.press(digest, "☆ 1", ben))
            await server.send_text(group, ben, words)
            shown = await server.next_message(group)
            assert "not for everybody's eyes" in shown.text
            ways.append(str(shown.button("Open the private chat")["url"]).partition("?start=")[2])
        his = server.private_chat(ben)
        answers = []
        for payload in ways:
            await server.send_text(his, ben, f"/start {payload}")
            answers.append((await server.next_message(his)).text)
    assert ways == ["saved", "saved-csv"]
    assert "Saved stories" in answers[0]
    assert answers[1].startswith("title,authors,date")
