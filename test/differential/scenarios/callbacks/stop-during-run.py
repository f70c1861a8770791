"""stop() during a run: the iteration is finished, the next does not begin."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()

    def stopper():
        trace('stopping', loop.is_running())
        loop.call_soon(trace, 'scheduled by the stopper')
        loop.stop()
        loop.stop()
        trace('still here', loop.is_running())

    loop.call_soon(trace, 'before')
    loop.call_soon(stopper)
    loop.call_soon(trace, 'same iteration')
    loop.call_soon(loop.call_soon, trace, 'two iterations away')
    loop.run_forever()
    trace('first run over')
    loop.call_soon(loop.stop)
    loop.run_forever()
    trace('second run over')
    loop.close()
