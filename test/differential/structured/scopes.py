"""Scenarios about cancel scopes, groups, channels and limiters, for trio and for anyio on asyncio; the twin of scopes.ts."""

from libraries import outcome, scenario


@scenario
async def body_that_catches_and_waits_again(x, note):
    with x.lib.CancelScope() as scope:
        scope.cancel()
        for _ in range(3):
            note(await outcome(x, x.lib.sleep(3600)))
    note([scope.cancel_called, x.caught(scope)])


@scenario
async def body_that_does_not_wait(x, note):
    with x.lib.CancelScope() as scope:
        scope.cancel()
    note([scope.cancel_called, x.caught(scope)])


@scenario
async def error_of_the_body(x, note):
    scope = x.lib.CancelScope()
    try:
        with scope:
            scope.cancel()
            raise ValueError("own")
    except ValueError as error:
        note(str(error))
    note([scope.cancel_called, x.caught(scope)])


async def nested(x, note, cancel):
    with x.lib.CancelScope() as outer:
        with x.lib.CancelScope() as inner:
            cancel(outer, inner)
            await x.lib.sleep(3600)
        note("between")
        note(await outcome(x, x.checkpoint()))
    note([x.caught(outer), x.caught(inner)])


@scenario
async def nested_inner_first(x, note):
    await nested(x, note, lambda outer, inner: (inner.cancel(), outer.cancel()))


@scenario
async def nested_outer_first(x, note):
    await nested(x, note, lambda outer, inner: (outer.cancel(), inner.cancel()))


@scenario
async def nested_outer_only(x, note):
    await nested(x, note, lambda outer, inner: outer.cancel())


@scenario
async def nested_inner_only(x, note):
    await nested(x, note, lambda outer, inner: inner.cancel())


@scenario
async def shield_keeps_out(x, note):
    with x.lib.CancelScope() as outer:
        outer.cancel()
        with x.lib.CancelScope(shield=True):
            note(await outcome(x, x.checkpoint()))
            note(await outcome(x, x.lib.sleep(0.001)))
        note(await outcome(x, x.checkpoint()))
    note(x.caught(outer))


@scenario
async def shielded_scope_has_its_own_cancel(x, note):
    with x.lib.CancelScope() as outer:
        outer.cancel()
        with x.lib.CancelScope(shield=True) as inner:
            inner.cancel()
            await x.lib.sleep(3600)
        note(x.caught(inner))
        await x.checkpoint()
        note("not reached")
    note(x.caught(outer))


@scenario
async def shield_that_is_lowered(x, note):
    with x.lib.CancelScope() as outer:
        with x.lib.CancelScope(shield=True) as inner:
            outer.cancel()
            note(await outcome(x, x.checkpoint()))
            inner.shield = False
            await x.lib.sleep(3600)
        note("not reached")
    note([x.caught(outer), x.caught(inner)])


@scenario
async def deadline_in_the_past(x, note):
    with x.lib.move_on_after(0) as scope:
        note("began")
        await x.lib.sleep(3600)
        note("not reached")
    note([scope.cancel_called, x.caught(scope)])


@scenario
async def deadline_that_is_an_error(x, note):
    try:
        with x.lib.fail_after(0):
            await x.lib.sleep(3600)
    except x.timeout:
        note("timeout")


@scenario
async def deadline_that_passes_behind_a_shield(x, note):
    with x.lib.CancelScope() as outer:
        with x.lib.CancelScope(shield=True):
            outer.deadline = x.lib.current_time() - 1
            note(await outcome(x, x.lib.sleep(0.001)))
        note(await outcome(x, x.lib.sleep(3600)))
        note(await outcome(x, x.lib.sleep(3600)))
    note([outer.cancel_called, x.caught(outer)])


@scenario
async def deadline_that_is_moved_after_the_cancel(x, note):
    with x.lib.CancelScope() as scope:
        scope.deadline = x.lib.current_time() - 1
        note(await outcome(x, x.lib.sleep(3600)))
        scope.deadline = x.lib.current_time() + 3600
        note(await outcome(x, x.lib.sleep(3600)))
    note([scope.cancel_called, x.caught(scope)])


@scenario
async def effective_deadlines(x, note):
    inf = float("inf")
    now = x.lib.current_time()
    note(x.lib.current_effective_deadline() == inf)
    with x.lib.CancelScope(deadline=now + 1000) as outer:
        with x.lib.CancelScope(deadline=now + 2000):
            note(x.lib.current_effective_deadline() == now + 1000)
            with x.lib.CancelScope(shield=True):
                note(x.lib.current_effective_deadline() == inf)
            outer.cancel()
            note(x.lib.current_effective_deadline() == -inf)


@scenario
async def checkpoints(x, note):
    with x.lib.CancelScope() as scope:
        scope.cancel()
        note(await outcome(x, x.cancel_shielded_checkpoint()))
        note(await outcome(x, x.checkpoint()))


@scenario
async def event_that_is_set(x, note):
    event = x.lib.Event()
    event.set()
    with x.lib.CancelScope() as scope:
        note(await outcome(x, event.wait()))
        scope.cancel()
        note(await outcome(x, event.wait()))


@scenario
async def group_that_is_cancelled(x, note):
    ended = []

    async def child():
        ended.append(await outcome(x, x.lib.sleep(3600)))
        ended.append(await outcome(x, x.lib.sleep(3600)))

    async with x.group() as group:
        group.start_soon(child)
        group.start_soon(child)
        await x.checkpoint()
        await x.checkpoint()
        group.cancel_scope.cancel()
        note(await outcome(x, x.lib.sleep(3600)))
        note(await outcome(x, x.lib.sleep(3600)))
    note(ended)
    note(group.cancel_scope.cancel_called)


@scenario
async def child_of_a_cancelled_group(x, note):
    ended = []

    async def child():
        ended.append("began")
        ended.append(await outcome(x, x.lib.sleep(3600)))

    async with x.group() as group:
        group.cancel_scope.cancel()
        group.start_soon(child)
    note(ended)


@scenario
async def child_under_a_scope_around_the_group(x, note):
    ended = []

    async def child():
        ended.append(await outcome(x, x.lib.sleep(3600)))
        with x.lib.CancelScope(shield=True):
            ended.append(await outcome(x, x.checkpoint()))

    with x.lib.CancelScope() as scope:
        async with x.group() as group:
            group.start_soon(child)
            await x.checkpoint()
            await x.checkpoint()
            scope.cancel()
    note([ended, x.caught(scope), x.caught(group.cancel_scope)])


@scenario
async def group_start(x, note):
    async def child(value, *, task_status):
        task_status.started(value)
        await x.checkpoint()
        ended.append("child ends")

    ended = []
    async with x.group() as group:
        note(await group.start(child, 80))
    note(ended)


@scenario
async def group_start_that_fails(x, note):
    async def child(*, task_status):
        await x.checkpoint()
        raise ValueError("early")

    async def silent(*, task_status):
        await x.checkpoint()

    async with x.group() as group:
        try:
            await group.start(child)
        except ValueError as error:
            note(str(error))
        try:
            await group.start(silent)
        except RuntimeError:
            note("RuntimeError")
        note(await outcome(x, x.checkpoint()))


@scenario
async def group_start_that_is_cancelled(x, note):
    async def child(*, task_status):
        note(await outcome(x, x.lib.sleep(0.1)))

    async with x.group() as group:
        with x.lib.move_on_after(0.01) as inner:
            await group.start(child)
        note(x.caught(inner))
        note(await outcome(x, x.checkpoint()))


@scenario
async def limiter(x, note):
    tokens = x.lib.CapacityLimiter(1)
    with x.lib.CancelScope() as scope:
        scope.cancel()
        note(await outcome(x, tokens.acquire()))
    note(tokens.borrowed_tokens)
    await tokens.acquire()
    note(await outcome(x, tokens.acquire()))
    note(tokens.available_tokens)
    tokens.release()
    try:
        tokens.release()
    except RuntimeError:
        note("RuntimeError")


@scenario
async def channel(x, note):
    sender, receiver = x.channel(1)

    async def now(call, *args):
        call(*args)

    note(await outcome(x, now(receiver.receive_nowait)))
    with x.lib.CancelScope() as scope:
        scope.cancel()
        note(await outcome(x, sender.send(1)))
    note(await outcome(x, now(receiver.receive_nowait)))
    await sender.send(2)
    note(await outcome(x, now(sender.send_nowait, 3)))
    with x.lib.CancelScope() as scope:
        scope.cancel()
        note(await outcome(x, receiver.receive()))
    note(await receiver.receive())
    await sender.send(4)
    await sender.aclose()
    note(await outcome(x, sender.send(5)))
    note(await receiver.receive())
    note(await outcome(x, receiver.receive()))
    sender, receiver = x.channel(1)
    await receiver.aclose()
    note(await outcome(x, sender.send(1)))
    note(await outcome(x, receiver.receive()))
