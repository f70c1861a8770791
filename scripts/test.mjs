// `npm test`: everything on a fresh clone. With arguments, only jest, with those arguments.
import { runChecks } from './check.mjs';
import { prepare } from './prepare.mjs';

const built = prepare();
process.exitCode = runChecks(process.argv.slice(2), { built });
