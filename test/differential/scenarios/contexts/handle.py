"""The context of a handle is the one in which its callback runs."""
import asyncio
import contextvars

variable = contextvars.ContextVar('variable', default='unset')


async def main(trace):
    loop = asyncio.get_running_loop()
    variable.set('main')
    soon = loop.call_soon(variable.set, 'callback')
    later = loop.call_later(0, variable.set, 'timer')
    given = contextvars.Context()
    explicit = loop.call_soon(variable.set, 'explicit', context=given)

    # CPython 3.12 has a public `get_context()`.
    trace('before', soon._context[variable], later._context[variable], variable in given)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    trace('after', soon._context[variable], later._context[variable])
    trace('explicit', explicit._context is given, given[variable], variable.get())
