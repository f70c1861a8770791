"""Interprets random programs; support/interpreter.ts is its twin, step for step."""
import asyncio
import contextlib
import contextvars

import shared_objects

FUEL = 400  # how many steps at most, over all tasks: routines call routines
SWEEPS = 30  # how many cancellations a task may catch
SHORT = 10  # ticks: most of what was begun is over
LONG = 1000  # ticks: no code waits for longer


class Interpreter:
    """The state of one run."""

    def __init__(self, program, trace, loop):
        self.routines = program['routines']
        self.trace = trace
        self.fuel = FUEL
        self.loop = loop
        self.futures = [self.loop.create_future() for _ in range(program['futures'])]
        self.variables = [contextvars.ContextVar(f'v{number}', default=-1) for number in range(2)]
        self.contexts = [contextvars.copy_context()]
        self.tasks = []
        self.handles = []
        self.values = 0
        self.shared = shared_objects.SharedObjects()

    # Bookkeeping

    def register(self, task):
        if task not in self.tasks:
            self.tasks.append(task)
        return self.tasks.index(task)

    def me(self):
        task = asyncio.current_task(self.loop)
        return self.tasks.index(task) if task in self.tasks else -1

    def log(self, *what):
        self.trace(f't{self.me()}', *what)

    def burn(self):
        self.fuel -= 1
        return self.fuel >= 0

    def next_value(self):
        self.values += 1
        return self.values

    def target(self, target, caller):
        """What a step waits for; None where that could wait in a circle, or would never end."""
        if 'future' in target:
            return self.futures[target['future'] % len(self.futures)]
        if 'task' in target:
            later = self.tasks[self.me() + 1 :]
            return later[target['task'] % len(later)] if later else None
        routine = self.callee(target['routine'], caller)
        return None if routine is None else self.routine(routine)

    def callee(self, number, caller):
        """One of the routines after the caller's own: nothing calls in a circle."""
        later = len(self.routines) - caller - 1
        return caller + 1 + number % later if later > 0 else None

    def name(self, future):
        if future in self.futures:
            return f'f{self.futures.index(future)}'
        return f't{self.tasks.index(future)}' if future in self.tasks else '?'

    # Coroutines

    async def routine(self, number):
        self.register(asyncio.current_task())
        self.log('begins', number)
        try:
            value = await self.run(self.routines[number], number)
            self.log('ends', number, value)
            return value
        except BaseException as error:
            self.log('fails', number, error)
            raise

    async def run(self, steps, caller):
        for step in steps:
            if not self.burn():
                return None
            value = await getattr(self, 'do_' + step['op'])(step, caller)
            if value is not None:
                return value
        return None

    async def do_turn(self, step, caller):
        await asyncio.sleep(0)
        self.log('turned')

    async def do_sleep(self, step, caller):
        await asyncio.sleep(step['ticks'])
        self.log('slept', self.loop.time())

    async def do_await(self, step, caller):
        target = self.target(step['target'], caller)
        if target is not None:
            self.log('awaited', await target)

    async def do_waitFor(self, step, caller):
        target = self.target(step['target'], caller)
        if target is not None:
            self.log('waited for', await asyncio.wait_for(target, step['ticks']))

    async def do_shield(self, step, caller):
        target = self.target(step['target'], caller)
        if target is not None:
            self.log('shielded', await asyncio.shield(target))

    async def do_gather(self, step, caller):
        targets = [self.target(target, caller) for target in step['targets']]
        targets = [target for target in targets if target is not None]
        self.log('gathered', await asyncio.gather(*targets, return_exceptions=step['returnExceptions']))

    async def do_wait(self, step, caller):
        targets = [self.target(target, caller) for target in step['targets'] if 'routine' not in target]
        targets = [target for target in targets if target is not None]
        if targets:
            done, pending = await asyncio.wait(targets, timeout=step['ticks'], return_when=step['returnWhen'])
            self.log('waited', sorted(map(self.name, done)), sorted(map(self.name, pending)))

    async def do_asCompleted(self, step, caller):
        # Coroutines, and what is done already, would come in the order of a set.
        targets = [self.target(target, caller) for target in step['targets'] if 'routine' not in target]
        targets = [target for target in targets if target is not None and not target.done()]
        for following in asyncio.as_completed(targets, timeout=step['ticks']):
            self.log('completed', await following)

    async def do_timeout(self, step, caller):
        async with asyncio.timeout(step['ticks']) as limit:
            value = await self.run(step['body'], caller)
        self.log('in time', limit.expired())
        return value

    async def do_group(self, step, caller):
        async with asyncio.TaskGroup() as group:
            for number in step['routines']:
                routine = self.callee(number, caller)
                if routine is not None:
                    self.register(group.create_task(self.routine(routine)))
            value = await self.run(step['body'], caller)
        self.log('group ends')
        return value

    async def do_try(self, step, caller):
        value = None
        try:
            value = await self.run(step['body'], caller)
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            if step['catches'] not in ('all', 'cancel' if cancelled else 'error'):
                raise
            self.log('caught', error, asyncio.current_task().cancelling())
            value = await self.run(step['handler'], caller)
        finally:
            await self.run(step['last'], caller)
        return value

    async def do_use(self, step, caller):
        coroutine = self.shared.use(step['use'], self.next_value())
        self.log('used', step['use']['kind'], await coroutine)

    async def do_useFor(self, step, caller):
        coroutine = self.shared.use(step['use'], self.next_value())
        self.log('used', step['use']['kind'], await asyncio.wait_for(coroutine, step['ticks']))

    async def do_hold(self, step, caller):
        async with self.shared.holdable(step['hold']):
            self.log('holds', step['hold']['kind'], self.shared.state())
            value = await self.run(step['body'], caller)
        self.log('held', step['hold']['kind'])
        return value

    async def do_raise(self, step, caller):
        raise ValueError(self.next_value())

    async def do_return(self, step, caller):
        return self.next_value()

    async def do_look(self, step, caller):
        self.log('sees', len(asyncio.all_tasks()), [future.done() for future in self.futures], self.loop.time())

    async def do_uncancel(self, step, caller):
        self.log('uncancel', asyncio.current_task().uncancel())

    async def do_call(self, step, caller):
        self.call(step['call'], caller)

    # What callbacks can do, too

    def callback(self, calls, caller):
        for call in calls:
            if self.burn():
                self.call(call, caller)

    def call(self, step, caller):
        getattr(self, 'call_' + step['op'])(step, caller)

    def call_settle(self, step, caller):
        number = step['future'] % len(self.futures)
        future = self.futures[number]
        if step['how'] == 'cancel':
            self.log('cancels', f'f{number}', future.cancel())
        elif future.done():
            self.log('renews', f'f{number}')
            self.futures[number] = self.loop.create_future()
        elif step['how'] == 'result':
            self.log('settles', f'f{number}')
            future.set_result(self.next_value())
        else:
            self.log('fails', f'f{number}')
            future.set_exception(ValueError(self.next_value()))

    def call_cancel(self, step, caller):
        if self.tasks:
            task = self.tasks[step['task'] % len(self.tasks)]
            self.log('cancels', self.name(task), task.cancel(), task.cancelling())

    def call_spawn(self, step, caller):
        routine = self.callee(step['routine'], caller)
        if routine is not None:
            task = self.loop.create_task(self.routine(routine), **self.context_option(step))
            self.log('spawns', f't{self.register(task)}')

    def call_soon(self, step, caller):
        callback = lambda: self.callback(step['calls'], caller)
        method = self.loop.call_soon_threadsafe if step['threadsafe'] else self.loop.call_soon
        self.handles.append(method(callback, **self.context_option(step)))

    def call_later(self, step, caller):
        callback = lambda: self.callback(step['calls'], caller)
        self.handles.append(self.loop.call_later(step['ticks'], callback, **self.context_option(step)))

    def call_unschedule(self, step, caller):
        if self.handles:
            handle = self.handles[step['handle'] % len(self.handles)]
            handle.cancel()
            self.log('unschedules', handle.cancelled())

    def call_watch(self, step, caller):
        target = step['target']
        all_of_kind = self.futures if 'future' in target else self.tasks
        if not all_of_kind:
            return
        future = all_of_kind[target.get('future', target.get('task')) % len(all_of_kind)]

        def watcher(done):
            self.log('watched', 'cancelled' if done.cancelled() else done.exception() or done.result())
            self.callback(step['calls'], caller)

        future.add_done_callback(watcher, **self.context_option(step))

    def call_touch(self, step, caller):
        self.log('touches', step['touch']['kind'], self.shared.touch(step['touch'], self.next_value()))

    def call_set(self, step, caller):
        self.variables[step['variable']].set(self.next_value())

    def call_get(self, step, caller):
        self.log('gets', self.variables[step['variable']].get())

    def call_stop(self, step, caller):
        self.log('stops')
        self.loop.stop()

    def call_copy(self, step, caller):
        self.contexts.append(contextvars.copy_context())

    def call_log(self, step, caller):
        self.log('logs', self.next_value())

    def call_fail(self, step, caller):
        raise KeyError(self.next_value())

    def context_option(self, step):
        number = step.get('context')
        return {} if number is None else {'context': self.contexts[number % len(self.contexts)]}


def interpreter(program):
    """The body of a trace."""
    return run_phases(program) if 'phases' in program else run_first_routine(program)


def run_first_routine(program):
    """Runs the first routine, then cancels what is left until nothing is."""

    async def main(trace):
        state = Interpreter(program, trace, asyncio.get_running_loop())
        state.register(asyncio.create_task(state.routine(0)))
        for _ in range(SWEEPS):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONG):
                    await asyncio.wait(state.tasks)
            if not sweep(state):
                break
        conclude(state)

    return main


def run_phases(program):
    """Runs a loop again and again, with calls in between; then cancels what is left until nothing is."""

    def run(trace):
        loop = asyncio.new_event_loop()
        state = Interpreter(program, trace, loop)
        for calls in program['phases']:
            trace('phase', loop.time())
            for call in calls:
                try:
                    state.call(call, -1)
                except KeyError as error:
                    trace(error)
            run_until_stopped(loop, SHORT)
        for _ in range(SWEEPS):
            if not sweep(state):
                break
            run_until_stopped(loop, LONG)
        conclude(state)
        loop.close()

    return run


def run_until_stopped(loop, ticks):
    stopper = loop.call_later(ticks, loop.stop)
    loop.run_forever()
    stopper.cancel()


def sweep(state):
    """Cancels what is left. Returns whether there was anything."""
    left = [task for task in state.tasks if not task.done()]
    if left:
        state.trace('sweep')
    for task in left:
        task.cancel()
    return left


def conclude(state):
    for number, task in enumerate(state.tasks):
        outcome = 'cancelled' if task.cancelled() else task.exception() or task.result()
        state.trace(f't{number}', outcome, task.cancelling())
