// The program has only the main thread, and nothing is transferred.
export const isMainThread = true;
export const threadId = 0;
export const parentPort = null;
export const workerData = null;
export const { MessageChannel, MessagePort } = globalThis;
export function markAsUntransferable() {}
export const isMarkedAsUntransferable = () => false;

export class Worker {
  constructor() {
    throw new Error('the playground has no threads');
  }
}

export const receiveMessageOnPort = () => undefined;
export const getEnvironmentData = () => undefined;
export const setEnvironmentData = () => {};
