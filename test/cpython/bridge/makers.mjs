// What stands in JavaScript for an object of Python, by kind.
import { decode, encodeAll } from './encoding.mjs';
import {
  PythonBufferedProtocol,
  PythonDatagramProtocol,
  PythonProtocol,
  PythonSubprocessProtocol,
} from './protocols.mjs';
import { standIn } from './references.mjs';
import { request } from './requests.mjs';
import { BridgeSocket } from './sockets.mjs';
import { PythonFuture, pythonHandler } from './tasks.mjs';

/** An object that JavaScript only hands on. */
class PythonObject {
  constructor(number, kind) {
    this.py = number;
    this.kind = kind;
  }
}

const makers = {
  function(number, name) {
    const call = (...given) => request({ op: 'call', py: number, args: encodeAll(given) });
    return named(call, number, name);
  },
  // A coroutine function in bight's eyes, which no test calls.
  coroutine: (number, name) => named(function* () {}, number, name),
  factory: (number) =>
    Object.assign(() => decode(request({ op: 'factory', py: number }, true)), { py: number }),
  protocol: (number) => new PythonProtocol(number),
  buffered: (number) => new PythonBufferedProtocol(number),
  datagrams: (number) => new PythonDatagramProtocol(number),
  process: (number) => new PythonSubprocessProtocol(number),
  socket: (number, options) => new BridgeSocket(number, options),
  handler: pythonHandler,
  'python-future': (number, { loop }) => new PythonFuture(number, decode(loop)),
};

function named(call, number, name) {
  Object.defineProperty(call, 'name', { value: name ?? 'python' });
  return Object.assign(call, { py: number });
}

/** What stands here for an object of Python: a function, if Python's object can be called. */
export function python(number, kind, details) {
  return standIn(number, () => makers[kind]?.(number, details) ?? new PythonObject(number, kind));
}
