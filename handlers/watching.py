"""/watch and /unwatch: reading what is posted in chats; and what administrators forward to be read."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import UserError
from bot.domain.items import Item
from bot.domain.messages import Button, ButtonRow, Heading, ListBlock, Message, Paragraph, Text, text
from bot.domain.posts import ChatKind
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.chat_posts import ChatPosts, PostFate, ReadPost
from bot.services.watching import Watched, Watcher, Watching
from handlers.buttons import numbers
from handlers.command import Platform, Reply, Request
from handlers.registry import Command, Handler, Option

HERE = "here"
READ_POST = "post:read"
"""The action of a request that brings a forwarded post."""
MOST_SHOWN = 20
MOST_BUTTONS = 10


class WatchHandlers:
    """Answers /watch and /unwatch, the presses of the buttons below them, and forwarded posts."""

    def __init__(self, watching: Watching, posts: ChatPosts) -> None:
        self._watching = watching
        self._posts = posts

    def commands(self) -> tuple[Command, ...]:
        which = Option("chat", N_("here, or in private the name of a channel: @channel"))
        return (
            Command("watch", N_("Read what is posted here"), self._watch, (which,)),
            Command("unwatch", N_("Stop reading what is posted here"), self._unwatch, (which,)),
        )

    def actions(self) -> dict[str, Handler]:
        return {"watch": self._press, "post": self._press_post}

    async def _watch(self, request: Request, say: Translator) -> Reply:
        typed = _typed(request)
        if not typed:
            return await self._list(request, say)
        return await self._start(request, None if _is_here(typed, say) else typed, say)

    async def _unwatch(self, request: Request, say: Translator) -> Reply:
        typed = _typed(request)
        watcher = _watcher(request, say)
        found = await self._watching.watched(watcher)
        if typed and not _is_here(typed, say):
            wanted = typed.removeprefix("@").casefold()
            found = [one for one in found if wanted in (one.there.chat_id, one.there.prefix.casefold())]
        if not found:
            raise UserError("I do not watch that. /watch shows what I watch.")
        if len(found) > 1:
            return await self._list(request, say)
        return await self._stop(request, found[0].source.id, say)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`watch:here` watches this chat, `watch:stop:SOURCE` stops that."""
        if request.action == f"watch:{HERE}":
            return replace(await self._start(request, None, say), replaces=True)
        (source_id,) = numbers(request.action.replace("watch:stop", "watch", 1), 1)
        return replace(await self._stop(request, source_id, say), replaces=True)

    async def _start(self, request: Request, name: str | None, say: Translator) -> Reply:
        watched = await self._watching.watch(_watcher(request, say), name)
        blocks = [Paragraph(text(sentence)) for sentence in _promises(watched, say)]
        return Reply(Message(tuple(blocks), (_stop_button(watched, say),)))

    async def _stop(self, request: Request, source_id: int, say: Translator) -> Reply:
        stopped = await self._watching.stop(_watcher(request, say), source_id)
        title = cut(stopped.source.title, 80)
        words = say.gettext("I do not read “{chat}” any more. What I have read of it stays.", chat=title)
        if stopped.read_for_others:
            words = say.gettext("Nothing of “{chat}” is shown here any more.", chat=title)
        return Reply(Message((Paragraph(text(words)),)))

    async def _list(self, request: Request, say: Translator) -> Reply:
        _ = say.gettext
        found = await self._watching.watched(_watcher(request, say))
        if not found:
            return self._nothing_watched(request, say)
        if not request.chat.private:
            words = _("I read what is posted here. /unwatch stops that; what I have read stays.")
            return Reply(Message((Paragraph(text(words)),), (_stop_button(found[0], say),)))
        entries = tuple((_title(one),) for one in found[:MOST_SHOWN])
        rows = tuple(
            (Button(_("Stop reading {chat}", chat=cut(one.source.title, 40)), f"watch:stop:{one.source.id}"),)
            for one in found[: MOST_BUTTONS // 2]
        )
        hint = (Text(_("Others are named like this:") + " "), Text("/watch @channel · /unwatch @channel", code=True))
        heading = Heading(text(_("I read what is posted in")), level=1)
        return Reply(Message((heading, ListBlock(entries), Paragraph(hint)), rows))

    def _nothing_watched(self, request: Request, say: Translator) -> Reply:
        _ = say.gettext
        if request.chat.private:
            words = [
                _("I can read what is posted in a channel or group, so that it comes into digests and search."),
                _("In that channel or group, one of its administrators writes /watch here."),
            ]
            if request.chat.platform is Platform.TELEGRAM:
                words[1:] = [
                    _("Make me an administrator there first. Then one of its administrators writes /watch here in it."),
                    _("Those who run me can also forward single posts to me."),
                ]
            return Reply(Message(tuple(Paragraph(text(one)) for one in words)))
        words = [_("I do not read what is posted here. /watch here changes that; an administrator of the chat can.")]
        button = Button(_("👁 Read what is posted here"), f"watch:{HERE}")
        return Reply(Message(tuple(Paragraph(text(one)) for one in words), ((button,),)))

    # Forwarded posts

    async def _press_post(self, request: Request, say: Translator) -> Reply:
        """`post:read` comes with a forwarded post, or without where it is none that can be read; `post:undo:ITEM` takes
        back what it brought."""
        if not request.person.administrator:
            raise UserError("Only those who run this bot can give me posts to read.")
        if request.action == READ_POST and request.post is None:
            return Reply(_nothing_in_it(say))
        if request.action == READ_POST and request.post is not None:
            read = await self._posts.take_forwarded(request.post)
            return Reply(_read_message(read, say))
        (item_id,) = numbers(request.action.replace("post:undo", "post", 1), 1)
        await self._posts.undo([item_id])
        return Reply(
            Message((Paragraph(text(say.gettext("Taken back: the post is not shown any more."))),)), replaces=True
        )


def _typed(request: Request) -> str:
    return (request.options.get("chat") or request.text).strip()


def _is_here(typed: str, say: Translator) -> bool:
    return typed.casefold() in (HERE, say.gettext("here").casefold())


def _watcher(request: Request, say: Translator) -> Watcher:
    person = request.person
    return Watcher(
        person.id,
        request.chat.destination,
        decides=person.chat_administrator,
        runs=person.administrator,
        language=say.language,
    )


def _promises(watched: Watched, say: Translator) -> list[str]:
    """What will be read of a chat, what will not, and who sees it."""
    _ = say.gettext
    sentences = [_("From now on I read what is posted in “{chat}”.", chat=cut(watched.source.title, 80))]
    if watched.kind is ChatKind.GROUP:
        sentences.append(
            _(
                "In a conversation I keep only what looks like a post: it names a paper or code, tells something about "
                "a link, or is as long as an article. Everything else I pass over and do not store."
            )
        )
    sentences.append(_whom(watched, say))
    if watched.there.platform == Platform.TELEGRAM.value:
        sentences.append(
            _("I cannot see what was posted before, and Telegram does not tell me when a post is deleted.")
        )
    else:
        sentences.append(_("I do not go through what was posted before. What is deleted goes from my answers, too."))
    return sentences


def _whom(watched: Watched, say: Translator) -> str:
    """Who sees what is read."""
    _ = say.gettext
    if watched.for_everybody:
        return _("What I keep can appear in every digest and search of mine, also in other chats. Edits are followed.")
    if watched.there.platform == Platform.DISCORD.value:
        return _(
            "What I keep appears in digests and searches of this server only, and of chats joined to it with /link. "
            "Edits are followed."
        )
    return _(
        "What I keep appears in digests and searches of this chat only, and of chats joined to it with /link. Edits "
        "are followed."
    )


def _stop_button(watched: Watched, say: Translator) -> ButtonRow:
    return (Button(say.gettext("✖ Stop reading"), f"watch:stop:{watched.source.id}"),)


def _title(watched: Watched) -> tuple[Text, ...]:
    address = watched.source.address
    return (Text(cut(watched.source.title or address, 80), url=address if address.startswith("https://") else None),)


def _read_message(read: ReadPost, say: Translator) -> Message:
    """What was made of a forwarded post, with a button to take it back where it brought something new."""
    _ = say.gettext
    said = {
        PostFate.KNOWN: _("I have read this post of “{chat}” already.", chat=cut(read.source.title, 80)),
        PostFate.OURS: _("I wrote this post myself, so I do not read it."),
    }
    if read.fate in said:
        return Message((Paragraph(text(said[read.fate])),))
    if not read.items:
        return _nothing_in_it(say)
    count = len(read.items)
    words = say.ngettext(
        "Read {number} item from “{chat}”:",
        "Read {number} items from “{chat}”:",
        count,
        chat=cut(read.source.title, 80),
    )
    undo: ButtonRow = (Button(_("↩️ Undo"), f"post:undo:{read.items[0].id}"),)
    return Message((Paragraph(text(words)), ListBlock(tuple((_entry(one, say),) for one in read.items))), (undo,))


def _nothing_in_it(say: Translator) -> Message:
    return Message((Paragraph(text(say.gettext("There are no words in this post that I could keep."))),))


def _entry(item: Item, say: Translator) -> tuple[Text, ...]:
    facts = [str(paper) for paper in item.papers[:3]]
    facts += [say.language_name(item.language)] if item.language else []
    title = Text(cut(item.title or item.text, 120), bold=True, url=item.url)
    return (title, Text(" · " + " · ".join(facts))) if facts else (title,)
