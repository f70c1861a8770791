"""A separator of several bytes that comes in pieces; the limit; the end before it."""
import asyncio


async def main(trace):
    reader = asyncio.StreamReader(limit=8)

    async def until(separator):
        try:
            trace((await reader.readuntil(separator)).decode())
        except asyncio.LimitOverrunError as error:
            trace('overrun', error.consumed)
            trace((await reader.read(100)).decode())
        except asyncio.IncompleteReadError as error:
            trace('incomplete', error.partial.decode(), error.expected)

    for pieces, separator in (
        ((b'abc\r', b'\nrest'), b'\r\n'),
        ((b'AA', b'AB'), b'AAB'),
        ((b'12345678--',), b'--'),
        ((b'123456789--',), b'--'),
        ((b'123456', b'7890'), b'--'),
    ):
        task = asyncio.create_task(until(separator))
        for piece in pieces:
            await asyncio.sleep(0)
            reader.feed_data(piece)
        await task
    reader.feed_data(b'last-')
    reader.feed_eof()
    await until(b'--')
    trace(reader.at_eof())
