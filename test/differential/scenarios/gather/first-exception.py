"""The first exception is gather()'s own; the other children run on."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, turns, error=None):
        for turn in range(turns):
            await asyncio.sleep(0)
        trace(name, 'ends')
        if error:
            raise error
        return name

    slow = asyncio.create_task(child('slow', 5))
    try:
        await asyncio.gather(
            child('quick', 0), child('first bad', 1, ValueError('first')), child('second bad', 2, KeyError('second')), slow
        )
    except ValueError as error:
        trace('caught', error)
    loop.call_soon(trace, 'soon')
    trace('slow', slow.done(), slow.cancelled())
    trace(await slow)
