"""A child that is cancelled on its own is no error of the group and disturbs no sibling."""
import asyncio


async def main(trace):
    async def child(name):
        try:
            for _ in range(4):
                await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            trace(name, error)
            raise
        trace(name, 'ends')

    async with asyncio.TaskGroup() as group:
        victim = group.create_task(child('victim'))
        group.create_task(child('other'))
        await asyncio.sleep(0)
        victim.cancel('alone')
        trace('body ends')
    trace(victim.cancelled(), asyncio.current_task().cancelling())
