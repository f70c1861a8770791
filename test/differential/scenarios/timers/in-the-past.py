"""Timers that are already due run in this iteration, after what was ready, in the order of their times."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()
    now = loop.time()
    loop.call_at(now, trace, 'now')
    loop.call_at(now - 1, trace, 'a second ago')
    loop.call_at(now - 3, trace, 'three seconds ago')
    loop.call_later(-2, trace, 'two seconds ago')
    loop.call_soon(trace, 'soon 1')
    loop.call_soon(loop.call_soon, trace, 'next iteration')
    loop.call_soon(trace, 'soon 2')
    loop.call_soon(loop.call_soon, loop.stop)
    loop.run_forever()
    trace('stopped')
    loop.close()
