"""Files that people attach to commands on Discord."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import discord

from bot.domain.errors import UserError
from bot.domain.files import MOST_BYTES
from bot.locales import N_

NOT_FETCHED = N_("I could not fetch this file. Please send it again.")


async def fetched(client: discord.Client, facts: Mapping[str, Any]) -> bytes:
    """What is in an attachment, as an interaction describes it. Raises UserError where it is too large, or Discord does
    not give it."""
    if int(facts["size"]) > MOST_BYTES:
        raise _too_large()
    try:
        content = await client.http.get_from_cdn(facts["url"])
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise UserError(NOT_FETCHED) from error
    if len(content) > MOST_BYTES:
        raise _too_large()
    return content


def _too_large() -> UserError:
    return UserError("This file is too large: at most {size} MB.", size=MOST_BYTES // 1024**2)
