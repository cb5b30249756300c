/**
 * Trained policies among schedulers: `policy:DIR` is the one that `servegym train` left in a folder, `policy:FILE.json` a file of it,
 * `policy:NAME` one that ships. In tables it has the name of its folder or file.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { indexPolicy } from '../agents/index-policy.js';
import { type PolicyFile, readPolicyFile } from '../agents/policy-file.js';
import { taskPolicy } from '../agents/task-policy.js';
import { packageFile } from '../env/files.js';
import type { ValuesOf } from '../env/parameters.js';
import type { Scheduler } from '../env/serving/policy.js';
import type { residualParameters } from '../env/tasks/residual-codec.js';

const POLICY = /^\s*policy:\s*(.*?)\s*$/s;

/** The file's name in the folder of a training. */
export const POLICY_FILE = 'policy.json';

const SHIPPED = 'agents/policies';

/** Names of the policies that ship. */
export const shippedPolicies = (): string[] =>
  readdirSync(packageFile(SHIPPED))
    .map((file) => basename(file, '.json'))
    .sort();

const fileOf = (spec: string): string | undefined => {
  const [, path] = POLICY.exec(spec) ?? [];
  if (path === '') throw new Error('policy: names nothing, expected policy:DIR, policy:FILE.json or policy:NAME');
  if (path === undefined || path.endsWith('.json')) return path;
  return shippedPolicies().includes(path) ? packageFile(join(SHIPPED, `${path}.json`)) : join(path, POLICY_FILE);
};

/** Whether a spec names a trained policy. */
export const isPolicy = (spec: string): boolean => POLICY.test(spec);

/** The policy that a spec names; undefined for any other spec. @throws Error that names the file and what is wrong with it */
export function findPolicy(spec: string): PolicyFile | undefined {
  const file = fileOf(spec);
  return file === undefined ? undefined : readPolicyFile(file);
}

/** `policy:NAME` for a spec of a policy, any other as it is. */
export function shortName(spec: string): string {
  const file = fileOf(spec);
  if (file === undefined) return spec;
  return `policy:${basename(file) === POLICY_FILE ? basename(dirname(file)) : basename(file, '.json')}`;
}

/**
 * A policy as a scheduler.
 * @param make of the specs that its file names
 * @param off heads that an index policy is not to use
 */
export function schedulerOf(
  name: string,
  { kind, about, weights }: Pick<PolicyFile, 'kind' | 'about' | 'weights'>,
  make: (spec: string) => () => Scheduler,
  off: readonly string[] = [],
): () => Scheduler {
  const { task, parameters, heads, heuristics } = about;
  const base = make(about.base);
  if (kind === 'task-policy')
    return taskPolicy(weights, name, { task, parameters, heads, base, heuristics: heuristics.map(make) });
  const { span, every, longestS } = parameters as ValuesOf<typeof residualParameters>;
  return indexPolicy(weights, { name, base, ...(heads ?? NO_HEADS), span, every, longest: longestS * 1e6, off });
}

const NO_HEADS = { perRequest: [], forAll: [] };
