"""A loop that stops before the future is done raises RuntimeError; the future may be run again."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()

    async def child():
        trace('step 1')
        await asyncio.sleep(0)
        trace('step 2')
        loop.stop()
        await asyncio.sleep(0)
        trace('step 3')
        return 'finished'

    task = loop.create_task(child())
    try:
        loop.run_until_complete(task)
    except RuntimeError as error:
        trace(error)
    trace('between', task.done())
    trace(loop.run_until_complete(task))

    async def stops_at_its_end():
        loop.stop()
        return 'result and stop'

    trace(loop.run_until_complete(stops_at_its_end()))
    loop.call_soon(trace, 'soon')
    loop.stop()
    try:
        loop.run_until_complete(child())
    except RuntimeError as error:
        trace(error)
    loop.close()
