"""get_running_loop() in callbacks, tasks and outside; set_event_loop() and get_event_loop()."""
import asyncio


def run(trace):
    def running():
        try:
            return asyncio.get_running_loop() is loop
        except RuntimeError as error:
            return trace.kind(error)

    loop = asyncio.new_event_loop()
    trace('outside', running())
    asyncio.set_event_loop(loop)
    trace('set', asyncio.get_event_loop() is loop)

    async def child():
        trace('task', running(), asyncio.get_event_loop() is loop)
        await asyncio.sleep(0)
        trace('task again', running())
        loop.call_soon(lambda: trace('callback', running()))
        loop.call_later(0, lambda: trace('timer', running()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    other = asyncio.new_event_loop()
    loop.run_until_complete(child())
    trace('outside', running(), asyncio.get_event_loop() is loop)

    async def in_other():
        trace('other', asyncio.get_running_loop() is other, asyncio.get_event_loop() is other)

    other.run_until_complete(in_other())
    asyncio.set_event_loop(None)
    loop.close()
    other.close()
