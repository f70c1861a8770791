"""Runs in the embedded interpreter: lists tests, or runs the named ones, one after the other."""

import json
import os
import sys

sys.setdlopenflags(os.RTLD_NOW | os.RTLD_DEEPBIND)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.stdout.reconfigure(line_buffering=True)
sys.stderr.reconfigure(line_buffering=True)

import faulthandler  # noqa: E402
import gc  # noqa: E402
import signal  # noqa: E402
import traceback  # noqa: E402
import unittest  # noqa: E402
import warnings  # noqa: E402

report = os.fdopen(int(os.environ.pop('BRIDGE_RESULTS')), 'w', buffering=1)
os.set_inheritable(report.fileno(), False)


def report_line(**what):
    report.write(json.dumps(what) + '\n')


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.problems = []
        self.skipped_why = None

    def _note(self, kind, error):
        text = ''.join(traceback.format_exception(*error))
        self.problems.append((kind, text))

    def addError(self, test, error):
        self._note('error', error)

    def addFailure(self, test, error):
        self._note('fail', error)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self._note('fail' if issubclass(error[0], test.failureException) else 'error', error)

    def addSkip(self, test, reason):
        self.skipped_why = reason

    def addUnexpectedSuccess(self, test):
        self.problems.append(('fail', 'unexpected success'))


def last_line(text):
    lines = [line for line in text.rstrip().split('\n')]
    for line in reversed(lines):
        if line and not line[0].isspace():
            return line
    return lines[-1] if lines else ''


def run_class_fixtures(cls, name):
    function = getattr(cls, name, None)
    if function is not None:
        function()


def main():
    warnings.simplefilter('default')
    # The interpreter's own handler, as if this were a program of its own.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.environ.get('BRIDGE_STUCK'):
        faulthandler.dump_traceback_later(float(os.environ['BRIDGE_STUCK']), exit=False)
    import suite
    names = json.loads(os.environ['BRIDGE_TESTS']) if 'BRIDGE_TESTS' in os.environ else sys.argv[2:]
    if sys.argv[1] == 'list':
        known = suite.patterns()
        found = suite.load(names or None)
        for name in found:
            report_line(test=name, reason=suite.not_applicable(name, known))
        return
    found = suite.load(names)
    for name in names:
        report_line(test=name, state='start')
        test = found.get(name)
        if test is None:
            report_line(test=name, state='error', why='there is no such test', trace='')
            continue
        result = Result()
        try:
            cls = type(test)
            skip = getattr(cls, '__unittest_skip__', False)
            if not skip:
                run_class_fixtures(cls, 'setUpClass')
            try:
                test.run(result)
            finally:
                if not skip:
                    run_class_fixtures(cls, 'tearDownClass')
        except BaseException as error:
            result._note('error', (type(error), error, error.__traceback__))
        found[name] = None
        del test
        if result.problems:
            kind, text = result.problems[0]
            report_line(test=name, state=kind, why=last_line(text), trace='\n'.join(text for _, text in result.problems))
        elif result.skipped_why is not None:
            report_line(test=name, state='skip', why=result.skipped_why)
        else:
            report_line(test=name, state='ok')
        gc.collect()


try:
    main()
except BaseException:
    traceback.print_exc()
report.flush()
sys.stdout.flush()
