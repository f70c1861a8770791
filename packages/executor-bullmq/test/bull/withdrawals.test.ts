import { expect, test } from '@jest/globals';
import type { Submission } from '../../src/broker.js';
import { HeldJobs } from '../../src/bull/held-jobs.js';
import { PendingWork } from '../../src/bull/pending-work.js';
import { Withdrawals } from '../../src/bull/withdrawals.js';

const submission: Submission = {
  id: 'job',
  isKeyed: false,
  nonce: 'job',
  url: 'file:///work.js',
  exportName: 'work',
  args: [],
  variables: [],
  headers: {},
  retries: 0,
  backoffMs: 0,
  timeoutSeconds: null,
  priority: 0,
  delayMs: 0,
};

test.each([
  ['the connection is lost', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ['Redis refuses a command', new Error('READONLY You cannot write against a read only replica.')],
])('a withdrawal begins again after %s', async (_what, error) => {
  const ends: string[] = [];
  const jobs = new HeldJobs({
    onBegun: () => {},
    onProgress: () => {},
    onEnd: (id, { state }) => ends.push(`${id} ${state}`),
    onState: () => {},
  });
  const answers = [Promise.reject(error), Promise.resolve(1)];
  for (const answer of answers) answer.catch(() => {});
  const connection = { redis: {}, keys: { control: 'control' }, queue: { remove: () => answers.shift() } };
  const results = { leave: async () => true };
  const values = { remove: async () => {} };
  const work = new PendingWork();
  const withdrawals = new Withdrawals(connection as never, values as never, jobs, results as never, work);
  const held = jobs.add(submission);
  held.isAdded = held.isWithdrawn = true;
  withdrawals.begin(held);
  await work.settled();
  // Whether the job runs, as the check of the jobs reads it.
  expect([held.onEnded, ends]).toEqual([null, []]);
  withdrawals.begin(held);
  await work.settled();
  expect(ends).toEqual(['job cancelled']);
});
