"""A body that swallows the cancellation, or raises instead, and a limit that expires without a wait."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()

    async def swallows():
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace('swallowed', error)

    async def raises():
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            raise ValueError('instead')

    for name, body in [('swallows', swallows), ('raises', raises)]:
        limit = asyncio.timeout(TICK)
        try:
            async with limit:
                await body()
                trace(name, 'body ends')
        except (TimeoutError, ValueError) as error:
            trace(name, error)
        trace(name, limit.expired(), asyncio.current_task().cancelling())
        await asyncio.sleep(0)
