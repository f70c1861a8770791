"""The oracle: answers one JSON request a line on standard input with one JSON line on standard output.

{"scenario": "area/name"}  runs scenarios/area/name.py
{"program": {...}}         interprets a random program
"""
import importlib.util
import json
import logging
import os
import pathlib
import sys
import traceback
import warnings

import cpython313  # noqa: F401
import ordered_set  # noqa: F401
import programs
from execution import traced

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / 'scenarios'


def load(name):
    spec = importlib.util.spec_from_file_location(name, SCENARIOS / f'{name}.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, 'main', None) or module.run, getattr(module, 'CLOCK', 'virtual')


def answer(request):
    try:
        if 'scenario' in request:
            return {'trace': traced(*load(request['scenario']))}
        return {'trace': traced(programs.interpreter(request['program']))}
    except BaseException:
        return {'error': traceback.format_exc()}


def serve():
    replies = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)  # whatever prints goes to standard error
    sys.dont_write_bytecode = True
    logging.disable(logging.CRITICAL)
    warnings.simplefilter('ignore')
    for line in sys.stdin:
        replies.write(json.dumps(answer(json.loads(line))) + '\n')
        replies.flush()


if __name__ == '__main__':
    serve()
