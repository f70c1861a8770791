"""A closed loop refuses to schedule and to run; close() may be repeated."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()
    loop.call_soon(trace, 'never')
    future = loop.create_future()
    loop.close()
    loop.close()

    def attempt(name, action):
        try:
            action()
            trace(name, 'fine')
        except Exception as error:
            trace(name, error)

    attempt('call_soon', lambda: loop.call_soon(trace, 'x'))
    attempt('call_soon_threadsafe', lambda: loop.call_soon_threadsafe(trace, 'x'))
    attempt('call_later', lambda: loop.call_later(1, trace, 'x'))
    attempt('call_at', lambda: loop.call_at(1, trace, 'x'))
    attempt('run_forever', loop.run_forever)
    attempt('run_until_complete', lambda: loop.run_until_complete(future))
    attempt('stop', loop.stop)
    attempt('time', loop.time)
    attempt('create_future', loop.create_future)
    trace(loop.is_closed(), loop.is_running())
