"""From outside of the loop: an idle loop wakes up, the order is kept, a handle can be cancelled, the context goes along."""
import asyncio
import contextvars
import threading

CLOCK = 'real'
var = contextvars.ContextVar('var', default='unset')


async def within(trace):
    loop = asyncio.get_running_loop()
    over = loop.create_future()

    def outside():
        var.set('outside')
        loop.call_soon_threadsafe(trace, 'first')
        loop.call_soon_threadsafe(trace, 'second')
        loop.call_soon_threadsafe(lambda: trace('third', var.get(), asyncio.current_task() is None))
        loop.call_soon_threadsafe(lambda: loop.call_soon(over.set_result, None))

    loop.call_soon_threadsafe(trace, 'from inside', 1)
    loop.call_soon_threadsafe(trace, 'cancelled').cancel()
    loop.call_soon(trace, 'after it')
    await asyncio.sleep(0)
    thread = threading.Thread(target=outside)
    thread.start()
    await over
    thread.join()


def run(trace):
    asyncio.run(within(trace))
    loop = asyncio.new_event_loop()
    loop.call_soon_threadsafe(trace, 'before it ran')
    loop.call_soon_threadsafe(loop.stop)
    loop.run_forever()
    loop.close()
    try:
        loop.call_soon_threadsafe(trace)
    except RuntimeError as error:
        trace(error)
