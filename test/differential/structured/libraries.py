"""What the scenarios need of trio and of anyio on asyncio, and where the two are named differently."""

import inspect

import anyio
import anyio.lowlevel
import trio
import trio.lowlevel

SCENARIOS = {}
# Those that need asyncio itself, which trio has nothing of.
ON_ASYNCIO = {}


def scenario(function):
    SCENARIOS[function.__name__] = function
    return function


def scenario_on_asyncio(function):
    ON_ASYNCIO[function.__name__] = function
    return function


class Trio:
    """What the two libraries name differently."""

    lib = trio
    caught = staticmethod(lambda scope: scope.cancelled_caught)
    cancelled = trio.Cancelled
    timeout = trio.TooSlowError
    group = staticmethod(trio.open_nursery)
    channel = staticmethod(trio.open_memory_channel)
    end = trio.EndOfChannel
    cancel_shielded_checkpoint = staticmethod(trio.lowlevel.cancel_shielded_checkpoint)
    checkpoint = staticmethod(trio.lowlevel.checkpoint)

    @staticmethod
    async def in_thread(function):
        # The name of the option has changed.
        names = inspect.signature(trio.to_thread.run_sync).parameters
        name = "abandon_on_cancel" if "abandon_on_cancel" in names else "cancellable"
        return await trio.to_thread.run_sync(function, **{name: True})


class Anyio:
    lib = anyio
    # What Debian packages is older than this attribute.
    caught = staticmethod(lambda scope: getattr(scope, "cancelled_caught", None))
    timeout = TimeoutError
    group = staticmethod(anyio.create_task_group)
    channel = staticmethod(anyio.create_memory_object_stream)
    end = anyio.EndOfStream
    cancel_shielded_checkpoint = staticmethod(anyio.lowlevel.cancel_shielded_checkpoint)
    checkpoint = staticmethod(anyio.lowlevel.checkpoint)

    @staticmethod
    async def in_thread(function):
        # The name of the option has changed.
        names = inspect.signature(anyio.to_thread.run_sync).parameters
        name = "abandon_on_cancel" if "abandon_on_cancel" in names else "cancellable"
        return await anyio.to_thread.run_sync(function, **{name: True})

    @property
    def cancelled(self):
        return anyio.get_cancelled_exc_class()


async def outcome(x, wait):
    """'done', 'cancelled', or the class of what came out of a wait."""
    try:
        await wait
        return "done"
    except x.cancelled:
        return "cancelled"
    except (trio.WouldBlock, anyio.WouldBlock):
        return "WouldBlock"
    except (trio.BrokenResourceError, anyio.BrokenResourceError):
        return "BrokenResourceError"
    except (trio.ClosedResourceError, anyio.ClosedResourceError):
        return "ClosedResourceError"
    except x.end:
        return "EndOfStream"
    except RuntimeError:
        return "RuntimeError"
