"""A reader pauses its transport at twice its limit, and resumes it at the limit."""
import asyncio


async def main(trace):
    class Transport:
        def pause_reading(self):
            trace('pause')

        def resume_reading(self):
            trace('resume')

    reader = asyncio.StreamReader(limit=4)
    reader.set_transport(Transport())
    for piece in (b'12345678', b'9', b'abc'):
        reader.feed_data(piece)
        trace('fed')
    trace((await reader.read(7)).decode())
    trace((await reader.read(1)).decode())
    reader.feed_data(b'0123456789')
    task = asyncio.create_task(reader.readexactly(16))
    await asyncio.sleep(0)
    reader.feed_data(b'xyz')
    trace((await task).decode())
