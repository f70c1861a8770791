"""What is left in the queue when a run ends is the head of the queue of the next run."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()

    async def short():
        trace('short')
        loop.call_soon(trace, 'left behind 1')
        loop.call_soon(loop.call_soon, trace, 'left behind 2')
        return 'short is done'

    trace(loop.run_until_complete(short()))
    loop.call_soon(trace, 'scheduled between the runs')

    async def longer():
        trace('longer')
        await asyncio.sleep(0)
        trace('longer again')
        return 'longer is done'

    trace(loop.run_until_complete(longer()))
    loop.close()
