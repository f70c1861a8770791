// An edge runtime: workerd runs a bundle of the packed packages, made with the export conditions of such runtimes.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from '../packages.mjs';

const PROGRAM = 'edge-worker.mjs';

const CONFIGURATION = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);

const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_als"],
);
`;

/** Bundles the program with the packages of a project. Returns the arguments of workerd. */
export async function makeEdgeWorker(project) {
  const directory = path.join(project, 'edge');
  mkdirSync(directory, { recursive: true });
  cpSync(path.join(root, 'test', 'smoke', PROGRAM), path.join(project, PROGRAM));
  await build({
    entryPoints: [path.join(project, PROGRAM)],
    outfile: path.join(directory, 'worker.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['workerd', 'worker'],
    target: 'es2022',
    external: ['node:*'],
    logLevel: 'error',
  });
  const configuration = path.join(directory, 'worker.capnp');
  writeFileSync(configuration, CONFIGURATION);
  return ['test', configuration];
}
