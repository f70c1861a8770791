import { expect } from '@jest/globals';
import type { Entry } from './trace.js';

/** Fails with a difference of lines unless a trace is what CPython left; `how` says how it was made. */
export function expectTrace(how: string, trace: Entry[], expected: Entry[]): void {
  expect(`${how}\n${lines(trace)}`).toBe(`${how}\n${lines(expected)}`);
}

function lines(trace: Entry[]): string {
  return trace.map((entry) => JSON.stringify(entry)).join('\n');
}
