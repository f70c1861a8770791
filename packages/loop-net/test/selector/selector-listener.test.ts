import { Socket } from '@bight/sockets';
import { expect, test } from '@jest/globals';
import { kTryAgain } from '../../src/internals.js';
import type { SelectorEnvironment } from '../../src/selector/selector-environment.js';
import { SelectorListener } from '../../src/selector/selector-listener.js';

const EVENT_READ = 1;

/** A listener whose engine notes what it is to watch for. */
function listen(): { listener: SelectorListener; interests: number[]; retry: () => void } {
  const interests: number[] = [];
  let retry = () => {};
  const environment = {
    engine: {
      watch: () => 0,
      setInterest: (_slot: number, interest: number) => interests.push(interest),
      release: () => [],
    },
    loop: {
      callLater: (_seconds: number, callback: () => void) => {
        retry = callback;
        return { cancel: () => {} };
      },
    },
    open: new Set(),
    starving: new Set(),
    descriptorFreed: () => {},
  };
  const socket = new Socket();
  socket.bind({ host: '127.0.0.1', port: 0 });
  const listener = new SelectorListener(environment as unknown as SelectorEnvironment, socket);
  listener.listen(1, { accepted: () => {}, exhausted: () => {} }, () => {});
  return { listener, interests, retry: () => retry() };
}

test('a listener that lacks a descriptor tries again when one is free', () => {
  const { listener, interests, retry } = listen();
  listener.failed(new Error('EMFILE'));
  expect(interests).toEqual([0]);
  listener[kTryAgain]();
  expect(interests).toEqual([0, EVENT_READ]);
  listener.failed(new Error('EMFILE'));
  retry();
  expect(interests).toEqual([0, EVENT_READ, 0, EVENT_READ]);
  listener.close();
});

test('a listener that is to accept no more does not try again', () => {
  const { listener, interests, retry } = listen();
  listener.failed(new Error('EMFILE'));
  listener.rest();
  listener[kTryAgain]();
  retry();
  listener.failed(new Error('EMFILE'));
  retry();
  expect(interests).not.toContain(EVENT_READ);
  listener.close();
});
