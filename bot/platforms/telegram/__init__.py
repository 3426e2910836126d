"""Telegram: rendering, sending, and the client that keeps the connection."""

import os

# python-telegram-bot 22 warns at each rate limit that retry_after will be a timedelta; this asks for one now.
os.environ.setdefault("PTB_TIMEDELTA", "1")
