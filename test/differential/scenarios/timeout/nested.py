"""Nested limits: whichever expires first raises at its own level, and both at once at the outer one."""
import asyncio

TICK = 1 / 64


async def main(trace):
    async def attempt(outer_ticks, inner_ticks, work_ticks):
        trace('--', outer_ticks, inner_ticks, work_ticks)
        outer = asyncio.timeout(outer_ticks * TICK)
        inner = asyncio.timeout(inner_ticks * TICK)
        try:
            async with outer:
                try:
                    async with inner:
                        await asyncio.sleep(work_ticks * TICK)
                        trace('work done')
                except TimeoutError as error:
                    trace('inner', error)
                    await asyncio.sleep(work_ticks * TICK)
                    trace('second work done')
        except TimeoutError as error:
            trace('outer', error)
        trace(outer.expired(), inner.expired(), asyncio.current_task().cancelling())

    await attempt(9, 2, 4)
    await attempt(2, 9, 4)
    await attempt(3, 2, 4)
    await attempt(2, 2, 4)
    await attempt(9, 9, 1)
