#!/usr/bin/env node
import { runCommandLine } from './cli/command-line.js';
import { subcommands } from './cli/subcommands.js';

// `bight ps PID | head`: what reads the output has what it wanted. What looks at a process lets go of it first.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), subcommands);
