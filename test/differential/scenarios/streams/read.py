"""read(n) takes what there is, up to n bytes; -1 all up to the end."""
import asyncio


async def main(trace):
    reader = asyncio.StreamReader()
    reader.feed_data(b'hello ')
    reader.feed_data(b'world')
    for count in (0, 3, 4, 100):
        trace((await reader.read(count)).decode())

    async def read(count):
        trace('read', (await reader.read(count)).decode(), reader.at_eof())

    task = asyncio.create_task(read(2))
    await asyncio.sleep(0)
    reader.feed_data(b'')
    await asyncio.sleep(0)
    reader.feed_data(b'abc')
    await task
    task = asyncio.create_task(read(-1))
    await asyncio.sleep(0)
    reader.feed_data(b'de')
    await asyncio.sleep(0)
    reader.feed_eof()
    trace(reader.at_eof())
    await task
    await read(5)
    await read(-1)
