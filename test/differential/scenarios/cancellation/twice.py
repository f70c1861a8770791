"""Two cancels before the wake-up are one CancelledError; the later message wins only where it can."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name):
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace(name, 'first', error)
        try:
            await asyncio.sleep(0)
            trace(name, 'no second')
        except asyncio.CancelledError as error:
            trace(name, 'second', error)
            raise
        return name

    waiting = asyncio.create_task(child('waiting'))
    await asyncio.sleep(0)
    trace(waiting.cancel('one'), waiting.cancel('two'), waiting.cancelling())
    fresh = asyncio.create_task(child('fresh'))
    trace(fresh.cancel('one'), fresh.cancel('two'), fresh.cancelling())
    for task in (waiting, fresh):
        try:
            trace('result', await task)
        except asyncio.CancelledError as error:
            trace('raised', error)
