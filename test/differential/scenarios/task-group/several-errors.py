"""Errors of several children, also those of their clean-up, come together in the order of their ends."""
import asyncio


async def main(trace):
    async def failing(name, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(name, 'fails')
        raise ValueError(name)

    async def bad_cleanup(name, turns):
        try:
            await asyncio.sleep(100)
        finally:
            for _ in range(turns):
                await asyncio.sleep(0)
            trace(name, 'fails in its clean-up')
            raise KeyError(name)

    async def unaware():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            trace('unaware swallows')

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(bad_cleanup('slow clean-up', 3))
            group.create_task(bad_cleanup('quick clean-up', 0))
            group.create_task(unaware())
            group.create_task(failing('first', 1))
            group.create_task(failing('same turn', 1))
            group.create_task(failing('cancelled in time', 5))
    except BaseExceptionGroup as error:
        trace(error)
