// HTTP frameworks, each with the same three routes: `GET /hello`, `POST /echo` of JSON, and `GET /trailers`.
import http from 'node:http';

/** Sends a response with a trailer, in frameworks that give access to Node's response. */
function sendTrailers(response) {
  response.writeHead(200, { trailer: 'x-length' });
  response.write('four');
  response.addTrailers({ 'x-length': '4' });
  response.end();
}

export const frameworks = [
  {
    driver: 'express',
    async make(load) {
      const { default: express } = await load('express');
      const app = express();
      // Express writes errors to the console, except in tests.
      app.set('env', 'test');
      app.use(express.json());
      app.get('/hello', (_request, response) => response.send('hello'));
      app.post('/echo', (request, response) => response.json(request.body));
      app.get('/trailers', (_request, response) => sendTrailers(response));
      return { server: http.createServer(app), close: () => {} };
    },
  },
  {
    driver: 'fastify',
    async make(load) {
      const { default: fastify } = await load('fastify');
      const app = fastify();
      app.get('/hello', async () => 'hello');
      app.post('/echo', async (request) => request.body);
      app.get('/trailers', (_request, reply) => reply.trailer('x-length', async () => '4').send('four'));
      await app.ready();
      return { server: app.server, close: () => app.close() };
    },
  },
  {
    driver: 'hono',
    async make(load) {
      const { Hono } = await load('hono');
      const { createAdaptorServer } = await load('@hono/node-server');
      const { RESPONSE_ALREADY_SENT } = await load('@hono/node-server/utils/response');
      const app = new Hono();
      app.onError((_error, context) => context.text('no', 400));
      app.get('/hello', (context) => context.text('hello'));
      app.post('/echo', async (context) => context.json(await context.req.json()));
      app.get('/trailers', (context) => {
        sendTrailers(context.env.outgoing);
        return RESPONSE_ALREADY_SENT;
      });
      return { server: createAdaptorServer({ fetch: app.fetch }), close: () => {} };
    },
  },
  {
    driver: 'koa',
    async make(load) {
      const { default: Koa } = await load('koa');
      const app = new Koa();
      app.silent = true;
      app.use(async (context) => {
        if (context.path === '/hello') context.body = 'hello';
        else if (context.path === '/trailers') {
          context.respond = false;
          sendTrailers(context.res);
        } else {
          let text = '';
          for await (const piece of context.req) text += piece;
          context.body = JSON.parse(text);
        }
      });
      return { server: http.createServer(app.callback()), close: () => {} };
    },
  },
  {
    driver: 'nest',
    module: '@nestjs/core',
    async make(load) {
      const app = await nestApp(load, (common) => {
        class Routes {
          hello() {
            return 'hello';
          }
          echo(body) {
            return body;
          }
          trailers(response) {
            sendTrailers(response);
          }
        }
        const { Body, Get, Post, Res } = common;
        route(Routes, 'hello', Get('hello'));
        route(Routes, 'echo', Post('echo'));
        Body()(Routes.prototype, 'echo', 0);
        route(Routes, 'trailers', Get('trailers'));
        Res()(Routes.prototype, 'trailers', 0);
        return Routes;
      });
      await app.init();
      return { server: app.getHttpServer(), close: () => app.close() };
    },
  },
];

/** Applies a decorator to a method, as TypeScript does. */
export function route(Class, name, decorator) {
  decorator(Class.prototype, name, Object.getOwnPropertyDescriptor(Class.prototype, name));
}

/**
 * An application of Nest, over Express.
 *
 * @param makeRoutes - gets `@nestjs/common` and returns a class of routes
 */
export async function nestApp(load, makeRoutes) {
  await load('reflect-metadata');
  const common = await load('@nestjs/common');
  const { NestFactory } = await load('@nestjs/core');
  const Routes = makeRoutes(common);
  common.Controller()(Routes);
  class App {}
  common.Module({ controllers: [Routes] })(App);
  return NestFactory.create(App, { logger: false });
}
