// Builds the packages with their declarations. Checks that these compile without our settings, and that the public API
// equals the reports in etc/. The last line is `N passed, N failed`.
import { runChecksOfDeclarations } from './check.mjs';
import { runScript } from './run.mjs';

process.exitCode = await runChecksOfDeclarations(runScript('scripts/build.mjs', []) === 0);
