/** How a task is made, all by name and number: plain JSON, checked here. What is left out is the task's own default. */
import { z } from 'zod';
import { splits } from '../../env/workloads/families/family.js';
import { timeUnits } from '../trace-options.js';

const words = z.string().min(1);

/** What every task takes; ranges of the others are checked where they are used. */
const schema = z.looseObject({
  setting: words.optional().describe('a named setting: requests, engine, hardware, load'),
  trace: words
    .optional()
    .describe(
      "a file of requests instead of the setting's: windows of it, at a load of what its engine serves of them",
    ),
  format: words.optional().describe('of the trace [detected]'),
  columns: z
    .record(z.string(), words)
    .optional()
    .describe('of a JSONL or CSV trace: which holds what, e.g. {promptTokens: input_length}'),
  unit: z.enum(timeUnits).optional().describe('of the times of the trace [by the end of the name]'),
  arrivals: words.optional().describe("of the trace: a process instead of its times, e.g. 'poisson'"),
  split: z.enum(splits).optional(),
  load: z.number().positive().max(1000).optional().describe("share of the setting's capacity"),
  requests: z.int().min(1).max(1_000_000).optional().describe('requests of an episode'),
  engine: words.optional().describe("a preset or a file, instead of the setting's engine"),
  rules: z.record(z.string(), z.unknown()).optional().describe('rules that differ'),
  cost: words.optional().describe('a cost file'),
  beliefs: words.optional(),
  base: words
    .optional()
    .describe(
      "a scheduler's spec; tuned:NAME, what ships for the setting, and policy:DIR bring their engine knobs along",
    ),
  heuristics: z.array(words).min(1).optional().describe('heuristics to choose among'),
  reward: words
    .optional()
    .describe(
      "a name or formula; jct-vs:SCHEDULER and slo-vs:SCHEDULER subtract that scheduler's path, jct-vs:base the base's",
    ),
  staleness: z.number().optional(),
  noise: z.number().optional(),
  truncateAfterSeconds: z.number().nullable().optional(),
  unservedSeconds: z.number().optional(),
  metrics: z.boolean().optional(),
  renderMode: z.string().nullable().optional(),
});

/** Any other key is a parameter of the task. */
export type TaskNames = Readonly<z.input<typeof schema>>;

export const commonNames: readonly string[] = Object.keys(schema.shape);

/** @throws Error that names the task and the first key whose value does not fit */
export function checkNames(id: string, names: TaskNames): void {
  const lost = (['format', 'columns', 'unit', 'arrivals'] as const).find((name) => names[name] !== undefined);
  if (lost !== undefined && names.trace === undefined)
    throw new Error(`${id}: ${lost}: belongs to a trace, give trace as well`);
  const parsed = schema.safeParse(names);
  if (parsed.success) return;
  const [{ path, message }] = parsed.error.issues;
  throw new Error(`${id}: ${path.join('.') || 'arguments'}: ${message}`);
}
