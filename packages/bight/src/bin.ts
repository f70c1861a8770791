#!/usr/bin/env node
import { runCommandLine } from './cli/command-line.js';
import { subcommands } from './cli/subcommands.js';

process.exitCode = await runCommandLine(process.argv.slice(2), subcommands);
