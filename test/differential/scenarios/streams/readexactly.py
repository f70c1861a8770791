"""Exactly n bytes, or an error with the partial bytes."""
import asyncio


async def main(trace):
    reader = asyncio.StreamReader(limit=4)

    async def exactly(count):
        try:
            trace((await reader.readexactly(count)).decode())
        except asyncio.IncompleteReadError as error:
            trace(error.partial.decode(), error.expected)
        except ValueError as error:
            trace(trace.kind(error))

    await exactly(0)
    await exactly(-1)
    task = asyncio.create_task(exactly(10))
    for piece in (b'abc', b'defg', b'hijkl'):
        await asyncio.sleep(0)
        reader.feed_data(piece)
    await task
    task = asyncio.create_task(exactly(3))
    await asyncio.sleep(0)
    reader.feed_eof()
    await task
    await exactly(1)
