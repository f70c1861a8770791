"""The first failing child cancels its siblings and the body; the group raises what failed."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def failing(turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        trace('failing')
        raise ValueError('child')

    async def sibling(name, turns):
        try:
            for _ in range(turns):
                await asyncio.sleep(0)
            trace(name, 'ends')
        except asyncio.CancelledError as error:
            trace(name, error)
            raise

    async def attempt(name, body_waits):
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(sibling('quick', 1))
                group.create_task(failing(2))
                group.create_task(sibling('slow', 9))
                try:
                    if body_waits:
                        await loop.create_future()
                except asyncio.CancelledError as error:
                    trace('body', error, asyncio.current_task().cancelling())
                    raise
                trace('body ends')
        except BaseExceptionGroup as error:
            trace(name, error, asyncio.current_task().cancelling())

    await attempt('waiting at the end', False)
    await attempt('waiting in the body', True)
    await asyncio.sleep(0)
    trace('end')
