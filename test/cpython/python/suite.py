"""CPython's tests, with the loops in them replaced by ours."""

import asyncio
import fnmatch
import importlib
import os
import types
import unittest

import link
import loop as bight_loop
from asyncio import base_events, unix_events
from loop import BightLoop
from processes import adapt_subprocess
from test import support
from test.test_asyncio import utils as test_utils

LISTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'lists')
PACKAGE = 'test.test_asyncio.'

MODULES = ['test_base_events', 'test_buffered_proto', 'test_context', 'test_events', 'test_futures', 'test_futures2',
           'test_locks', 'test_pep492', 'test_protocols', 'test_queues', 'test_runners', 'test_sendfile',
           'test_server', 'test_sock_lowlevel', 'test_ssl', 'test_sslproto', 'test_streams', 'test_subprocess',
           'test_taskgroups', 'test_tasks', 'test_threads', 'test_timeouts', 'test_transports', 'test_unix_events',
           'test_waitfor']

main_thread = link.MAIN_THREAD


class SelectorLoop(BightLoop):
    """What `asyncio.SelectorEventLoop` and `asyncio.BaseEventLoop` are here."""

    def __init__(self, selector=None):
        self._python_selector = selector
        super().__init__()

    def _make(self, kind):
        selector = self._python_selector
        if selector is None or bight_loop.default_kind != 'selector' or not hasattr(selector, '_selector') \
                and type(selector).__name__ != 'SelectSelector':
            return super()._make(kind)
        selector.close()
        return link.construct(bight_loop.CLASSES['selector'], link.construct(type(selector).__name__))


class TestLoop(BightLoop):
    """`test_utils.TestLoop`: the core loop on a clock that a generator moves."""

    def __init__(self, gen=None):
        self._check_on_close = gen is not None
        if gen is None:
            def gen():
                yield
        self._gen = gen()
        next(self._gen)
        self._time = 0
        super().__init__()
        self._selector = test_utils.TestSelector()
        self.readers = {}
        self.writers = {}
        self.reset_counters()

    def _make(self, kind):
        return link.rpc(op='manual_loop', clock=link.encode(link.Special(self, 'object')))

    def time(self):
        return self._time

    def advance_time(self, advance):
        if advance:
            self._time += advance
            link.rpc(op='set_time', on=link.encode(self), time=link.encode(float(self._time)))

    def _advance(self, timers):
        """The loop sleeps: sends the generator the times of the timers, and moves the clock as it answers."""
        try:
            for when in timers:
                advance = self._gen.send(when)
                if advance:
                    self._time += advance
        except BaseException as error:
            self._escape(error)
        return float(self._time)

    def run_forever(self):
        try:
            super().run_forever()
        finally:
            if not self.is_closed():
                self._advance(link.rpc(op='whens', on=link.encode(self)))
                link.rpc(op='set_time', on=link.encode(self), time=link.encode(float(self._time)))

    def _timer(self, name, seconds, callback, args, context):
        if name == 'callLater':
            seconds = self._time + seconds
        return super()._timer('callAt', seconds, callback, args, context)

    def close(self):
        super().close()
        if self._check_on_close:
            try:
                self._gen.send(0)
            except StopIteration:
                pass
            else:
                raise AssertionError('Time generator is not finished')

    for _name in ('_add_reader', '_remove_reader', 'assert_reader', 'assert_no_reader', '_add_writer',
                  '_remove_writer', 'assert_writer', 'assert_no_writer', 'reset_counters'):
        if hasattr(test_utils.TestLoop, _name):
            locals()[_name] = getattr(test_utils.TestLoop, _name)
    del _name


@link.handler
def advance(value):
    return link.held[value['py']][0]._advance(value['whens'])


plain_loop = unix_events._UnixSelectorEventLoop


def make_loop():
    if link.threading.get_ident() != main_thread:
        return plain_loop()
    return SelectorLoop()


def install():
    unix_events._UnixDefaultEventLoopPolicy._loop_factory = staticmethod(make_loop)
    asyncio.SelectorEventLoop = SelectorLoop
    asyncio.BaseEventLoop = SelectorLoop
    test_utils.TestLoop = TestLoop
    support.gc_collect = link.collect


def lenient(test, known):
    """Makes a test compare the classes of errors, and not their texts."""
    def assert_raises_regex(self, expected, regex, *args, **kwargs):
        return self.assertRaises(expected, *args, **kwargs)
    if any(fnmatch.fnmatchcase(name_of(test), pattern) for pattern, _ in known):
        test.assertRaisesRegex = types.MethodType(assert_raises_regex, test)


class Namespace:
    """A module with some names replaced."""

    def __init__(self, module, **names):
        self.__dict__.update(module.__dict__)
        self.__dict__.update(names)


def adapt_events(module):
    module.UnixEventLoopTestsMixin.setUp = module.EventLoopTestsMixin.setUp
    module.UnixEventLoopTestsMixin.tearDown = module.EventLoopTestsMixin.tearDown


def adapt_base_events(module):
    module.base_events = Namespace(base_events, BaseEventLoop=SelectorLoop)


ADAPT = {'test_events': adapt_events, 'test_subprocess': adapt_subprocess, 'test_base_events': adapt_base_events}


def flatten(tests):
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def name_of(test):
    if not isinstance(test, unittest.TestCase) or isinstance(test, unittest.loader._FailedTest):
        return test.id()
    cls = type(test)
    return f"{cls.__module__.rpartition('.')[2]}.{cls.__qualname__}.{test._testMethodName}"


def patterns(files=None):
    """Pairs of a pattern and a reason: what does not apply."""
    found = []
    for file in files or ('not-applicable.txt', f'not-applicable-{bight_loop.default_kind}.txt'):
        try:
            with open(os.path.join(LISTS, file)) as lines:
                for line in lines:
                    line = line.strip()
                    if line and not line.startswith('#'):
                        pattern, _, reason = line.partition(' ')
                        found.append((pattern, reason.strip()))
        except FileNotFoundError:
            pass
    return found


TEXTS = patterns(['texts.txt'])


def not_applicable(name, known):
    for pattern, reason in known:
        if fnmatch.fnmatchcase(name, pattern):
            return reason
    return None


def load(names=None):
    """All tests by name, of the modules wanted."""
    install()
    found = {}
    loader = unittest.TestLoader()
    wanted = {name.split('.')[0] for name in names} if names is not None else None
    import blocks
    import contexts
    import runners
    import streams
    import sync
    import tasks
    extra = [(name, owner) for owner in (tasks, contexts, sync, streams, blocks, runners) for name in owner.MODULES]
    for name in MODULES:
        if wanted is not None and name not in wanted:
            continue
        module = importlib.import_module(PACKAGE + name)
        if name in ADAPT:
            ADAPT[name](module)
        for test in flatten(loader.loadTestsFromModule(module)):
            lenient(test, TEXTS)
            found[name_of(test)] = test
    for name, owner in extra:
        if wanted is not None and name not in wanted:
            continue
        for test in flatten(owner.load(name, loader)):
            lenient(test, TEXTS)
            found[name_of(test)] = test
    return found
