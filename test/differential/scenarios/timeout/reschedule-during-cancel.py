"""A limit cannot be moved once it has run out, even while its cancel is still on its way; one outside of it can."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def attempt(name, outer_delay, inner_delay):
        base = loop.time()
        try:
            async with asyncio.timeout(outer_delay) as outer:
                try:
                    async with asyncio.timeout(inner_delay) as inner:
                        try:
                            await asyncio.sleep(10)
                        except asyncio.CancelledError as error:
                            trace(name, error, outer.expired(), inner.expired(), loop.time() - base)
                            for limit in (outer, inner):
                                try:
                                    limit.reschedule(loop.time() + 3)
                                    trace(name, 'moved')
                                except RuntimeError as refusal:
                                    trace(name, trace.kind(refusal))
                            await asyncio.sleep(2)
                            trace(name, 'cleaned up', loop.time() - base)
                            raise
                except TimeoutError as error:
                    trace(name, 'inner', error)
                await asyncio.sleep(2)
                trace(name, 'body ends', loop.time() - base)
        except TimeoutError as error:
            trace(name, 'outer', error)
        trace(name, outer.expired(), inner.expired(), loop.time() - base, asyncio.current_task().cancelling())

    await attempt('inner first', 5, 1)
    await attempt('outer first', 1, 5)
    await attempt('both', 1, 1)
    await attempt('outer while inner cleans up', 2, 1)
