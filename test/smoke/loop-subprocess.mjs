// A child that copies its input to its output, one that a signal ends, and a program that does not exist.
import assert from 'node:assert/strict';
import { SubprocessProtocol } from '@bight/loop-abstract';
import { CoreEventLoop, run } from '@bight/loop-core';
import { withSubprocess } from '@bight/loop-subprocess';

class MyLoop extends withSubprocess(CoreEventLoop) {}
const loop = new MyLoop();

class Collect extends SubprocessProtocol {
  output = '';
  ended = loop.createFuture();
  pipeDataReceived(fd, data) {
    assert.equal(fd, 1);
    this.output += data;
  }
  connectionLost(error) {
    this.ended.setResult(error);
  }
}

async function main() {
  const [copier, collected] = await loop.subprocessExec(() => new Collect(), 'cat');
  const input = copier.getPipeTransport(0);
  assert.ok(input !== null);
  input.write(Buffer.from('through '));
  input.write(Buffer.from('the child'));
  input.writeEof();
  assert.equal(await collected.ended, null);
  assert.equal(collected.output, 'through the child');
  assert.equal(copier.getReturncode(), 0);

  const [sleeper, slept] = await loop.subprocessShell(() => new Collect(), 'exec sleep 1000');
  sleeper.terminate();
  await slept.ended;
  assert.equal(sleeper.getReturncode(), -15);

  const missing = loop.subprocessExec(() => new Collect(), '/nonexistent/program');
  await assert.rejects(async () => missing, { code: 'ENOENT' });
}

await run(main, { loopFactory: () => loop });
