"""Timers that are due when the loop stops run in the next run."""
import asyncio

TICK = 1 / 64


def run(trace):
    loop = asyncio.new_event_loop()
    when = loop.time() + TICK

    def stopper():
        trace('stopping')
        loop.call_later(0, trace, 'due at once')
        loop.call_soon(trace, 'soon')
        loop.stop()

    loop.call_at(when, stopper)
    loop.call_at(when, trace, 'same time as the stopper')
    loop.run_forever()
    trace('first run over')
    loop.stop()
    loop.run_forever()
    trace('second run over')
    loop.close()
