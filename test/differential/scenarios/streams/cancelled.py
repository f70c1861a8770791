"""A read that is cancelled, or times out, takes nothing."""
import asyncio


async def main(trace):
    reader = asyncio.StreamReader()
    reader.feed_data(b'part')
    for attempt in (lambda: reader.readline(), lambda: reader.readexactly(9), lambda: reader.readuntil(b'--')):
        try:
            await asyncio.wait_for(attempt(), 0.01)
        except TimeoutError as error:
            trace(error)
        task = asyncio.create_task(attempt())
        await asyncio.sleep(0)
        task.cancel()
        reader.feed_data(b'.')
        await asyncio.wait([task])
        trace(task.cancelled())
    reader.feed_eof()
    trace((await reader.read()).decode())
