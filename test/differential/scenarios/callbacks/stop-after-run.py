"""stop() between two runs makes the second one a single iteration."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()
    loop.call_soon(trace, 'one')
    loop.call_soon(loop.stop)
    loop.run_forever()
    trace('first run over')
    loop.stop()

    def two():
        trace('two')
        loop.call_soon(trace, 'three')

    loop.call_soon(two)
    loop.run_forever()
    trace('second run over')
    loop.stop()
    loop.run_forever()
    trace('third run over')
    loop.close()
