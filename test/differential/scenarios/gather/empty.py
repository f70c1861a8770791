"""gather() of nothing is a done future with an empty list."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.call_soon(trace, 'soon')
    future = asyncio.gather()
    trace('done', future.done())
    await asyncio.sleep(0)
    trace('done', future.done(), await future)
    loop.call_soon(trace, 'soon again')
    trace(await asyncio.gather())
    trace(await asyncio.gather(return_exceptions=True))
    await asyncio.sleep(0)
