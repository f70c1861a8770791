// Checks of examples/http with load generators and WebSocket clients, and during reloads.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Program, run } from './program.mjs';

async function started(work, ...args) {
  const folder = path.join(work, 'files');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'small.txt'), 'Hello!\n');
  writeFileSync(path.join(folder, 'large'), Buffer.alloc(20_000_000, 'x'));
  const program = new Program('http', [folder, '--port=0', ...args]);
  const [url] = await program.until(/ on (http\S+)\/$/);
  return { program, url };
}

/** Runs h2load over HTTP/1.1: every request has to succeed. */
async function h2load(url, requests, connections, ...more) {
  const args = ['--h1', `-n${requests}`, `-c${connections}`, ...more, `${url}/small.txt`];
  const { stdout } = await run('h2load', args);
  assert.match(stdout, new RegExp(`${requests} succeeded, 0 failed, 0 errored, 0 timeout`), stdout);
}

async function wrk(url, ...args) {
  const { stdout } = await run('wrk', [...args, url]);
  assert.doesNotMatch(stdout, /Non-2xx|Socket errors/, stdout);
  assert.match(stdout, /[1-9]\d* requests in/, stdout);
}

/** Sends requests one after the other, each on a connection of its own; returns their number. */
async function separately(url, isOver) {
  let count = 0;
  for (; !isOver(); count++) {
    const [response] = await once(http.get(`${url}/small.txt`, { agent: false }), 'response');
    assert.equal(String(Buffer.concat(await response.toArray())), 'Hello!\n');
  }
  return count;
}

/** Sends requests one after the other on kept connections, as few as the server allows; returns their number. */
async function kept(url, isOver) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let count = 0;
  for (; !isOver(); count++) {
    const [response] = await once(http.get(`${url}/small.txt`, { agent }), 'response');
    assert.equal(String(Buffer.concat(await response.toArray())), 'Hello!\n');
  }
  agent.destroy();
  return count;
}

const python = `
import asyncio, sys, websockets
async def main():
    async with websockets.connect(sys.argv[1], max_size=None, compression=None) as socket:
        for message in ['Grüße', b'\\x00\\xff' * 70000, '']:
            await socket.send(message)
            assert await socket.recv() == message
        await socket.send(iter(['in ', 'three ', 'frames']))
        assert await socket.recv() == 'in three frames'
        await (await socket.ping())
    assert socket.close_code == 1000, socket.close_code
asyncio.run(main())
`;

export const httpChecks = {
  'h2load --h1, one request after the other, and 16 at once on each connection': async ({ work }) => {
    const { program, url } = await started(work);
    await h2load(url, 5000, 20);
    await h2load(url, 5000, 20, '-m16');
    await program.stop();
  },
  'wrk, small files and large ones': async ({ work }) => {
    const { program, url } = await started(work);
    await wrk(`${url}/small.txt`, '-c50', '-t1', '-d3s');
    await wrk(`${url}/large`, '-c5', '-t1', '-d3s');
    await program.stop();
  },
  'autocannon posts bodies, pipelined': async ({ load, work }) => {
    const { program, url } = await started(work);
    const { default: autocannon } = await load('autocannon');
    const options = {
      url: `${url}/echo`,
      method: 'POST',
      body: 'x'.repeat(3000),
      connections: 10,
      pipelining: 4,
    };
    const { errors, timeouts, non2xx, '2xx': good } = await autocannon({ ...options, duration: 3 });
    assert.deepEqual({ errors, timeouts, non2xx }, { errors: 0, timeouts: 0, non2xx: 0 });
    assert(good > 0);
    await program.stop();
  },
  'ws talks in text and bytes, in fragments, pings and says goodbye': async ({ load, work }) => {
    const { program, url } = await started(work);
    const { default: WebSocket } = await load('ws');
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, { perMessageDeflate: false });
    await once(socket, 'open');
    for (const message of ['Grüße', Buffer.alloc(100_000, 7), '', Buffer.alloc(5_000_000, 8)]) {
      socket.send(message);
      const [data, isBinary] = await once(socket, 'message');
      assert.deepEqual([data.equals(Buffer.from(message)), isBinary], [true, typeof message !== 'string']);
    }
    for (const [part, fin] of [
      ['in ', false],
      ['three ', false],
      ['frames', true],
    ])
      socket.send(part, { fin });
    assert.equal(String((await once(socket, 'message'))[0]), 'in three frames');
    socket.ping('are you there?');
    assert.equal(String((await once(socket, 'pong'))[0]), 'are you there?');
    socket.close(3000, 'bye');
    assert.deepEqual((await once(socket, 'close'))[0], 3000);
    await program.stop();
  },
  'ws is sent away politely when the server ends': async ({ load, work }) => {
    const { program, url } = await started(work);
    const { default: WebSocket } = await load('ws');
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`);
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await program.stop();
    assert.equal((await closed)[0], 1001);
  },
  'Python’s websockets': async ({ work }) => {
    const { program, url } = await started(work);
    await run('/usr/bin/python3', ['-c', python, `${url.replace('http', 'ws')}/socket`]);
    await program.stop();
  },
  'a reload of workers under load refuses and resets no connection': async ({ work }) => {
    const { program, url } = await started(work, '--workers=2');
    await program.until(/^Ready\.$/);
    let isOver = false;
    const clients = [separately, separately, kept, kept].map((client) => client(url, () => isOver));
    for (let reload = 0; reload < 3; reload++) {
      await delay(500);
      program.child.kill('SIGHUP');
      // Both workers are replaced.
      await program.until(/^Serving/);
      await program.until(/^Serving/);
    }
    await delay(500);
    isOver = true;
    for (const count of await Promise.all(clients)) assert(count > 0);
    await program.stop();
  },
  'h2load --h1 through a reload: every request succeeds': async ({ work }) => {
    const { program, url } = await started(work, '--workers=2');
    await program.until(/^Ready\.$/);
    const reload = async () => {
      await delay(500);
      program.child.kill('SIGHUP');
    };
    await Promise.all([h2load(url, 20_000, 10), reload()]);
    await program.stop();
  },
};
