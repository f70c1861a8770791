import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { begin, bight, Watched } from '../support/program.js';

/** How many descriptors a process has. */
const descriptorsOf = (pid: string) => readdirSync(`/proc/${pid}/fd`).length;

/** A page that inspects a process through its socket. */
class Page {
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #requests = new Set<http.ClientRequest>();
  readonly #socketPath: string;

  constructor(pid: string) {
    this.#socketPath = path.join(tmpdir(), `bight-inspect-${process.getuid!()}`, `${pid}.sock`);
  }

  async look(address: string): Promise<void> {
    const response = await this.#ask(address);
    expect(response.statusCode).toBe(200);
    await response.resume().toArray();
  }

  /** Asks again, and goes. */
  leave(): void {
    for (let count = 0; count < 3; count++) this.#ask('/api/tasks').catch(() => {});
    for (const request of this.#requests) request.destroy();
    this.#agent.destroy();
  }

  async #ask(address: string): Promise<http.IncomingMessage> {
    const request = http.get({ socketPath: this.#socketPath, path: address, agent: this.#agent });
    this.#requests.add(request);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return response;
  }
}

describe('inspectors of a process', () => {
  test('may be ten at once and disconnect abruptly, and leave nothing open', async () => {
    const watched = await Watched.started({ BIGHT_INSPECT: '1' });
    expect((await bight(['ps', watched.pid])).status).toBe(0);
    const before = descriptorsOf(watched.pid);
    const tops = [1, 2].map(() => begin(['top', watched.pid, '--json', '--interval', '10ms']));
    const pages = Array.from({ length: 8 }, () => new Page(watched.pid));
    await Promise.all([
      ...tops.map((top) => once(top.stdout!, 'data')),
      ...pages.map((page) => page.look('/api/tasks')),
      ...pages.map((page) => page.look('/api/profile?since=0')),
    ]);
    for (const top of tops) top.kill('SIGKILL');
    // In the middle of a request, and of an answer.
    for (const page of pages) page.leave();
    while (descriptorsOf(watched.pid) > before) await new Promise((resolve) => setTimeout(resolve, 20));
    const { output } = await bight(['ps', watched.pid, '--json']);
    expect(JSON.parse(output).loops[0].tasks).toHaveLength(4);
  });

  test('exit without an error when their output is closed', async () => {
    const watched = await Watched.started({ BIGHT_INSPECT: '1' });
    const top = begin(['top', watched.pid, '--interval', '10ms']);
    let errors = '';
    top.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
    await once(top.stdout!, 'data');
    top.stdout!.destroy();
    expect([await once(top, 'close'), errors]).toEqual([[0, null], '']);
  });
});
