"""Lines; the last one without its end; one that is too long is dropped, and the next one is there."""
import asyncio


async def main(trace):
    reader = asyncio.StreamReader(limit=5)
    for piece in (b'ab', b'c\n', b'too long\nok\n', b'12345\n123456'):
        reader.feed_data(piece)

    async def line():
        try:
            trace((await reader.readline()).decode())
        except ValueError as error:
            trace(error)

    for _ in range(5):
        await line()
    task = asyncio.create_task(line())
    await asyncio.sleep(0)
    reader.feed_data(b'x\ny')
    reader.feed_eof()
    await task
    await line()
    await line()
