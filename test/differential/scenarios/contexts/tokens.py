"""reset() undoes a set() in the same context only; context.run() may not be entered twice."""
import asyncio
import contextvars

variable = contextvars.ContextVar('variable', default='unset')


async def main(trace):
    def attempt(name, action):
        try:
            trace(name, action())
        except (ValueError, RuntimeError, LookupError) as error:
            trace(name, trace.kind(error))

    token = variable.set('main')
    trace('old value missing', token.old_value is contextvars.Token.MISSING, token.var is variable)

    async def child():
        attempt('reset elsewhere', lambda: variable.reset(token))
        own = variable.set('child')
        await asyncio.sleep(0)
        trace('old value', own.old_value)
        variable.reset(own)
        attempt('reset twice', lambda: variable.reset(own))
        trace('child', variable.get())

    await asyncio.create_task(child())
    second = variable.set('main again')
    await asyncio.sleep(0)
    variable.reset(second)
    trace('main', variable.get())
    variable.reset(token)
    trace('main', variable.get())
    context = contextvars.copy_context()
    attempt('entered twice', lambda: context.run(lambda: context.run(variable.get)))
    attempt('entered once', lambda: context.run(variable.get))
    nothing = contextvars.ContextVar('nothing')
    attempt('no value', nothing.get)
    attempt('fallback', lambda: nothing.get('fallback'))
