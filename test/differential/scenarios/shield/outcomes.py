"""A shield hands on results, errors and cancellations of what is inside, one iteration later."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(action):
        await asyncio.sleep(0)
        return action()

    def fail():
        raise ValueError('inner error')

    def cancel_itself():
        raise asyncio.CancelledError('inner cancel')

    for name, action in [('result', lambda: 'value'), ('error', fail), ('cancel', cancel_itself)]:
        for turn in range(6):
            loop.call_soon(trace, 'queued', turn)
        outer = asyncio.shield(child(action))
        try:
            trace(name, await outer)
        except (ValueError, asyncio.CancelledError) as error:
            trace(name, error, outer.cancelled())
    done = loop.create_future()
    done.set_result('already')
    loop.call_soon(trace, 'soon')
    trace(asyncio.shield(done) is done, await asyncio.shield(done))
    await asyncio.sleep(0)
