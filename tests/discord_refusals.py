"""What the Discord double answers instead of doing what it was asked, in Discord's words."""

from __future__ import annotations

from tests import discord_validation as rules
from tests.discord_world import Json


class Refusal(Exception):
    """What Discord answers instead of doing what it was asked."""

    def __init__(self, status: int, code: int, message: str, errors: rules.Errors | None = None) -> None:
        self.status = status
        self.body: Json = {"code": code, "message": message} | ({"errors": errors} if errors else {})
        super().__init__(f"{status} {code} {message} {errors or ''}")


UNAUTHORIZED = (401, 0, "401: Unauthorized")
NOT_FOUND = (404, 0, "404: Not Found")
UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
THREAD_IS_ARCHIVED = (400, 50083, "Thread is archived")
UNKNOWN_INVITE = (404, 10006, "Unknown Invite")
UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
UNKNOWN_USER = (404, 10013, "Unknown User")
UNKNOWN_EVENT = (404, 10070, "Unknown Guild Scheduled Event")
EVENT_IS_OVER = (400, 180000, "Cannot update a finished event")
TOO_MANY_PINS = (400, 30003, "Maximum number of pinned messages reached (250)")
TOO_MANY_INVITES = (400, 30016, "Maximum number of invites reached (1000)")
ONE_PINNED_POST = (400, 30047, "Maximum number of pinned threads in a forum channel reached (1)")
SYSTEM_MESSAGE = (403, 50021, "Cannot execute action on a system message")
UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS = (403, 50001, "Missing Access")
FOREIGN_MESSAGE = (403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")
NO_MUTUAL_GUILDS = (403, 50278, "Cannot send messages to this user due to having no mutual guilds")
DMS_CLOSED = (403, 50007, "Cannot send messages to this user")
WRONG_CHANNEL_TYPE = (400, 50024, "Cannot execute action on this channel type")
THREAD_IS_THERE = (400, 160004, "A thread has already been created for this message")
MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
INVALID_WEBHOOK_TOKEN = (401, 50027, "Invalid Webhook Token")
TOO_LARGE = (413, 40005, "Request entity too large")
INVALID_FORM = 50035


def refuse(faults: rules.Faults) -> None:
    """Raises Refusal where something is wrong with a form."""
    if faults.found:
        raise Refusal(400, INVALID_FORM, f"Invalid Form Body: {faults}"[:500], faults.errors())


def refuse_one(path: tuple[str | int, ...], code: str, message: str) -> None:
    """Raises Refusal for one thing that is wrong with a form."""
    faults = rules.Faults()
    faults.add(path, code, message)
    refuse(faults)
