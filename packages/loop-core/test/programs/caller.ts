// A worker thread that calls the functions which the loop exposes, as its messages ask.
import { parentPort, workerData } from 'node:worker_threads';
import { ValueError } from '@bight/loop-abstract';
import { connectThreadsafe } from '@bight/loop-core';
import type { Exposed } from '../support/exposed.js';

const loop = connectThreadsafe<Exposed>(workerData.port);

const programs = {
  async calls() {
    return [await loop.add(1, 2), await loop.later('x'), await loop.generator(20)];
  },
  async errors() {
    const outcomes = await Promise.allSettled([loop.fail('value'), loop.fail('range'), loop.fail('own')]);
    return outcomes.map((outcome) => {
      const { reason } = outcome as PromiseRejectedResult;
      const isRight = [ValueError, RangeError].map((errorClass) => reason instanceof errorClass);
      return {
        name: reason.name,
        message: reason.message,
        code: reason.code,
        isRight,
        cause: String(reason.cause),
      };
    });
  },
  async order() {
    return Promise.all(['a', 'b', 'c', 'd'].map((name) => loop.note(name)));
  },
  async outlived() {
    const outcomes = [await loop.never().catch((error: Error) => `${error.name}: ${error.message}`)];
    outcomes.push(await loop.add(1, 2).then(String, (error: Error) => `${error.name}: ${error.message}`));
    return outcomes;
  },
};

parentPort?.postMessage(await programs[workerData.program as keyof typeof programs]());
