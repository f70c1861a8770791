// The inspector and the program `bight` from the packed files: the thread that serves, its page and the commands have
// to be there, too.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { recordTrace, startInspector } from '@bight/inspect';
import { run, sleep } from 'bight';

const bin = fileURLToPath(new URL('./bin.js', import.meta.resolve('bight')));
/** @param {string[]} args */
const bight = (args) => promisify(execFile)(process.execPath, args, { encoding: 'utf8' });

await run(async () => {
  const inspector = await startInspector();
  const headers = { authorization: `Bearer ${inspector.token}` };
  const response = await fetch(`${inspector.url}/api/tasks`, { headers });
  const { loops } = /** @type {any} */ (await response.json());
  assert.equal(loops[0].tasks.length, 1);
  assert.match(await (await fetch(`${inspector.url}/`)).text(), /<script type="module">.{10000}/s);
  const recorder = recordTrace('trace.json');
  await sleep(0.01);
  await recorder.close();
  await inspector.close();
});

const program = `
  import { createTask, run, sleep } from 'bight';
  await run(async () => {
    const task = createTask(() => sleep(1000), { name: 'sleeper' });
    console.log('ready');
    await task;
  });`;

/** Runs a program, and calls back with its process once it is ready. */
async function withProgram(env, body) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(/** @type {import('node:stream').Readable} */ (child.stdout), 'data');
    await body(String(child.pid));
  } finally {
    child.kill('SIGKILL');
  }
}

await withProgram({ BIGHT_INSPECT: '1' }, async (pid) => {
  // The inspector starts beside the program; a trace needs it.
  while (!(await bight([bin, 'trace', pid, '--seconds', '0.01', '--output=-']).catch(() => null)));
  assert.match((await bight([bin, 'pstree', pid])).stdout, /└── sleeper/);
  const { stdout } = await bight([bin, 'ps', pid, '--json']);
  assert.deepEqual(
    JSON.parse(stdout).loops[0].tasks.map(({ name }) => name),
    ['Task-1', 'sleeper'],
  );
});

// Of a process that was started without anything, through Node's own inspector.
await withProgram({ BIGHT_INSPECT: '' }, async (pid) => {
  const { stdout, stderr } = await bight([bin, 'ps', pid]).catch((error) => error);
  // Its port may be another process's.
  assert.match(stdout || stderr, /sleeper +waiting|port 9229, which another process may have/);
});

const wrong = await bight([bin, 'ps']).catch((error) => error);
assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
