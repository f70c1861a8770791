"""Two tasks await one task: cancelling an awaiter cancels the shared task, and the other awaiter sees it."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def shared_body():
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace('shared', error)
            await asyncio.sleep(0)
            raise

    async def waiter(name):
        try:
            await shared
        except asyncio.CancelledError as error:
            trace(name, trace.kind(error))
            raise

    shared = asyncio.create_task(shared_body())
    first = asyncio.create_task(waiter('first'))
    second = asyncio.create_task(waiter('second'))
    await asyncio.sleep(0)
    first.cancel('by the first')
    trace('requests', shared.cancelling(), first.cancelling(), second.cancelling())
    for turn in range(4):
        trace('turn', turn, shared.done(), first.done(), second.done())
        await asyncio.sleep(0)
    trace(shared.cancelled(), first.cancelled(), second.cancelled())
