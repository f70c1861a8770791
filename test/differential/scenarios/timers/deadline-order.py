"""Timers fire in the order of their deadlines, not of their creation."""
import asyncio

TICK = 1 / 64


def run(trace):
    loop = asyncio.new_event_loop()
    loop.call_later(3 * TICK, trace, 'three')
    loop.call_later(1 * TICK, trace, 'one')
    loop.call_at(loop.time() + 4 * TICK, loop.stop)
    loop.call_later(2 * TICK, trace, 'two')
    loop.call_soon(trace, 'soon')
    loop.run_forever()
    trace('stopped')
    loop.close()
