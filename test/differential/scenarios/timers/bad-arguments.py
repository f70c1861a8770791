"""A delay that is no number is refused, and nothing is scheduled."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    for name, action in [
        ('call_later(None)', lambda: loop.call_later(None, trace, 'never')),
        ('call_at(None)', lambda: loop.call_at(None, trace, 'never')),
    ]:
        try:
            action()
            trace(name, 'fine')
        except TypeError as error:
            trace(name, error)
    await asyncio.sleep(0)
    trace('end')
