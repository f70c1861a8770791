#!/usr/bin/env python3
"""Runs CPython's own asyncio tests against bight's loops. See README.md beside this file."""

import argparse
import fnmatch
import hashlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = set()


def arguments():
    parser = argparse.ArgumentParser(prog='run', description=__doc__)
    parser.add_argument('words', nargs='*', help='CHECKOUT (a folder; default: the current one), then filters: '
                                                 'words or patterns that a test\'s name must match')
    parser.add_argument('--loop', choices=['selector', 'proactor'], default='selector')
    parser.add_argument('--node', default=shutil.which('node'))
    parser.add_argument('--limit', type=float, default=120, help='seconds for one test')
    parser.add_argument('--jobs', type=int, default=1)
    parser.add_argument('--list', action='store_true', help='only list what would run')
    parser.add_argument('--all', action='store_true', help='run also what does not apply')
    parser.add_argument('--once', action='store_true', help='do not run failing tests again on their own')
    parser.add_argument('--json', help='write all results into this file')
    parser.add_argument('-v', action='store_true', dest='verbose', help='with traces and output')
    options = parser.parse_intermixed_args()
    options.checkout = os.getcwd()
    if options.words and os.path.isdir(options.words[0]):
        options.checkout = os.path.abspath(options.words.pop(0))
    return options


def node_headers(node):
    prefix = os.path.dirname(os.path.dirname(os.path.realpath(node)))
    candidates = [prefix]
    npm = shutil.which('npm')
    if npm:
        got = subprocess.run([npm, 'config', 'get', 'nodedir'], capture_output=True, text=True).stdout.strip()
        candidates.append(got)
    for candidate in candidates:
        if os.path.exists(os.path.join(candidate, 'include', 'node', 'node_api.h')):
            return os.path.join(candidate, 'include', 'node')
    sys.exit('run: where are the headers of Node?')


def build(node):
    source = os.path.join(HERE, 'bridge', 'bridge.c')
    include, library = sysconfig.get_config_var('INCLUDEPY'), sysconfig.get_config_var('LIBDIR')
    version = sysconfig.get_config_var('LDVERSION')
    with open(source, 'rb') as file:
        key = hashlib.sha256(file.read() + repr((include, library, version)).encode()).hexdigest()[:16]
    folder = os.path.join(tempfile.gettempdir(), f'bight-bridge-{key}')
    binary = os.path.join(folder, 'bridge.node')
    if not os.path.exists(binary):
        os.makedirs(folder, exist_ok=True)
        fresh = f'{binary}.{os.getpid()}'
        subprocess.run([os.environ.get('CC', 'cc'), '-shared', '-fPIC', '-O1', '-Wall', '-Wextra',
                        f'-I{node_headers(node)}', f'-I{include}', source, '-o', fresh, f'-L{library}',
                        f'-lpython{version}', f'-Wl,-rpath,{library}'], check=True)
        os.rename(fresh, binary)
    return binary


class Bridge:
    """One process with both in it."""

    def __init__(self, options, binary, words, tests=None):
        python = {'home': sys.base_prefix, 'executable': os.path.realpath(sys.executable),
                  'library': os.path.join(sysconfig.get_config_var('LIBDIR'), sysconfig.get_config_var('INSTSONAME'))}
        self.results, write = os.pipe()
        env = {name: value for name, value in os.environ.items()
               if not re.match(r'(BIGHT_|NODE_|PYTHON(?!MALLOC))', name)}
        env.update(BRIDGE_PYTHON=json.dumps(python), BIGHT_LOOP=options.loop, BRIDGE_RESULTS=str(write))
        if tests is not None:
            env['BRIDGE_TESTS'] = json.dumps(tests)
        self.folder = tempfile.mkdtemp(prefix='bight-bridge-run-')
        env['TMPDIR'] = self.folder
        env['PYTHONDONTWRITEBYTECODE'] = '1'
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [options.node, '--expose-gc', os.path.join(HERE, 'bridge', 'bridge.mjs'), options.checkout, binary,
             os.path.join(HERE, 'python', 'runner.py'), *words],
            env=env, pass_fds=[write], stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT,
            cwd=self.folder, start_new_session=True)
        os.close(write)
        self.buffer = b''

    def lines(self, limit):
        """What it reports; None when nothing comes for as long as the limit."""
        while True:
            while b'\n' in self.buffer:
                line, _, self.buffer = self.buffer.partition(b'\n')
                yield json.loads(line)
            deadline = time.monotonic() + limit
            while True:
                ready, _, _ = select.select([self.results], [], [], 0.2)
                if ready or self.process.poll() is not None or time.monotonic() > deadline:
                    break
            if not ready:
                if self.process.poll() is None:
                    yield None
                return
            got = os.read(self.results, 65536)
            if not got:
                return
            self.buffer += got

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        code = self.process.wait()
        os.close(self.results)
        self.output.seek(0)
        text = self.output.read().decode(errors='replace')
        self.output.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return code, text


def run_batch(options, binary, tests, limit=None):
    """Runs tests in one process, and in another one after each that hangs or crashes."""
    results = {}
    left = list(tests)
    while left:
        bridge = Bridge(options, binary, ['run'], left)
        current, hung = None, False
        for line in bridge.lines(limit or options.limit):
            if line is None:
                hung = True
                break
            if line['state'] == 'start':
                current = line['test']
            else:
                results[line['test']] = line
                current = None
        try:
            bridge.process.wait(2)
        except subprocess.TimeoutExpired:
            pass
        natural = bridge.process.returncode
        _, text = bridge.end()
        if current is not None:
            why = f'no end within {limit or options.limit:g} s' if hung else f'the process ended with {natural}'
            results[current] = {'test': current, 'state': 'hang' if hung else 'crash', 'why': why, 'trace': text[-6000:]}
        done = [name for name in left if name in results]
        if not done and current is None:
            for name in left:
                results[name] = {'test': name, 'state': 'crash', 'why': 'nothing ran', 'trace': text[-6000:]}
            break
        for name in done:
            results[name].setdefault('output', text[-6000:] if len(tests) == 1 else '')
        left = [name for name in left if name not in results]
    return results


def matches(name, filters):
    """A filter is the name of a module, a pattern, or part of a name."""
    return not filters or any(
        name.startswith(word + '.') if word in MODULES else fnmatch.fnmatchcase(name, word) or word in name
        for word in filters)


def main():
    options = arguments()
    binary = build(options.node)
    bridge = Bridge(options, binary, ['list'])
    listed = [line for line in bridge.lines(120) if line is not None]
    code, text = bridge.end()
    if not listed:
        sys.exit(f'run: no tests\n{text}')
    MODULES.update(line['test'].split('.')[0] for line in listed)
    listed = [line for line in listed if matches(line['test'], options.words)]
    if not listed:
        sys.exit(f"run: no test matches {' '.join(options.words)}")
    if options.list:
        for line in listed:
            print(line['test'] + (f"  (not applicable: {line['reason']})" if line['reason'] else ''))
        return
    apart = {} if options.all else {line['test']: line['reason'] for line in listed if line['reason']}
    tests = [line['test'] for line in listed if line['test'] not in apart]
    by_module = {}
    for name in tests:
        by_module.setdefault(name.split('.')[0], []).append(name)
    batches = [part[i:i + 60] for part in by_module.values() for i in range(0, len(part), 60)]
    results = {}
    with ThreadPoolExecutor(options.jobs) as pool:
        for done in pool.map(lambda batch: run_batch(options, binary, batch), batches):
            results.update(done)
        failing = [name for name in tests if results[name]['state'] not in ('ok', 'skip')]
        if not options.once:
            for done in pool.map(lambda name: run_batch(options, binary, [name], 5 * options.limit), failing):
                results.update(done)
    passed = 0
    counts = {}
    for name in tests:
        result = results[name]
        module = counts.setdefault(name.split('.')[0], [0, 0])
        if result['state'] == 'skip':
            apart[name] = f"skipped: {result['why']}"
            continue
        module[1] += 1
        if result['state'] == 'ok':
            module[0] += 1
            passed += 1
            continue
        print(f"{result['state'].upper():5} {name}: {result['why'][:300]}")
        if options.verbose:
            print(result.get('trace', ''))
            if result.get('output'):
                print('--- output\n' + result['output'] + '---')
    if options.json:
        with open(options.json, 'w') as file:
            json.dump({'loop': options.loop, 'results': results, 'apart': apart, 'counts': counts}, file, indent=1)
    for module, (good, count) in counts.items():
        print(f'{module}: {good} of {count}')
    total = sum(count for _, count in counts.values())
    print(f'cpython: {passed} of {total} pass ({len(apart)} not applicable)')
    sys.exit(0 if passed == total else 1)


if __name__ == '__main__':
    main()
