"""An async generator that fails while it is being closed is reported; the clean-up goes on."""
import asyncio


def run(trace):
    async def numbers(name, fail):
        try:
            yield name
        finally:
            trace('closing', name)
            await asyncio.sleep(0)
            if fail:
                raise ValueError(name)
            trace('closed', name)

    generators = []

    async def main(fail):
        generator = numbers('failing' if fail else 'good', fail)
        generators.append(generator)
        trace(await generator.__anext__())

    asyncio.run(main(True))
    asyncio.run(main(False))
