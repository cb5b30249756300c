/** What every command has in common: flags, --config, --json, --quiet, one line per error, an exit code. */
import { Command } from 'commander';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { expectFile } from '../files.js';
import { EXIT_CODES, Exit } from './exit.js';
import { addOptions, printOptions, readOptions } from './options.js';
import { createProgress, type Progress, silent } from './progress.js';
import type { Terminal } from './terminal.js';

/** What a command may say while it works; --quiet and --json silence it. */
export interface Talk {
  note(line: string): void;
  progress(what: string, total: number): Progress;
  /** Someone looks at a screen, where lines can be written over. */
  readonly interactive: boolean;
  readonly signal: AbortSignal;
  /** Settings that change no result. */
  readonly run: RunOptions;
}

/** What a command ends with: `result` is printed by --json, `text` otherwise. */
interface Outcome {
  readonly code: number;
  readonly result: unknown;
  readonly text: string;
}

export interface CommandSpec<S extends z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  /** Longer help: what is measured and how. */
  readonly details?: string;
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** The setting that the positional argument fills. */
  readonly argument?: string;
  /** All settings that a result depends on, `seed` among them. */
  readonly settings: S;
  /** Values that stand behind file and flags, given what these say: those of a named setting. */
  defaults?(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Fills in settings that depend on others; filling in twice changes nothing. */
  complete?(settings: z.output<S>): z.output<S>;
  /** Has --out, --workers and --no-resume. */
  readonly grid?: boolean;
  run(settings: z.output<S>, talk: Talk): Promise<Outcome> | Outcome;
}

/** Settings that change where and how fast, never what. */
const runSchema = z.object({
  out: z.string().min(1).optional().describe('<dir> folder for results [results/COMMAND-HASH]'),
  workers: z
    .int()
    .min(0)
    .max(64)
    .optional()
    .describe('<n> worker threads; results do not depend on it [processors, at most 8]'),
  resume: z.boolean().default(true).describe('do not continue an interrupted run: start anew'),
});
type RunOptions = z.output<typeof runSchema>;

const SEED = z.int().min(0).default(0).describe('<n> all randomness of the run');

/** Adds the seed to a command's settings. */
export const withSeed = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ ...shape, seed: SEED });

/** Makes a commander command of it. The exit code arrives at `done`. */
export function buildCommand<S extends z.ZodObject>(
  spec: CommandSpec<S>,
  terminal: Terminal,
  done: (code: number) => void,
): Command {
  const command = new Command(spec.name).description(spec.summary);
  if (spec.argument !== undefined) command.argument(`[${spec.argument}]`);
  addOptions(command, spec.settings);
  if (spec.grid) addOptions(command, runSchema);
  command
    .option('--config <file>', 'settings from a YAML file; flags override it')
    .option('--print-config', 'print the effective settings as YAML and stop')
    .option(...jsonFlag(spec))
    .option('--quiet', 'no progress and no notes')
    .addHelpText('after', helpTail(spec))
    .action(async (...given: unknown[]) => {
      const flags = command.opts();
      if (spec.argument !== undefined && given[0] !== undefined)
        command.setOptionValueWithSource(spec.argument, given[0], 'cli');
      const read = readOptions(command, spec.settings, flags.config, spec.defaults);
      const settings = inOrder(spec.settings, spec.complete?.(read) ?? read);
      if (flags.printConfig) {
        terminal.out(printOptions(spec.name, settings));
        return done(Exit.ok);
      }
      if (typeof flags.json === 'string') expectFile(flags.json);
      const run = spec.grid ? readOptions(command, runSchema, undefined) : runSchema.parse({});
      const still = flags.quiet || flags.json === true;
      const { code, result, text } = await spec.run(settings, {
        note: (line) => still || terminal.err(`${line}\n`),
        progress: (what, total) => (still ? silent : createProgress(terminal, what, total)),
        interactive: terminal.interactive && !still,
        signal: terminal.signal,
        run,
      });
      const json = (): string => `${JSON.stringify(result, null, 2)}\n`;
      if (typeof flags.json === 'string') writeAtomic(flags.json, json());
      terminal.out(flags.json === true ? json() : text);
      done(code);
    });
  return command;
}

/** What stands behind --json would be taken for its file, so where there is an argument it takes none. */
const jsonFlag = ({ argument }: Pick<CommandSpec<z.ZodObject>, 'argument'>): [flag: string, words: string] =>
  argument === undefined
    ? ['--json [file]', 'print the result as JSON on stdout and nothing else; with a file: write it there']
    : ['--json', 'print the result as JSON on stdout and nothing else'];

/** Keys in the order of the schema: equal settings are equal text. */
function inOrder<S extends z.ZodObject>(schema: S, settings: z.output<S>): z.output<S> {
  const values = settings as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(schema.shape)
      .filter((key) => values[key] !== undefined)
      .map((key) => [key, values[key]]),
  ) as z.output<S>;
}

function helpTail(spec: Pick<CommandSpec<z.ZodObject>, 'details' | 'examples'>): string {
  const examples = spec.examples.map(([line, meaning]) => `  ${line}\n      ${meaning}`);
  return ['', ...(spec.details ? [spec.details, ''] : []), 'Examples:', ...examples, '', EXIT_CODES].join('\n');
}
