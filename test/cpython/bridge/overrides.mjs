// Python may replace some methods of a loop: by assignment, or in a subclass.
import { encode } from './encoding.mjs';
import { whileReporting } from './reports.mjs';
import { request } from './requests.mjs';

/** Makes a loop of bight call what Python put in the place of a method, where it did. */
export function allowOverrides(loop, owner) {
  allowResolver(loop, owner);
  for (const [method, theirs] of [
    ['callExceptionHandler', 'call_exception_handler'],
    ['defaultExceptionHandler', 'default_exception_handler'],
  ]) {
    allowHandler(loop, owner, method, theirs);
  }
}

function allowResolver(loop, owner) {
  const resolve = loop.getaddrinfo;
  loop.getaddrinfo = function (host, port, options) {
    const names = { host: encode(host), port: encode(port), options: encode(options ?? {}) };
    const found = request({ op: 'resolve', py: owner.py, ...names });
    if (found === null) return resolve.call(loop, host, port, options);
    const future = loop.createFuture();
    found.addDoneCallback(() => {
      try {
        future.setResult(found.result().map(addressInfo));
      } catch (error) {
        future.setException(error);
      }
    });
    return future;
  };
}

function addressInfo([family, type, proto, canonname, sockaddr]) {
  return { family, type, proto, canonname, sockaddr };
}

function allowHandler(loop, owner, method, theirs) {
  const plain = loop[method];
  let isCalling = false;
  loop[method] = function (context) {
    if (!isCalling) {
      isCalling = true;
      try {
        if (request({ op: 'override', py: owner.py, method: theirs, context: encode(context) })) return;
      } finally {
        isCalling = false;
      }
    }
    if (method === 'defaultExceptionHandler') {
      whileReporting(context.exception, () => plain.call(loop, context));
    } else {
      plain.call(loop, context);
    }
  };
}
