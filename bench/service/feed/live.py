"""Sends the rows of runs to those who follow them, each at its own pace, none at the cost of a run.

Nothing is queued for a subscriber: it has a number in the file of each run it follows, and one message on
its way. One that does not take a message within SLOW_S real seconds is disconnected, and can go on later.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bench.core.errors import BenchError
from bench.service.feed.hub import GATHER_S, Hub
from bench.service.feed.tail import RowTail
from bench.service.feed.tails import Tails
from bench.service.models.live import LiveColumns, LiveEnd, LiveRefused
from bench.service.telling import column_told

SLOW_S = 10.0
LARGEST = 1 << 18
"""Characters after which a list of messages is sent as it is."""
MOST_TO_SAY = 1000
LOOK_EVERY_S = 1.0
"""Rows that came without an event, and ends that nobody told, are found after this time."""

SendText = Callable[[str], Awaitable[None]]


class TooSlowError(Exception):
    """A subscriber does not take what it is sent."""


async def send_in_time(send: SendText, text: str, slow_s: float) -> None:
    """One message, or TooSlowError."""
    try:
        async with asyncio.timeout(slow_s):
            await send(text)
    except TimeoutError:
        raise TooSlowError from None


@dataclass
class _Followed:
    tail: RowTail
    position: int
    look: bool = True
    """Whether it should be asked if the run has ended."""


class Follower:
    """One subscriber: what it follows and how far it is. All of it runs in the loop; `pump` alone sends.

    What there is for it at one time goes out as one JSON list of messages.
    """

    def __init__(self, feed: LiveFeed, send: SendText) -> None:
        self._feed = feed
        self._send_text = send
        self._followed: dict[str, _Followed] = {}
        self._to_say: list[str] = []
        self._size = 0
        self._wake = asyncio.Event()

    async def follow(self, run_id: str, start: int) -> None:
        """Rows of the run from number `start` on; again is allowed and sets a new start."""
        self.leave([run_id])
        try:
            tail = await asyncio.to_thread(self._feed.tails.take, run_id)
        except BenchError as error:
            self._say(LiveRefused(run_id=run_id, what=str(error)).model_dump_json())
        else:
            columns = [column_told(column) for column in tail.columns]
            self._say(LiveColumns(run_id=run_id, columns=columns).model_dump_json())
            self._followed[run_id] = _Followed(tail, start)
        self._wake.set()
        while len(self._to_say) > MOST_TO_SAY:  # who asks faster than it listens is not listened to
            await asyncio.sleep(GATHER_S)

    def leave(self, run_ids: Iterable[str]) -> None:
        """Follow these no more."""
        for run_id in run_ids:
            if self._followed.pop(run_id, None) is not None:
                self._feed.tails.give_back(run_id)

    def leave_all(self) -> None:
        """The subscriber is gone."""
        self.leave(tuple(self._followed))

    def tell(self, run_id: str | None, *, look: bool = False) -> None:
        """A run has new rows, or None: any may have; `look`: and may have ended."""
        for name in tuple(self._followed) if run_id is None else (run_id,):
            followed = self._followed.get(name)
            if followed is not None:
                followed.look |= look
                self._wake.set()

    async def pump(self) -> None:
        """Send what there is, for ever. Raises TooSlowError."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            for run_id, followed in tuple(self._followed.items()):
                await self._rows(run_id, followed)
                if followed.look and self._goes_on(run_id, followed):
                    followed.look = False
                    await self._end(run_id, followed)
            await self._flush()

    def _goes_on(self, run_id: str, followed: _Followed) -> bool:
        """Whether it is still followed, from that very start."""
        return self._followed.get(run_id) is followed

    async def _rows(self, run_id: str, followed: _Followed) -> None:
        tail, name = followed.tail, json.dumps(run_id)
        while followed.position < tail.rows and self._goes_on(run_id, followed):
            rows = tail.after(followed.position)
            if rows is None:
                rows = await asyncio.to_thread(tail.page, followed.position)
            if not rows.count or not self._goes_on(run_id, followed):
                return
            self._say(f'{{"type":"rows","run_id":{name},"start":{rows.start},"rows":{rows.text}}}')
            followed.position += rows.count
            if self._size > LARGEST:
                await self._flush()

    async def _end(self, run_id: str, followed: _Followed) -> None:
        status = await asyncio.to_thread(lambda: self._feed.tails.folder(run_id).status)
        if status == "running" or (status == "interrupted" and self._feed.goes_on(run_id)):
            return
        await asyncio.to_thread(followed.tail.advance)  # what came before its end was written
        await self._rows(run_id, followed)
        if self._goes_on(run_id, followed):
            rows = followed.tail.rows
            self._say(LiveEnd(run_id=run_id, status=status, rows=rows).model_dump_json())
            self.leave([run_id])

    def _say(self, text: str) -> None:
        self._to_say.append(text)
        self._size += len(text)

    async def _flush(self) -> None:
        if self._to_say:
            text, self._to_say, self._size = f"[{','.join(self._to_say)}]", [], 0
            await send_in_time(self._send_text, text, self._feed.slow_s)


class LiveFeed:
    """All who follow rows. Made once; `bell` is called in the loop whenever something happened.

    `goes_on` tells of a run that was cut off whether it is about to be taken up again.
    """

    def __init__(
        self, hub: Hub, tails: Tails, goes_on: Callable[[str], bool], slow_s: float = SLOW_S
    ) -> None:
        self.tails = tails
        self.goes_on = goes_on
        self.slow_s = slow_s
        self._hub = hub
        self.followers: set[Follower] = set()

    def join(self, send: SendText) -> Follower:
        """One more."""
        follower = Follower(self, send)
        self.followers.add(follower)
        return follower

    def part(self, follower: Follower) -> None:
        """One less."""
        self.followers.discard(follower)
        follower.leave_all()

    def bell(self) -> None:
        """Take in new rows of the runs that somebody follows, and wake those who do."""
        touched = self._hub.touched()
        for tail in self.tails.followed():
            if tail.run_id in touched:
                tail.advance()
                for follower in self.followers:
                    follower.tell(tail.run_id, look=touched[tail.run_id])

    async def look_now_and_then(self) -> None:
        """For ever: rows that came in blocks without events, and runs that ended without telling."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for tail in self.tails.followed():
                await asyncio.to_thread(tail.advance)
            for follower in self.followers:
                follower.tell(None, look=True)
