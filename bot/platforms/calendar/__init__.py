"""Calendars as files and at addresses: iCalendar (RFC 5545) and the endpoint that serves it."""
