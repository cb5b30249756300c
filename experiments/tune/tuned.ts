/** Tuned policies as data: what a search found, where it comes from, and the ones that ship with the package. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { packageFile, readData } from '../../env/files.js';
import { rulesSchema } from '../../env/serving/rules.js';
import type { Contender } from './contender.js';
import { objectives } from './objective.js';

const contenderSchema = z.strictObject({
  scheduler: z.string().min(1),
  belief: z.string().min(1),
  rules: rulesSchema.partial(),
  gamma: z.int().min(0),
});

const tunedSchema = z.strictObject({
  setting: z.string().min(1),
  /** The engine preset. */
  engine: z.string().min(1),
  load: z.number().positive(),
  requests: z.int().min(1),
  /** What was tuned: a scheduler at its published defaults. */
  base: z.string().min(1),
  rung: z.union([z.literal(2), z.literal(3)]),
  objective: z.enum(objectives),
  contender: contenderSchema,
  /** Against the published defaults on the same seeds: of `jct` a difference of logarithms, of `missed` of shares. */
  gain: z.strictObject({ train: z.number(), validation: z.number() }),
  provenance: z.strictObject({
    command: z.string().min(1),
    version: z.string().min(1),
    budget: z.int().min(1),
    /** Episodes that were run. */
    spent: z.int().min(1),
    seed: z.int().min(0),
    trainSeeds: z.int().min(1),
    validationSeeds: z.int().min(1),
    ended: z.enum(['no gain', 'budget']),
  }),
});
export type Tuned = Omit<z.output<typeof tunedSchema>, 'contender'> & { readonly contender: Contender };

/** @throws Error naming file, field and what was expected */
export function readTuned(file: string): Tuned {
  const parsed = tunedSchema.safeParse(readData(file));
  if (parsed.success) return parsed.data as Tuned;
  const told = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new Error(`${file}: not a tuned policy (${told.join('; ')})`);
}

const SHIPPED = 'experiments/tuned';

/** The tuned policies that ship for a setting on its own engine, one file each. */
export function shippedFor(setting: string): Tuned[] {
  const folder = packageFile(join(SHIPPED, setting));
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readTuned(join(folder, name)));
}

/** Where a tuned policy belongs among the shipped ones: SETTING/SCHEDULER.rungN.json. */
export const shippedName = ({ setting, base, rung }: Pick<Tuned, 'setting' | 'base' | 'rung'>): string =>
  join(SHIPPED, setting, `${base.replace(/[^\w+@.-]+/g, '_').replace(/^_+|_+$/g, '')}.rung${rung}.json`);

/**
 * The settings of `servegym compare` that run a tuned policy on the test seeds, beside FCFS and the published defaults.
 * @param file where the tuned policy is kept
 */
export function compareYaml({ setting, engine, load, requests, base, contender }: Tuned, file: string): string {
  const settings = {
    setting,
    engine: [engine],
    load: [load],
    requests,
    schedulers: [base, `tuned:${file}`],
    beliefs: [contender.belief],
  };
  return `# servegym compare --config FILE\n${stringify(settings)}`;
}
