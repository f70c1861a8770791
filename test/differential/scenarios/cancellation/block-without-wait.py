"""A block that never waits does not notice that its task cancelled itself in it; the next wait does."""
import asyncio


async def main(trace):
    async def helper():
        trace('helper', asyncio.current_task().cancel('by the helper'))
        return 'result of the helper'

    async def inline():
        trace(await helper())
        trace(await asyncio.wait_for(helper(), None))

    async def in_timeout():
        async with asyncio.timeout(100):
            trace(await helper())
        trace('block left')

    async def in_group():
        async with asyncio.TaskGroup():
            await helper()
        trace('block left')

    async def fails_in_timeout():
        try:
            async with asyncio.timeout(100):
                await helper()
                raise ValueError('from the block')
        except ValueError as error:
            trace('caught', error)

    async def waits_first():
        async with asyncio.timeout(100):
            await asyncio.sleep(0)
            await helper()
        trace('block left')

    for coroutine in (inline, in_timeout, in_group, fails_in_timeout, waits_first):
        async def child():
            await coroutine()
            trace('before the next wait', asyncio.current_task().cancelling())
            await asyncio.sleep(0)
            trace('never')

        task = asyncio.create_task(child())
        try:
            await task
        except asyncio.CancelledError as error:
            trace('cancelled', error)
