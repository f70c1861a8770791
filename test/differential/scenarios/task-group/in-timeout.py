"""A time limit around a group: the children are cancelled, the limit raises."""
import asyncio

TICK = 1 / 64


async def main(trace):
    async def child(name, ticks, cleanup=0):
        try:
            await asyncio.sleep(ticks * TICK)
            trace(name, 'ends')
        except asyncio.CancelledError as error:
            trace(name, error)
            await asyncio.sleep(cleanup * TICK)
            trace(name, 'cleaned up')
            raise

    try:
        async with asyncio.timeout(3 * TICK) as limit:
            async with asyncio.TaskGroup() as group:
                group.create_task(child('quick', 1))
                group.create_task(child('slow', 9))
                group.create_task(child('thorough', 9, 2))
    except TimeoutError as error:
        trace(error, limit.expired(), asyncio.current_task().cancelling())
