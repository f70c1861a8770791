"""A cancelled handle does not run, also when an earlier callback of the same iteration cancels it."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    early = loop.call_soon(trace, 'never')
    trace('cancelled before', early.cancelled())
    early.cancel()
    trace('cancelled after', early.cancelled())
    early.cancel()

    handles = {}

    def cancel_next():
        trace('cancelling the next one')
        handles['next'].cancel()

    loop.call_soon(cancel_next)
    handles['next'] = loop.call_soon(trace, 'never either')
    late = loop.call_soon(trace, 'ran')
    await asyncio.sleep(0)
    trace('late', late.cancelled())
    late.cancel()
    trace('late cancelled', late.cancelled())

    def cancel_itself():
        trace('own cancel')
        handles['own'].cancel()

    handles['own'] = loop.call_soon(cancel_itself)
    await asyncio.sleep(0)
    trace('own', handles['own'].cancelled())
