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
import { bench } from './commands/bench.js';
import { calibrate } from './commands/calibrate.js';
import { capacity } from './commands/capacity.js';
import { compare } from './commands/compare.js';
import { dataset } from './commands/dataset.js';
import { gap } from './commands/gap.js';
import { list } from './commands/list.js';
import { paperList } from './commands/paper-list.js';
import { paperRun } from './commands/paper-run.js';
import { predictorEvaluate } from './commands/predictor-evaluate.js';
import { predictorPredict } from './commands/predictor-predict.js';
import { predictorReport } from './commands/predictor-report.js';
import { predictorTrain } from './commands/predictor-train.js';
import { simulate } from './commands/simulate.js';
import { taskList } from './commands/task-list.js';
import { taskThreshold } from './commands/task-threshold.js';
import { taskTiny } from './commands/task-tiny.js';
import { train } from './commands/train.js';
import { tune } from './commands/tune.js';
import { validateGolden } from './commands/validate.js';
import { validateMeasured } from './commands/validate-measured.js';
import { voi } from './commands/voi.js';
import { watch } from './commands/watch.js';
import { workloadGenerate } from './commands/workload-generate.js';
import { workloadInspect } from './commands/workload-inspect.js';

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
  const validate = new Command('validate').description('check the simulator against recordings of real systems');
  validate.addCommand(buildCommand(validateGolden, terminal, done));
  validate.addCommand(buildCommand(validateMeasured, terminal, done));
  const workload = new Command('workload').description('what requests are like, and request lists as files');
  workload
    .addCommand(buildCommand(workloadInspect, terminal, done))
    .addCommand(buildCommand(workloadGenerate, terminal, done));
  const paper = new Command('paper').description('published claims, tried here');
  paper.addCommand(buildCommand(paperList, terminal, done)).addCommand(buildCommand(paperRun, terminal, done));
  const task = new Command('task').description('the tasks of the gym');
  task.addCommand(buildCommand(taskList, terminal, done)).addCommand(buildCommand(taskThreshold, terminal, done));
  task.addCommand(buildCommand(taskTiny, terminal, done));
  const predictor = new Command('predictor').description(
    'models of output length and acceptance: train, evaluate, ask',
  );
  predictor
    .addCommand(buildCommand(predictorTrain, terminal, done))
    .addCommand(buildCommand(predictorEvaluate, terminal, done))
    .addCommand(buildCommand(predictorReport, terminal, done))
    .addCommand(buildCommand(predictorPredict, terminal, done));
  program
    .addCommand(buildCommand(compare, terminal, done))
    .addCommand(buildCommand(capacity, terminal, done))
    .addCommand(buildCommand(simulate, terminal, done))
    .addCommand(buildCommand(tune, terminal, done))
    .addCommand(buildCommand(train, terminal, done))
    .addCommand(buildCommand(gap, terminal, done))
    .addCommand(buildCommand(voi, terminal, done))
    .addCommand(buildCommand(calibrate, terminal, done))
    .addCommand(validate)
    .addCommand(workload)
    .addCommand(paper)
    .addCommand(task)
    .addCommand(predictor)
    .addCommand(buildCommand(watch, terminal, done))
    .addCommand(buildCommand(dataset, terminal, done))
    .addCommand(buildCommand(bench, terminal, done))
    .addCommand(buildCommand(list, terminal, done));
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
