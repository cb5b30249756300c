/**
 * Random episodes for the laws. A generator asks a `Draw` for its choices, so that one text serves both ends: a seeded
 * draw (one number names the case) and fast-check (a failing case shrinks).
 */
import fc from 'fast-check';
import { type Seed, stream } from '../../env/random.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import type { CostModel } from '../../env/serving/cost/cost.js';
import type { Setup } from '../../env/serving/engine.js';
import { type PresetName, presets } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { type Acceptance, noAcceptance } from '../../env/workloads/acceptance/acceptance.js';
import { constantAcceptance } from '../../env/workloads/acceptance/constant.js';
import { replayedAcceptance } from '../../env/workloads/acceptance/replayed.js';
import { scriptedAcceptance } from '../../env/workloads/acceptance/scripted.js';
import {
  createWorkload,
  type RequestContent,
  UNDECLARED,
  type Workload,
  type WorkloadColumns,
} from '../../env/workloads/workload.js';
import { randomRules } from './random-rules.js';

/** Where choices come from. Both ends are inclusive. */
export interface Draw {
  int(min: number, max: number): number;
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
}

const drawWith = (int: Draw['int']): Draw => ({
  int,
  chance: (share) => int(0, 999) >= 1000 - 1000 * share,
  pick: (from) => from[int(0, from.length - 1)],
});

/** The choices that a seed names. */
export function seededDraw(seed: Seed): Draw {
  const { next } = stream(seed, 'laws');
  return drawWith((min, max) => min + Math.floor(next() * (max - min + 1)));
}

/** Fast-check's choices: what they lead to can be shrunk. */
const drawFrom = (gen: fc.GeneratorValue): Draw => drawWith((min, max) => gen(fc.integer, { min, max }));

/** How much longer the long variants are. */
export const LONGER = process.env.SERVEGYM_LONG ? 25 : 1;

/** Holds a law against `runs` random cases: the same ones each time. */
export function forAll(runs: number, law: (draw: Draw) => void): void {
  fc.assert(
    fc.property(fc.limitShrink(fc.gen(), 200), (gen) => law(drawFrom(gen))),
    { numRuns: runs * LONGER, seed: 20_250_731 },
  );
}

/** What an episode is made of, policies and recorders aside. */
export type Episode = Pick<Setup, 'workload' | 'rules' | 'cost'> & { horizon?: number; seed: number };

/** What a law asks of its episodes; whatever is left out is free. */
export interface Wishes {
  readonly preset?: PresetName;
  readonly rules?: Partial<Rules>;
  /** [by chance] */
  readonly drafts?: boolean;
  /** Deadlines and clients that give up [by chance]. */
  readonly exits?: boolean;
  /** [by chance] */
  readonly horizon?: boolean;
  /** Most requests [24]. */
  readonly requests?: number;
  /** No two requests arrive at once. */
  readonly distinctArrivals?: boolean;
  /** Requests that follow others [by chance; not where arrivals are distinct]. */
  readonly followers?: boolean;
}

export const PRESETS = Object.keys(presets) as PresetName[];

export { randomRules };

const list = <T>(n: number, of: (k: number) => T): T[] => Array.from({ length: n }, (_, k) => of(k));

/** Integer times: everything is a multiple of 1 µs, so that times can be compared and scaled exactly. */
export function randomCost(d: Draw): CostModel {
  const plain = affineCost({
    base: d.int(1, 40),
    perSequence: d.int(0, 3),
    perPrefillToken: d.int(0, 2),
    perDecodeToken: d.int(0, 3),
    perContextToken: d.int(0, 1),
    cpu: { a0: d.int(0, 20), a1: d.int(0, 2) },
    draft: { perDepth: d.int(0, 4), perToken: d.int(0, 2) },
  });
  return d.chance(0.2) ? withLongest(plain, d.int(1, 3)) : plain;
}

/** Each token of the longest context takes `micros` more. */
const withLongest = (cost: CostModel, micros: number): CostModel => ({
  name: `${cost.name}, longest`,
  readsLongest: true,
  iteration: (s) => cost.iteration(s) + micros * s.longest,
  cpu: cost.cpu,
  device: (s) => cost.device(s) + micros * s.longest,
});

/** Prompts that begin alike, quote earlier answers, or neither. */
function randomContent(d: Draw, prompts: readonly number[]): RequestContent[] {
  return prompts.map((tokens, k) => {
    const shared = d.chance(0.7) ? d.int(0, tokens) : 0;
    const quoted = k > 0 && d.chance(0.3) ? d.int(0, tokens - shared) : 0;
    return {
      segments: [
        [`system ${d.int(0, 1)}`, shared],
        [`answer ${d.int(0, Math.max(0, k - 1))}`, quoted],
        [`user ${k}`, tokens - shared - quoted],
      ],
      answer: `answer ${k}`,
    };
  });
}

function randomAcceptance(d: Draw, keys: readonly number[]): Acceptance | ((order: Int32Array) => Acceptance) {
  const kind = d.int(0, 3);
  if (kind === 0) return noAcceptance;
  const alpha = d.int(0, 100) / 100;
  if (kind === 1)
    return (order) =>
      constantAcceptance(
        alpha,
        Array.from(order, (row) => keys[row]),
        'laws',
      );
  const few = (least: number): number[] => list(d.int(least, 4), () => d.int(0, 5));
  if (kind === 2) {
    const scripts = keys.map(() => ({ accepted: few(0), drafts: few(0) }));
    return (order) => scriptedAcceptance((row) => scripts[order[row]]);
  }
  const lists = keys.map(() => few(0).map((n) => n + 1));
  return (order) => replayedAcceptance((row) => lists[order[row]]);
}

/** Columns of a workload that suits the rules: some prompts do not fit, some answers are cut. */
export function randomColumns(d: Draw, rules: Rules, wishes: Wishes = {}): WorkloadColumns {
  const count = d.int(1, wishes.requests ?? 24);
  const reach = Math.min(rules.maxModelLen, 120);
  // Who does not reject needs clients that keep to the model length.
  const excess = rules.unfit === 'reject' && d.chance(0.3) ? 0.1 : 0;
  const gap = d.pick([0, 5, 60, 400]);
  const exits = wishes.exits ?? d.chance(0.35);
  let now = d.int(0, 50);
  const arrival = list(count, () => {
    now += (wishes.distinctArrivals ? 1 : 0) + (d.chance(0.3) ? 0 : d.int(0, gap));
    return now;
  });
  const promptTokens = list(count, () =>
    d.chance(excess) ? d.int(reach, reach + 10) : d.int(1, Math.max(1, (reach - 1) >> d.int(0, 3))),
  );
  const outputTokens = list(count, () => d.int(1, Math.max(2, reach >> d.int(0, 3))));
  const open = d.chance(0.2);
  const declared = outputTokens.map((n) => (open ? UNDECLARED : Math.max(1, n + d.int(d.chance(0.2) ? -n : 0, 20))));
  const later = (k: number, share: number): number =>
    exits && d.chance(share) ? arrival[k] + d.int(0, 1500) : Infinity;
  const keys = list(count, (k) => 1000 * k + 7);
  const followers = wishes.followers ?? (!wishes.distinctArrivals && d.chance(0.25));
  return {
    name: 'random',
    arrival,
    promptTokens,
    outputTokens,
    declared,
    key: keys,
    priority: list(count, () => d.int(-2, 2)),
    tenant: list(count, () => d.int(0, 2)),
    deadline: list(count, (k) => later(k, 0.4)),
    abortAt: list(count, (k) => later(k, 0.3)),
    tie: list(count, () => d.int(0, 3)),
    ...(followers && {
      follows: list(count, (k) => (k > 0 && d.chance(0.5) ? d.int(0, k - 1) : -1)),
      think: list(count, () => (d.chance(0.3) ? 0 : d.int(0, 300))),
    }),
    ...(rules.maxDrafts > 0 ? { acceptance: randomAcceptance(d, keys) } : {}),
    ...(rules.prefixCaching && d.chance(0.7) ? { content: randomContent(d, promptTokens) } : {}),
  };
}

export const randomWorkload = (d: Draw, rules: Rules, wishes: Wishes = {}): Workload =>
  createWorkload(randomColumns(d, rules, wishes));

/** An engine, its costs and what will happen to it. */
export function randomEpisode(d: Draw, wishes: Wishes = {}): Episode {
  const rules = randomRules(d, wishes);
  const workload = randomWorkload(d, rules, wishes);
  const cost = randomCost(d);
  const cut = wishes.horizon ?? d.chance(0.1);
  return { rules, workload, cost, seed: d.int(0, 1_000_000), ...(cut ? { horizon: d.int(1, 4000) } : {}) };
}
