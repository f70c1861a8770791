"""Runs one scenario or one random program on a fresh policy and returns its trace."""
import asyncio
import contextvars
import inspect

from real_loop import Hangs, RealLoop
from traced_policy import TracedPolicy
from tracing import Trace, describe_context
from virtual_loop import Deadlock, VirtualLoop

LOOPS = {'virtual': VirtualLoop, 'real': RealLoop}

# Depends on when the garbage collector runs, which the two languages do differently.
COLLECTOR_REPORTS = ('never retrieved', 'was destroyed but it is pending!')


def traced(body, clock='virtual'):
    """Runs `body(trace)`: an async function through `asyncio.run()`, a plain one as it is."""
    trace = Trace()

    def report(context):
        if not context['message'].endswith(COLLECTOR_REPORTS):
            trace('reported', *describe_context(context))

    policy = TracedPolicy(LOOPS[clock], report)
    asyncio.set_event_loop_policy(policy)
    try:
        if inspect.iscoroutinefunction(body):
            asyncio.run(body(trace))
        else:
            contextvars.copy_context().run(body, trace)
    except BaseException as error:  # an escaped CancelledError or SystemExit is part of the trace
        if isinstance(error, (Deadlock, Hangs)):
            raise
        trace('raised', error)
    entries = trace.finish()
    policy.close_all()
    asyncio.set_event_loop_policy(None)
    return entries
