"""Serves made-up feeds on loopback from a process of its own, until its standard input is closed.

`/feeds/N` answers 304 to whoever shows its ETag; `POST /forget` ends that, so that the same body is sent again.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from benchmarks.feeds import ENTRY_BYTES, feed
from benchmarks.figures import ROOT

_MODIFIED = "Mon, 02 Mar 2026 08:00:00 GMT"


@contextmanager
def serving(feeds: int, *, entries: int, entry_bytes: int = ENTRY_BYTES) -> Iterator[str]:
    """A server with so many feeds of so many entries; gives its address."""
    arguments = [
        f"--{name}={value}" for name, value in (("feeds", feeds), ("entries", entries), ("bytes", entry_bytes))
    ]
    command = [sys.executable, "-m", "benchmarks.feed_server", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            address = process.stdout.readline().strip()
            assert address, "the server of feeds did not start"
            yield address
        finally:
            process.stdin.close()


async def _serve(bodies: list[bytes]) -> None:
    tags = [f'"{hashlib.sha256(body).hexdigest()[:16]}"' for body in bodies]
    conditional = True

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        headers = {"ETag": tags[number], "Last-Modified": _MODIFIED}
        if conditional and request.headers.get("If-None-Match") == tags[number]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=bodies[number], headers=headers, content_type="application/xml")

    async def change(request: web.Request) -> web.Response:
        nonlocal conditional
        conditional = request.path == "/remember"
        return web.Response()

    application = web.Application()
    application.router.add_get("/feeds/{number}", answer)
    application.router.add_post("/forget", change)
    application.router.add_post("/remember", change)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--bytes", type=int, default=ENTRY_BYTES)
    asked = parser.parse_args()
    bodies = [feed(number, entries=asked.entries, entry_bytes=asked.bytes) for number in range(asked.feeds)]
    asyncio.run(_serve(bodies))


if __name__ == "__main__":
    main()
