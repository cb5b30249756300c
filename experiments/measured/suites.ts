/** Which measured run lies in which folder, and how it is compared. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from './check.js';
import { compareServing } from './serving.js';
import { compareSpeculation } from './speculation.js';

/** Compares one folder; the seed draws what the recording does not tell. */
type Suite = (folder: string, seed: number) => Comparison;

const suites: Readonly<Record<string, Suite>> = {
  'llmservingsim-vllm-bench': compareServing,
  'vllm-a100-specdec-factorial': compareSpeculation,
};

export interface Found {
  readonly name: string;
  readonly folder: string;
  readonly compare: Suite;
}

/** Where data of others are, unless SERVEGYM_DATA says otherwise. */
export const dataFolder = (): string => process.env.SERVEGYM_DATA || '../shared/data';

/**
 * The runs in a folder of data, and the names of those that are not there.
 * @throws Error if there is no such folder
 */
export function findRuns(root: string): { found: Found[]; missing: string[] } {
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new Error(`${root}: no such folder; SERVEGYM_DATA or an argument names the folder of measured runs`);
  const all = Object.entries(suites).map(([name, compare]) => ({ name, folder: join(root, name), compare }));
  return {
    found: all.filter(({ folder }) => existsSync(folder)),
    missing: all.filter(({ folder }) => !existsSync(folder)).map(({ name }) => name),
  };
}
