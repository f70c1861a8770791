import '@bight/loop-net/native';
import type { Constructor, NetLoop, ReadinessLoop, SocketLoop } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { socketpair } from '@bight/sockets';
import { expect, test } from '@jest/globals';
import { withReadiness, withSelectorNet } from '../../src/index.js';

type Added = NetLoop & ReadinessLoop & SocketLoop;

const Networked: typeof CoreEventLoop & Constructor<Added> = withSelectorNet(CoreEventLoop);

test('withSelectorNet() adds addReader() and the sock… methods', async () => {
  const loop = new Networked();
  const [one, other] = socketpair();
  for (const socket of [one, other]) socket.setblocking(false);
  try {
    const seen = loop.createFuture<string>();
    loop.addReader(one, () => {
      loop.removeReader(one);
      seen.setResult('readable');
    });
    other.send(Buffer.from('x'));
    expect(await loop.runUntilComplete(seen)).toBe('readable');
    expect(String(await loop.runUntilComplete(loop.sockRecv(one, 5)))).toBe('x');
  } finally {
    one.close();
    other.close();
    loop.close();
  }
});

test('withReadiness() adds them to a loop that has another network, or has them already', async () => {
  const Twice: typeof CoreEventLoop & Constructor<Added> = withReadiness(Networked);
  const loop = new Twice();
  const [one, other] = socketpair();
  for (const socket of [one, other]) socket.setblocking(false);
  try {
    other.send(Buffer.from('x'));
    expect(String(await loop.runUntilComplete(loop.sockRecv(one, 5)))).toBe('x');
  } finally {
    one.close();
    other.close();
    loop.close();
  }
});
