import http from 'node:http';
import type { TaskRequest } from '../server/task-request.js';
import type { Target, TargetCounts, TargetSnapshot } from './target.js';

/** A process with an inspector of ours, on its Unix socket. */
export class SocketTarget implements Target {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async snapshot({ loop, after, limit }: TaskRequest): Promise<TargetSnapshot> {
    const query = `after=${after}&limit=${limit}${loop === null ? '' : `&loop=${loop}`}`;
    return JSON.parse((await this.#request('GET', `/api/tasks?${query}`)).text) as TargetSnapshot;
  }

  async counts(): Promise<TargetCounts> {
    return JSON.parse((await this.#request('GET', '/api/counts')).text) as TargetCounts;
  }

  async cancel(task: number): Promise<boolean | null> {
    const { status } = await this.#request('POST', `/api/tasks/${task}/cancel`, [200, 202, 404]);
    return status === 202 ? null : status === 200;
  }

  async profile(since: number): Promise<unknown> {
    return JSON.parse((await this.#request('GET', `/api/profile?since=${since}`)).text);
  }

  async trace(seconds: number, whenLag: number | null, loop: number | null): Promise<string> {
    const query = `${whenLag === null ? '' : `&whenLag=${whenLag}`}${loop === null ? '' : `&loop=${loop}`}`;
    return (await this.#request('POST', `/api/trace?seconds=${seconds}${query}`)).text;
  }

  async close(): Promise<void> {}

  #request(
    method: string,
    path: string,
    expected: readonly number[] = [200],
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: this.#path, method, path, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          if (expected.includes(status)) resolve({ status, text });
          else reject(new Error(`the inspector answers ${status}: ${text.trim()}`));
        });
      });
      request.on('error', reject);
      request.end();
    });
  }
}
