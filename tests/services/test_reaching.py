"""Word for people, by whichever way it reaches them."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.members import Account, Membership, Reach
from bot.domain.reaching import WordKind
from storage.database import Database
from tests.outbox import START
from tests.reaching import BLOCKED, CLOSED, LATER, account_id, message, world


async def test_word_goes_to_the_platform_that_the_member_has_chosen(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord", reach=Reach.DISCORD)
        club.hear(ana, "telegram")
        club.tell(ana, "You have a place")
        await club.run()
        assert club.discord.said == [("discord-Ana", "You have a place (en)")]
        assert club.telegram.said == []


async def test_word_goes_where_the_member_last_wrote_when_they_have_chosen_nothing(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.hear(ana, "telegram")
        club.time.seconds += 60
        club.hear(ana, "discord")
        club.tell(ana, "You have a place")
        await club.run()
        assert club.discord.said == [("discord-Ana", "You have a place (en)")]


async def test_telling_the_same_twice_tells_it_once(database: Database) -> None:
    async with world(database) as club:
        ana, bia = club.member("Ana", "telegram"), club.member("Bia", "telegram")
        for member in (ana, bia, ana):
            club.tell(member, "You have a place", key="seat:1")
        await club.run()
        assert sorted(chat for chat, _ in club.telegram.said) == ["telegram-Ana", "telegram-Bia"]


async def test_a_refusal_moves_the_word_to_the_linked_platform(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.hear(ana, "telegram")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "You have a place")
        await club.run()
        assert club.discord.said == [("discord-Ana", "You have a place (en)")]
        first, second = club.record().routes
        assert (first.platform, first.refusal, first.arrived) == ("telegram", BLOCKED, False)
        assert (second.platform, second.mention, second.arrived) == ("discord", False, True)


async def test_a_message_that_a_platform_does_not_take_goes_the_other_way_too(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.telegram.faulty.add("telegram-Ana")
        club.tell(ana, "You have a place")
        await club.run()
        assert club.discord.said == [("discord-Ana", "You have a place (en)")]


async def test_who_cannot_be_written_to_is_mentioned_where_the_session_is_shown(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "discord")
        club.discord.closed["discord-Ana"] = CLOSED
        club.tell(ana, "You have a place", aloud=lambda say: "you have a place now.")
        await club.run()
        assert club.discord.said == [
            ("club-on-discord", f"<@{account_id('discord', 'Ana')}>\nAna: you have a place now.")
        ]
        first, second = club.record().routes
        assert (first.platform, first.refusal) == ("discord", CLOSED)
        assert (second.mention, second.arrived) == (True, True)


async def test_what_is_said_in_private_is_not_said_aloud(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "The call is at https://call.example/secret")
        await club.run()
        ((chat, said),) = club.telegram.said
        assert chat == "club-on-telegram"
        assert "Ana" in said
        assert "secret" not in said


async def test_several_who_cannot_be_written_to_are_mentioned_together(database: Database) -> None:
    async with world(database) as club:
        for name in ("Ana", "Bia", "Cem"):
            club.discord.closed[f"discord-{name}"] = CLOSED
            club.tell(club.member(name, "discord"), "It begins", key="reminder", aloud=lambda say: "it begins.")
        await club.run()
        called = " ".join(f"<@{account_id('discord', name)}>" for name in ("Ana", "Bia", "Cem"))
        assert club.discord.said == [("club-on-discord", f"{called}\nAna, Bia, Cem: it begins.")]


async def test_word_that_nobody_can_bring_is_recorded(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.telegram.closed |= {"telegram-Ana": BLOCKED, "club-on-telegram": "Forbidden: bot was kicked"}
        club.tell(ana, "You have a place")
        await club.run()
        assert [chat for chat, _ in club.telegram.said] == ["boss"], "the group is paused, which is told"
        record = club.record()
        assert record.lost_at is not None
        assert [one.refusal for one in record.routes] == [BLOCKED, "Forbidden: bot was kicked"]


async def test_a_closed_private_chat_is_nobody_elses_business(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "You have a place")
        await club.run()
        assert [chat for chat, _ in club.telegram.said] == []


async def test_a_closed_chat_is_not_tried_again_before_its_owner_writes(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.hear(ana, "telegram")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "one", key="1")
        await club.run()
        del club.telegram.closed["telegram-Ana"]
        club.tell(ana, "two", key="2")
        await club.run()
        assert [said for _, said in club.discord.said] == ["one (en)", "two (en)"]
        club.hear(ana, "telegram")
        club.tell(ana, "three", key="3")
        await club.run()
        assert club.telegram.said == [("telegram-Ana", "three (en)")]


async def test_pressing_start_brings_what_could_not_be_brought(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.telegram.closed["telegram-Ana"] = "Forbidden: bot can't initiate conversation with a user"
        club.tell(ana, "You have a place")
        await club.run()
        club.tell(ana, "And a session was moved", key="moved")
        await club.run()
        del club.telegram.closed["telegram-Ana"]
        club.hear(ana, "telegram")
        await club.run()
        private = [said for chat, said in club.telegram.said if chat == "telegram-Ana"]
        assert private == ["You have a place (en)", "And a session was moved (en)"]


async def test_what_is_too_late_by_then_is_not_brought(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "You have a place", expires_at=START + timedelta(hours=1))
        await club.run()
        club.time.advance_to(START + timedelta(hours=1))
        del club.telegram.closed["telegram-Ana"]
        club.hear(ana, "telegram")
        await club.run()
        assert [chat for chat, _ in club.telegram.said if chat == "telegram-Ana"] == []


async def test_who_wants_no_private_word_gets_none(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord", reach=Reach.CHANNEL)
        club.tell(ana, "You have a place", aloud=lambda say: "you have a place now.")
        await club.run()
        assert club.telegram.said == [
            (
                "club-on-telegram",
                f'<a href="tg://user?id={account_id("telegram", "Ana")}">Ana</a>: you have a place now.',
            )
        ]
        assert club.discord.said == []


async def test_word_comes_in_the_members_language(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", language="ru")
        club.tell(ana, "Место есть")
        await club.run()
        assert club.telegram.said == [("telegram-Ana", "Место есть (ru)")]


async def test_word_is_withdrawn_before_it_is_sent(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.tell(ana, "It begins", kind=WordKind.REMINDER, not_before=START + timedelta(minutes=1))
        with database.write() as uow:
            club.reaching.withdraw(uow, club.session_id, [WordKind.REMINDER], now=START)
        await club.run()
        assert club.telegram.said == []


async def test_organisers_are_told_and_members_are_not(database: Database) -> None:
    async with world(database) as club:
        ana, bia = club.member("Ana", "telegram"), club.member("Bia", "discord")
        with database.write() as uow:
            uow.members.put_membership(Membership(club.community_id, ana.id, START, organiser=True))
            uow.members.put_membership(Membership(club.community_id, bia.id, START))
            club.reaching.tell_organisers(
                uow,
                club.community_id,
                "few:1",
                lambda say, _member: message("Only two are going"),
                expires_at=LATER,
                now=START,
            )
        await club.run()
        assert club.telegram.said == [("telegram-Ana", "Only two are going")]
        assert club.discord.said == []


async def test_what_is_for_an_organiser_who_stays_anonymous_is_not_told_to_the_whole_group(database: Database) -> None:
    async with world(database) as club:
        with database.write() as uow:
            group = Account("telegram", "-100", "Readers")
            member = uow.members.ensure(group, now=START)
            uow.members.put_membership(Membership(club.community_id, member.id, START, organiser=True))
        club.tell(member, "Ana asks in confidence", kind=WordKind.ORGANISING, aloud=lambda say: "Ana asks.")
        await club.run()
        assert club.telegram.said == club.discord.said == []
