"""An exception ends the stream: a waiting read gets it, and so does every later one."""
import asyncio


async def main(trace):
    reader = asyncio.StreamReader()
    reader.feed_data(b'data')

    async def line():
        try:
            await reader.readline()
        except (ValueError, RuntimeError) as error:
            trace(trace.kind(error))

    task = asyncio.create_task(line())
    await asyncio.sleep(0)
    await line()
    reader.set_exception(ValueError('broken'))
    await task
    await line()
    trace(reader.exception(), reader.at_eof())
