// Runs the programs of the documentation as a reader would: each in a process of its own, in a folder with the
// installed packages, on both loops, with real servers.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { packages, root } from '../packages.mjs';
import { documentedPrograms } from './documented.mjs';
import { serverOf, startRecipeServers } from './recipe-servers.mjs';
import { freePort } from './servers.mjs';

const HOST = '127.0.0.1';
const SECONDS = 60;

/** The environment that chooses each loop: without its addon, `bight` uses the proactor. */
const loops = {
  SelectorEventLoop: {},
  ProactorEventLoop: { BIGHT_SOCKETS_BINARY: path.join(root, 'there-is-none.node') },
};

/** The module beside the program for Nest, without decorator syntax. */
const NEST_MODULE = `import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
class Routes { tea() { return 'green'; } }
Get('tea')(Routes.prototype, 'tea', Object.getOwnPropertyDescriptor(Routes.prototype, 'tea'));
Controller()(Routes);
export class AppModule {}
Module({ controllers: [Routes] })(AppModule);
`;

/** The servers from Debian's packages that the programs need. */
export function neededServers() {
  const variables = new Set(documentedPrograms().flatMap(({ variables: own }) => own));
  return Object.entries(serverOf).flatMap(([variable, { name }]) => (variables.has(variable) ? [name] : []));
}

/**
 * Runs all programs.
 *
 * @param options - `installed`, the folder with the drivers; `work`, a temporary folder; `tally`; and the `context` of
 *   the checks
 */
export async function checkRecipes({ installed, work, tally, context }) {
  const folder = path.join(work, 'recipes');
  prepare(folder, installed);
  const { env, stop } = await startRecipeServers(context);
  const { certFile } = context.tls;
  try {
    for (const [index, program] of documentedPrograms().entries()) {
      const file = path.join(folder, `program-${index}.mjs`);
      writeFileSync(file, program.code);
      for (const [loop, more] of Object.entries(loops)) {
        const all = { ...process.env, NODE_EXTRA_CA_CERTS: certFile, ...env, ...more };
        const problem = await problemOf(program, file, all);
        tally.note(`docs/${program.page}, ${program.title}, on ${loop}`, problem === null ? [] : [problem]);
      }
    }
    const line = 'aroundEach((runTest) => copyContext().run(runTest))';
    const places = ['docs/in-node-programs.md', 'test/smoke/vitest/contexts.setup.mjs'];
    const without = places.filter((place) => !readFileSync(path.join(root, place), 'utf8').includes(line));
    tally.note('the line for vitest is the one that the packed packages are tried with', without);
  } finally {
    stop();
  }
}

/** Makes a folder with all packages: the published drivers and our built packages. */
function prepare(folder, installed) {
  const modules = path.join(folder, 'node_modules');
  mkdirSync(path.join(modules, '@bight'), { recursive: true });
  const from = path.join(installed, 'node_modules');
  for (const name of readdirSync(from)) {
    if (!name.startsWith('.')) symlinkSync(path.join(from, name), path.join(modules, name));
  }
  for (const { name, directory } of packages()) symlinkSync(directory, path.join(modules, name));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(path.join(folder, 'app.module.js'), NEST_MODULE);
  const redis = path.join(root, 'scripts', 'drivers', 'simulated', 'redis-server.mjs');
  copyFileSync(redis, path.join(folder, path.basename(redis)));
}

/** Runs a program, and returns its problem, or `null`. */
async function problemOf({ how, expected, variables }, file, env) {
  const missing = variables.find((name) => name !== 'PORT' && env[name] === undefined);
  if (missing !== undefined) return `there is no server for ${missing}`;
  const port = await freePort();
  const child = start(file, { ...env, PORT: String(port) });
  let seen = null;
  if (how !== 'prints') {
    seen = await answerOf(how, port, child).catch(String);
    child.stop();
  }
  const { status, stdout, stderr } = await child.ended;
  const actual = { status, output: seen ?? stdout, errors: stderr };
  const wanted = { status: 0, output: expected, errors: '' };
  return JSON.stringify(actual) === JSON.stringify(wanted) ? null : `${JSON.stringify(actual)}\n${stderr}`;
}

function start(file, env) {
  const child = spawn(process.execPath, [file], {
    cwd: path.dirname(file),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of Object.keys(output)) child[name].on('data', (piece) => (output[name] += piece));
  const timer = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1000);
  let isRunning = true;
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      isRunning = false;
      resolve({ status: code ?? signal, ...output });
    });
  });
  return { ended, isRunning: () => isRunning, stop: () => child.kill('SIGTERM') };
}

/** The answer, or first line, of a server that has just been started, with a line end. */
async function answerOf(how, port, child) {
  while (child.isRunning()) {
    try {
      return how === 'answers' ? await get(port) : await greeting(port);
    } catch (error) {
      if (error.code !== 'ECONNREFUSED' && error.cause?.code !== 'ECONNREFUSED') throw error;
    }
    await delay(50);
  }
  throw new Error('it has ended');
}

const get = async (port) => `${await (await fetch(`http://${HOST}:${port}/tea`)).text()}\n`;

function greeting(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, HOST).once('error', reject);
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(String(bytes).replaceAll('\r', ''));
    });
  });
}
