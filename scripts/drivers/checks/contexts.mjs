// Checks that each request gets a context of its own.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { documentedLines } from '../documented.mjs';
import { nestApp, route } from './frameworks.mjs';
import { HOST, textOf } from './serving.mjs';

/** A function of a line of the documentation, such as `app.use(…)`. */
function documented(framework, ...names) {
  const line = documentedLines().get(framework);
  if (line === undefined) throw new Error(`docs/in-node-programs.md has no line for ${framework}`);
  return new Function(...names, `return ${line};`);
}

const expressLine = documented('Express, and Nest on it', 'app', 'copyContext');
const fastifyLine = documented('Fastify', 'app', 'copyContext');
const honoLine = documented('Hono, Koa', 'app', 'copyContext');
const httpLine = documented('`node:http`', 'http', 'taskify', 'handler');

/** Checks of the documented lines of middleware, for servers that listen by themselves. */
export const contexts = [
  {
    driver: 'http',
    module: null,
    async make({ taskify }, _load, answer) {
      return httpLine(http, taskify, async (request, response) => response.end(await answer(request.url)));
    },
  },
  {
    driver: 'express',
    async make({ copyContext }, load, answer) {
      const { default: express } = await load('express');
      const app = express();
      expressLine(app, copyContext);
      app.use(async (request, response) => response.send(await answer(request.url)));
      return http.createServer(app);
    },
  },
  {
    driver: 'fastify',
    async make({ copyContext }, load, answer) {
      const { default: fastify } = await load('fastify');
      const app = fastify();
      fastifyLine(app, copyContext);
      app.get('/*', (request) => answer(request.url));
      await app.ready();
      return app.server;
    },
  },
  {
    driver: 'hono',
    async make({ copyContext }, load, answer) {
      const { Hono } = await load('hono');
      const { createAdaptorServer } = await load('@hono/node-server');
      const app = new Hono();
      honoLine(app, copyContext);
      app.get('/*', async (c) => c.text(await answer(c.req.path)));
      return createAdaptorServer({ fetch: app.fetch });
    },
  },
  {
    driver: 'koa',
    async make({ copyContext }, load, answer) {
      const { default: Koa } = await load('koa');
      const app = new Koa();
      honoLine(app, copyContext);
      app.use(async (context) => {
        context.body = await answer(context.path);
      });
      return http.createServer(app.callback());
    },
  },
  {
    driver: 'nest',
    module: '@nestjs/core',
    async make({ copyContext }, load, answer) {
      const app = await nestApp(load, ({ Get, Req }) => {
        class Routes {
          all(request) {
            return answer(request.url);
          }
        }
        route(Routes, 'all', Get('*path'));
        Req()(Routes.prototype, 'all', 0);
        return Routes;
      });
      expressLine(app, copyContext);
      await app.init();
      return app.getHttpServer();
    },
  },
].map(({ driver, module, make }) => ({
  driver,
  module,
  title: 'the line of middleware gives each request a context of its own',
  async play({ bight, load }) {
    const name = new bight.ContextVar('name', { default: 'none' });
    const answer = async (path) => {
      const before = name.get();
      name.set(path);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return `${before} ${name.get()}`;
    };
    const server = await make(bight, load, answer);
    server.listen(0, HOST);
    await once(server, 'listening');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const get = async (path) => {
      const request = http.get({ host: HOST, port: server.address().port, path, agent });
      const [response] = await once(request, 'response');
      return textOf(response);
    };
    try {
      assert.deepEqual(await Promise.all(['/a', '/b', '/c'].map(get)), ['none /a', 'none /b', 'none /c']);
    } finally {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    }
  },
}));
