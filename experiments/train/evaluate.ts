/** Trained policies on validation seeds that had no say in choosing them, beside their base, published schedulers and a tuned one. */
import type { ModelCard } from '../../predictors/model-file.js';
import type { Weights } from '../../predictors/weights.js';
import { type Interval, meanInterval } from '../bootstrap.js';
import { shippedFor } from '../tune/tuned.js';
import { costDifference, costInterval } from './difference.js';
import type { Played, Player } from './episodes.js';
import type { Episodes } from './run-episodes.js';
import type { Stage } from './stage.js';

export interface EvaluationRow {
  readonly name: string;
  /** −return of an episode. */
  readonly cost: Interval;
  /** To the base on the same seeds, as a share; null for the base itself. */
  readonly difference: Interval | null;
  /** Seconds: means over seeds. */
  readonly jct: number;
  readonly p99: number;
  readonly longestWait: number;
  readonly unserved: number;
}

const PUBLISHED = ['fcfs', 'srpt', 'laps-sd'];

/** With every knob, the best where they ship: of settings with promises, of the others. */
const TUNED = ['edf-size', 'volume'];

function tunedFor({ facts: { settings } }: Stage): string[] {
  if (settings.length > 1) return [];
  const shipped = shippedFor(settings[0]).filter(({ rung }) => rung === 3);
  const best = TUNED.find((name) => shipped.some(({ base }) => base === name));
  return best === undefined ? [] : [`tuned:${best}`];
}

/** Everybody beside the policies, the base first. */
const othersOn = (stage: Stage): string[] => [...new Set([stage.base, ...tunedFor(stage), ...PUBLISHED])];

/** Where somebody stands to the base, as a share of its cost: below 0 is better. */
export interface Standing {
  readonly name: string;
  readonly difference: number;
}

/** The others on the seeds that choose the policy: what its validation is to be seen against. */
export async function standingsOf(episodes: Episodes, stage: Stage, seeds: number): Promise<Standing[]> {
  const [base, ...others] = othersOn(stage);
  const players = [base, ...others].map((name) => ({ name, scheduler: name }));
  const played = await episodes.meet(
    'validation',
    players,
    Array.from({ length: seeds }, (_, k) => k),
  );
  return others.map((name, k) => ({ name, difference: costDifference(played[k + 1], played[0]) }));
}

/** @param seeds how many validation seeds; those that chose the policies come before them */
export async function evaluate(
  episodes: Episodes,
  stage: Stage,
  policies: readonly { readonly name: string; readonly weights: Weights }[],
  seeds: number,
): Promise<EvaluationRow[]> {
  const others = othersOn(stage);
  const players: Player[] = [...policies, ...others.map((name) => ({ name, scheduler: name }))];
  const fresh = Array.from({ length: seeds }, (_, k) => seeds + k);
  const played = await episodes.meet('validation', players, fresh);
  const base = played[policies.length];
  const mean = (of: readonly Played[], read: (each: Played) => number): number =>
    of.reduce((sum, each) => sum + read(each), 0) / of.length;
  return players.map(({ name }, k) => ({
    name,
    cost: meanInterval(played[k].map(({ cost }) => cost)),
    difference: name === stage.base ? null : costInterval(played[k], base),
    jct: mean(played[k], ({ jct }) => jct),
    p99: mean(played[k], ({ p99 }) => p99),
    longestWait: mean(played[k], ({ longestWait }) => longestWait),
    unserved: mean(played[k], ({ unserved }) => unserved),
  }));
}

/** The policy is better than its base, beyond what other seeds could turn round. */
export const isBetter = ({ difference }: EvaluationRow): boolean => difference !== null && difference.high < 0;

/** For the policy's card: figures on the fresh seeds. */
export function measuredOf(policy: EvaluationRow, base: EvaluationRow, seeds: number): ModelCard['measured'] {
  const { value = 0, low = 0, high = 0 } = policy.difference ?? {};
  return {
    'validation seeds': seeds,
    'cost to the base, share': value,
    'at least': low,
    'at most': high,
    'p99 JCT to the base, share': policy.p99 / base.p99 - 1,
    'longest wait to the base, share': policy.longestWait / base.longestWait - 1,
  };
}
