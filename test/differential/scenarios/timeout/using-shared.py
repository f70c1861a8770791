"""Other awaiters of a future that a time limit cancelled see a cancellation, though the block leaves with TimeoutError."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()
    shared = loop.create_future()

    async def child():
        await loop.create_future()

    async def limited(awaitable):
        try:
            async with asyncio.timeout(TICK):
                await awaitable
        except TimeoutError as error:
            trace('limited', error)

    async def unlimited(name, awaitable):
        try:
            await awaitable
        except asyncio.CancelledError as error:
            trace(name, error)

    task = asyncio.create_task(child())
    before = asyncio.create_task(unlimited('before', shared))
    limited_tasks = [asyncio.create_task(limited(shared)), asyncio.create_task(limited(task))]
    after = asyncio.create_task(unlimited('after', shared))
    beside = asyncio.create_task(unlimited('beside', task))
    await asyncio.gather(before, *limited_tasks, after, beside)
    trace(shared.cancelled(), task.cancelled(), await asyncio.gather(shared, task, return_exceptions=True))
    for future in (shared, task):
        try:
            future.result()
        except asyncio.CancelledError as error:
            trace('result', error)

    try:
        async with asyncio.TaskGroup():
            async with asyncio.timeout(TICK):
                await asyncio.sleep(9 * TICK)
    except BaseExceptionGroup as error:
        trace('group', error)
