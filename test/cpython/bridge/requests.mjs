// Requests to Python.
import { decode, encodeAll, pack, unpack } from './encoding.mjs';
import { native, trace } from './environment.mjs';

/** Sends Python a request and waits for the answer; throws what Python raises. */
export function request(message, raw = false) {
  trace('->', message);
  const answer = unpack(native.call(pack(message)));
  trace('<-', answer);
  if (answer.x !== undefined) throw decode(answer.x);
  return raw ? answer.v : decode(answer.v);
}

/** Calls a method of a protocol. */
export const callMethod = (number, method, ...given) =>
  request({ op: 'method', py: number, method, args: encodeAll(given) });
