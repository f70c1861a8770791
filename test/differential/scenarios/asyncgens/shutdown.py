"""run() closes an asynchronous generator that was left in the middle: its finally block runs on the loop, and may wait."""
import asyncio

kept = []


async def within(trace):
    async def numbers():
        try:
            yield 1
            yield 2
        finally:
            trace('closing')
            await asyncio.sleep(0)
            trace('closed', asyncio.get_running_loop() is loop)

    loop = asyncio.get_running_loop()
    generator = numbers()
    kept.append(generator)  # as long as it is held, it is not collected, which would close it
    async for number in generator:
        trace(number)
        break
    trace('left')
    await loop.shutdown_asyncgens()
    trace('shut down')
    try:
        await generator.__anext__()
    except StopAsyncIteration:
        trace('exhausted')
    await loop.shutdown_asyncgens()


def run(trace):
    asyncio.run(within(trace))
    kept.clear()
