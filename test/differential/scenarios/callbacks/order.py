"""Callbacks run in the order in which they were scheduled, with their arguments."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()
    loop.call_soon(trace, 'first')
    loop.call_soon(trace, 'second', 2)
    loop.call_soon(trace, 'third', [3, 'x'], None)
    loop.call_soon(loop.stop)
    loop.call_soon(trace, 'after stop')
    loop.run_forever()
    trace('stopped')
    loop.close()
