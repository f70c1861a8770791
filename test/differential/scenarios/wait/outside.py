"""Outside of a running loop, futures say which loop they belong to."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def futures():
        made = [loop.create_future() for _ in range(2)]
        loop.call_soon(made[1].set_result, 'second')
        loop.call_soon(loop.call_soon, made[0].set_result, 'first')
        return made

    made = futures()
    done, pending = loop.run_until_complete(asyncio.wait(made))
    trace('wait', len(done), len(pending))
    made = futures()
    done, pending = loop.run_until_complete(asyncio.wait(made, return_when=asyncio.FIRST_COMPLETED))
    trace('wait for the first', len(done), len(pending))
    loop.run_until_complete(asyncio.gather(*made))
    for future in asyncio.as_completed(futures()):
        trace('as completed', loop.run_until_complete(future))
    made = futures()
    outer = asyncio.shield(made[0])
    trace('shield', loop.run_until_complete(outer), outer.get_loop() is loop)
    made = futures()
    trace('wait_for'.replace('_f', 'F'), loop.run_until_complete(asyncio.wait_for(made[0], 60)))
    made = futures()
    trace('wait_for'.replace('_f', 'F'), loop.run_until_complete(asyncio.wait_for(made[0], None)))
    loop.close()
