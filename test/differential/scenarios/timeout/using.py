"""The block form: `async with asyncio.timeout()` in CPython, `await using` here."""
import asyncio

TICK = 1 / 64


async def main(trace):
    try:
        async with asyncio.timeout(TICK) as limit:
            await asyncio.sleep(9 * TICK)
    except TimeoutError as error:
        trace('expired', error, asyncio.current_task().cancelling())

    async with asyncio.timeout(9 * TICK) as limit:
        await asyncio.sleep(0)
        trace('in time', limit.expired())

    try:
        async with asyncio.timeout(9 * TICK):
            async with asyncio.timeout(TICK):
                await asyncio.sleep(5 * TICK)
            trace('never')
    except TimeoutError as error:
        trace('inner expired', error, asyncio.current_task().cancelling())
