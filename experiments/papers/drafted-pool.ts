/** Requests whose drafts' fate is recorded, as a finite population to draw from. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { arriveAtOnce } from '../../env/workloads/arrivals.js';
import { readTrace } from '../../env/workloads/traces/read.js';
import type { Workload } from '../../env/workloads/workload.js';
import { dataFolder } from '../measured/suites.js';
import { LONGEST, type RecordedSet, requestsAtOnce } from '../speculation-by-load.js';

/** Drafts a step. */
const DRAFTS = 3;
/** Requests of the generator in a recorded set's place. */
const GENERATED = 600;

interface Choice {
  readonly sets: readonly RecordedSet[];
  readonly draft: 'eagle' | 'ngram';
  /** Runaway answers, too. */
  readonly all?: boolean;
}

const POOLS = {
  'ShareGPT + GSM8K': { sets: ['sharegpt', 'gsm8k'], draft: 'eagle' },
  ShareGPT: { sets: ['sharegpt'], draft: 'eagle' },
  'ShareGPT, all lengths': { sets: ['sharegpt'], draft: 'eagle', all: true },
  GSM8K: { sets: ['gsm8k'], draft: 'eagle' },
  'n-gram, ShareGPT + GSM8K': { sets: ['sharegpt', 'gsm8k'], draft: 'ngram' },
  'n-gram, ShareGPT': { sets: ['sharegpt'], draft: 'ngram' },
} as const satisfies Record<string, Choice>;

export type PoolName = keyof typeof POOLS;

/** Requests to draw from: of each, what a verification commits at most by output position, and the steps it takes from there. */
export interface Pool {
  readonly name: string;
  readonly drafts: number;
  readonly commits: readonly Uint8Array[];
  readonly prompts: readonly number[];
  /** `left[i]`: steps from i generated tokens to the end. */
  readonly left: readonly Int32Array[];
  /** E[S] and E[S²] in steps: the first token takes one of its own. */
  readonly mean: number;
  readonly second: number;
}

/**
 * @param commits one list a request, as long as its answer
 * @param prompts tokens each [1]
 */
export function poolOf(
  name: string,
  commits: readonly Uint8Array[],
  drafts: number,
  prompts: readonly number[] = commits.map(() => 1),
): Pool {
  const left = commits.map((list) => {
    const steps = new Int32Array(list.length + 1);
    for (let i = list.length - 1; i >= 1; i--)
      steps[i] = 1 + steps[Math.min(list.length, i + Math.min(drafts + 1, list[i]))];
    steps[0] = 1 + steps[1];
    return steps;
  });
  const moment = (power: number): number => left.reduce((sum, steps) => sum + steps[0] ** power, 0) / left.length;
  return { name, drafts, commits, prompts, left, mean: moment(1), second: moment(2) };
}

/** Recorded requests where the files are there, else as many from the generator that was fitted to them. */
export async function openPool(name: PoolName): Promise<Pool> {
  const { sets, draft, all = false }: Choice = POOLS[name];
  const lists: Uint8Array[] = [];
  const prompts: number[] = [];
  for (const set of sets) {
    const file = fileOf(set);
    const workload = existsSync(file)
      ? (await readTrace(file, { draft, arrivals: arriveAtOnce })).workload
      : requestsAtOnce(set, GENERATED, 'papers', { draft, longest: Infinity });
    for (let row = 0; row < workload.count; row++) {
      if (!all && workload.outputTokens[row] > LONGEST) continue;
      lists.push(commitsOf(workload, row));
      prompts.push(workload.promptTokens[row]);
    }
  }
  return poolOf(name, lists, DRAFTS, prompts);
}

const fileOf = (set: RecordedSet): string => join(dataFolder(), `specdecode-bench/combined_${set}.jsonl.gz`);

/** Which of the two a run rests on. */
export const originNote = (): string =>
  existsSync(fileOf('sharegpt')) && existsSync(fileOf('gsm8k'))
    ? 'Acceptance as recorded by SpecDecode-Bench.'
    : 'SpecDecode-Bench is not there (SERVEGYM_DATA): acceptance and lengths from the generators that were fitted to it, so figures may differ by their fit.';

/** Tokens that a verification at each output position commits with unlimited drafts. */
function commitsOf({ acceptance, outputTokens }: Workload, row: number): Uint8Array {
  return Uint8Array.from({ length: outputTokens[row] }, (_, i) => 1 + acceptance.accepted(row, i, 0, 254));
}
