import { loadPage } from './load-page.js';

const LARGEST_BODY = 16 * 1024;
/** What a trace holds in memory is bounded. */
export const LONGEST_TRACE_SECONDS = 60;
/** An answer has at most this many tasks of each loop: the work for it is bounded. */
const MOST_TASKS = 10_000;

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
};
const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Answers one request. */
export async function answer(request, response, guard, link) {
  const refused = guard.refusal(request);
  if (refused !== null) return fail(response, ...refused);
  const url = addressOf(request.url);
  if (url === null) return fail(response, 400, 'that is no address');
  const route = routes.find(({ pattern }) => pattern.test(url.pathname));
  const isPage = route?.isPage === true;
  if (!isPage && !guard.isAuthorized(request)) {
    return fail(response, 401, 'a token is needed', { 'www-authenticate': 'Bearer' });
  }
  if (isPage && url.searchParams.has('token') && !guard.isToken(url.searchParams.get('token'))) {
    return fail(response, 401, 'wrong token');
  }
  if (route === undefined) return fail(response, 404, 'there is no such thing');
  const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
  if (!methods.includes(request.method))
    return fail(response, 405, 'wrong method', { allow: methods.join(', ') });
  if (!(await readBody(request)))
    return fail(response, 413, 'the body is too large', { connection: 'close' });
  await route.answer(response, link, route.pattern.exec(url.pathname), url);
}

function addressOf(text) {
  try {
    return new URL(text, 'http://inspector');
  } catch {
    return null;
  }
}

const routes = [
  { pattern: /^\/$/, method: 'GET', isPage: true, answer: sendPage },
  {
    pattern: /^\/api\/tasks$/,
    method: 'GET',
    async answer(response, link, _match, { searchParams }) {
      const loop = searchParams.has('loop') ? Number(searchParams.get('loop')) : null;
      const after = Number(searchParams.get('after') ?? 0);
      const limit = Number(searchParams.get('limit') ?? MOST_TASKS);
      if (loop !== null && !isNumber(loop)) return fail(response, 400, 'loop must be a number');
      if (!isNumber(after)) return fail(response, 400, 'after must be the number of a task');
      if (!isNumber(limit) || limit < 1 || limit > MOST_TASKS)
        return fail(response, 400, `limit must be a number from 1 to ${MOST_TASKS}`);
      send(response, 200, await link.snapshot({ loop, after, limit }));
    },
  },
  {
    pattern: /^\/api\/counts$/,
    method: 'GET',
    answer: async (response, link) => send(response, 200, await link.counts()),
  },
  {
    pattern: /^\/api\/tasks\/([^/]+)\/cancel$/,
    method: 'POST',
    async answer(response, link, [, id]) {
      const cancelled = /^\d+$/.test(id) ? await link.cancel(Number(id)) : false;
      if (cancelled === null) send(response, 202, { cancelled: null });
      else if (cancelled) send(response, 200, { cancelled: true });
      else fail(response, 404, 'there is no such task');
    },
  },
  {
    pattern: /^\/api\/profile$/,
    method: 'GET',
    async answer(response, link, _match, url) {
      const since = Number(url.searchParams.get('since') ?? 0);
      if (!Number.isFinite(since)) return fail(response, 400, 'since must be a time in milliseconds');
      send(response, 200, await link.profile(since));
    },
  },
  {
    pattern: /^\/api\/trace$/,
    method: 'POST',
    async answer(response, link, _match, url) {
      const seconds = Number(url.searchParams.get('seconds') ?? 1);
      if (!(seconds > 0 && seconds <= LONGEST_TRACE_SECONDS)) {
        return fail(response, 400, `seconds must be a number up to ${LONGEST_TRACE_SECONDS}`);
      }
      const whenLag = url.searchParams.has('whenLag') ? Number(url.searchParams.get('whenLag')) : null;
      if (whenLag !== null && !(whenLag > 0))
        return fail(response, 400, 'whenLag must be a number of seconds');
      const loop = url.searchParams.has('loop') ? Number(url.searchParams.get('loop')) : null;
      if (loop !== null && !isNumber(loop)) return fail(response, 400, 'loop must be a number');
      const text = await link.trace(seconds, whenLag, loop);
      response.writeHead(200, {
        ...ALWAYS,
        'content-security-policy': NOTHING_ALLOWED,
        'content-type': 'application/json',
        'content-disposition': 'attachment; filename="bight-trace.json"',
      });
      response.end(text);
    },
  },
];

/** Whether this may be the number of a loop or of a task. */
function isNumber(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

async function sendPage(response) {
  const { html, policy } = await loadPage();
  response.writeHead(200, {
    ...ALWAYS,
    'content-security-policy': policy,
    'content-type': 'text/html; charset=utf-8',
  });
  response.end(html);
}

function send(response, status, value, headers = {}) {
  response.writeHead(status, {
    ...ALWAYS,
    'content-security-policy': NOTHING_ALLOWED,
    'content-type': 'application/json',
    ...headers,
  });
  response.end(`${JSON.stringify(value)}\n`);
}

/** Refuses a request, with the reason. */
export function fail(response, status, error, headers) {
  send(response, status, { error }, headers);
}

/** Reads and drops the body of a request; `false` when it is too large. */
async function readBody(request) {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return false;
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY) return false;
  }
  return true;
}
