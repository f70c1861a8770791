import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from '../../../../test/support/workspace.js';

const inPackages = (...parts: string[]) => path.join(repository, 'packages', ...parts);

/** The jobs of the conformance kit, built: the processes of workers run what was built. */
export const kitJobs = pathToFileURL(inPackages('loop-testing', 'dist', 'executor-jobs.js')).href;

/** The jobs of this package's own tests. */
export const ownJobs = pathToFileURL(inPackages('executor-bullmq', 'test', 'fixtures', 'work.js')).href;
