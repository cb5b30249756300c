#!/usr/bin/env node
/** The command line: `servegym COMMAND`, a file each under commands/. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import colours from 'picocolors';
import { packageFile, readData } from '../env/files.js';
import { buildCommand } from './cli/command.js';
import { EXIT_CODES, Exit, explain } from './cli/exit.js';
import { processTerminal, type Terminal } from './cli/terminal.js';
import { commandsFor, groups } from './commands.js';

/** Runs one command line (without `node` and script) and gives its exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = Exit.ok;
  const done = (given: number): void => {
    code = given;
  };
  const { version } = readData(packageFile('package.json')) as { version: string };
  const program = new Command('servegym')
    .description('A gym for scheduling LLM inference: simulate serving engines, compare schedulers.')
    .version(version)
    .addHelpText('after', `\n${EXIT_CODES}\nStart with: servegym compare`);
  for (const [[first, second], load] of commandsFor(args)) {
    const command = buildCommand(await load(), terminal, done);
    (second === undefined ? program : groupOf(program, first)).addCommand(command);
  }
  for (const command of everyCommand(program)) speakThrough(command, terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.ok : Exit.usage;
    const { code: failed, line } = explain(error);
    terminal.err(`${terminal.interactive ? colours.red(line) : line}\n`);
    return failed;
  }
}

function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  if (known !== undefined) return known;
  const group = new Command(name).description(groups[name]);
  program.addCommand(group);
  return group;
}

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

/** Commander prints through the terminal and throws instead of leaving; an error is one line. */
function speakThrough(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`),
    });
}

const entry = process.argv[1];
if (entry !== undefined && realpathSync(entry) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2), processTerminal());
}
