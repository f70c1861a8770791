// runtimes: node bun deno A program's own loop class throws for the methods that it lacks, and the errors differ by
// class.
import assert from 'node:assert/strict';
import * as contextvars from '@bight/contextvars';
import {
  AbstractEventLoop,
  CancelledError,
  IncompleteReadError,
  NotImplementedError,
  Protocol,
  RuntimeError,
  TimeoutError,
} from '@bight/loop-abstract';

class MyLoop extends AbstractEventLoop {}

assert.throws(() => new MyLoop().callSoon(() => {}), NotImplementedError);
assert.equal(RuntimeError, contextvars.RuntimeError);
assert.ok(new NotImplementedError('x') instanceof RuntimeError);

const error = new IncompleteReadError(Buffer.from('par'), 10);
assert.equal(error.expected, 10);
assert.equal(String(error.partial), 'par');
assert.ok(!(new CancelledError() instanceof TimeoutError));

const received = [];
class Recorder extends Protocol {
  dataReceived(data) {
    received.push(String(data));
  }
}
new Recorder().dataReceived(Buffer.from('bytes'));
assert.deepEqual(received, ['bytes']);
