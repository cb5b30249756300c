/**
 * Trained policies among schedulers: `policy:DIR` is the one that `servegym train` left in a folder, `policy:FILE.json` a file of it.
 * In tables it has the name of its folder.
 */
import { basename, dirname, join } from 'node:path';
import { indexPolicy } from '../agents/index-policy.js';
import { type PolicyFile, readPolicyFile } from '../agents/policy-file.js';
import type { Scheduler } from '../env/serving/policy.js';

const POLICY = /^\s*policy:\s*(.+?)\s*$/s;

/** The file's name in the folder of a training. */
export const POLICY_FILE = 'policy.json';

const fileOf = (spec: string): string | undefined => {
  const [, path] = POLICY.exec(spec) ?? [];
  return path === undefined || path.endsWith('.json') ? path : join(path, POLICY_FILE);
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

/** A policy as a scheduler. @param base the heuristic that its file names */
export function schedulerOf(name: string, { about, weights }: PolicyFile, base: () => Scheduler): () => Scheduler {
  const { perRequest, forAll, span, every, longestS } = about;
  return indexPolicy(weights, { name, base, perRequest, forAll, span, every, longest: longestS * 1e6 });
}
