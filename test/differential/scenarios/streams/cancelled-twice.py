"""Of two cancels in one turn the first is the one that counts; of two that come after the data, the last."""
import asyncio


async def main(trace):
    reader = asyncio.StreamReader()
    for name, read in [('read', lambda: reader.read(5)), ('readline', reader.readline),
                       ('readexactly', lambda: reader.readexactly(3)), ('read all', reader.read)]:
        for fed in (False, True):
            task = asyncio.create_task(read())
            await asyncio.sleep(0)
            if fed:
                reader.feed_data(b'\n')
            task.cancel('one')
            task.cancel('two')
            try:
                trace(name, await task)
            except asyncio.CancelledError as error:
                trace(name, fed, error, task.cancelling())
            if fed:
                trace(await reader.readline())
