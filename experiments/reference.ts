/**
 * The clairvoyant reference of a workload: the best of a named portfolio that knows every length and what drafts will be
 * accepted. Score 1 of a comparison; it is no optimum, so scores above 1 exist.
 *
 * Orders are tried as the engine serves them and with the other kind of preemption: an engine that serves whoever runs first is
 * tried serving by rank as well, one that goes by rank also without preemption. Then the best of these gets every fixed
 * draft length and the two rules that choose it by load and by goodput.
 */
import type { Seed } from '../env/random.js';
import { conflictsOf } from '../env/serving/conflicts.js';
import type { CostModel } from '../env/serving/cost/cost.js';
import type { Rules } from '../env/serving/rules.js';
import { LONGEST_DRAFT } from '../env/settings/deployment.js';
import type { Micros } from '../env/time.js';
import type { Workload } from '../env/workloads/workload.js';
import { resolvePredictor, resolveScheduler } from './catalogue.js';
import { runEpisode } from './episode.js';

/** Orders of the portfolio. */
export const ORDERS = ['fcfs', 'sjf', 'srpt', 'volume'] as const;

/** The truth about lengths and drafts. */
const BELIEF = 'oracle+oracle';

/** Rules for draft lengths that know the true acceptance. */
const DRAFTING = ['gamma-by-load', 'goodput-gamma'];

/** The best of the portfolio on one workload. */
export interface Reference {
  /** µs. */
  readonly meanJct: Micros;
  /** Who it was, e.g. `volume, γ 1, by rank`. */
  readonly policy: string;
  /** How many were tried. */
  readonly tried: number;
}

interface Candidate {
  readonly scheduler: string;
  readonly rules: Rules;
  /** Beside scheduler and γ. */
  readonly remark: string;
}

export interface ReferenceSetup {
  readonly workload: Workload;
  /** Of the engine, with the draft length that everybody has. */
  readonly rules: Rules;
  readonly cost: CostModel;
  readonly seed: Seed;
}

/** Runs the portfolio. Candidates that do not finish everybody whom FCFS finishes do not count. */
export function referenceOf({ workload, rules, cost, seed }: ReferenceSetup): Reference {
  const predictor = resolvePredictor(BELIEF).make;
  let tried = 0;
  const jctOf = ({ scheduler, rules: own }: Candidate): { jct: Micros; finished: number } => {
    tried++;
    const { make } = resolveScheduler(scheduler);
    const { summary } = runEpisode({ workload, rules: own, cost, scheduler: make, predictor, seed });
    return { jct: summary.jct.mean, finished: summary.requests.finished };
  };
  const [first, ...others] = ordersOn(rules);
  const fcfs = jctOf(first);
  let best = { candidate: first, jct: fcfs.jct };
  const meet = (candidates: readonly Candidate[]): void => {
    for (const candidate of candidates) {
      const { jct, finished } = jctOf(candidate);
      if (finished === fcfs.finished && jct < best.jct) best = { candidate, jct };
    }
  };
  meet(others);
  if (!workload.acceptance.never) meet(draftingsOf(best.candidate));
  return { meanJct: best.jct, policy: nameOf(best.candidate), tried };
}

/** Every order with each kind of preemption that the engine can have; FCFS as the engine serves it comes first. */
function ordersOn(rules: Rules): Candidate[] {
  const own = ORDERS.map((scheduler) => ({ scheduler, rules, remark: '' }));
  const ranked = ORDERS.slice(1);
  if (rules.candidates === 'by-rank')
    return [...own, ...ranked.map((order) => ({ scheduler: `non-preemptive(${order})`, rules, remark: '' }))];
  const byRank: Rules = {
    ...rules,
    candidates: 'by-rank',
    phases: 'decodes-first',
    displaces: 'worse',
    maxResident: Infinity,
  };
  if (conflictsOf(byRank).length > 0) return own;
  return [
    ...own,
    ...ranked.map((order) => ({ scheduler: `hysteresis(${order})`, rules: byRank, remark: ', by rank' })),
  ];
}

/** The same order with other draft lengths. */
function draftingsOf({ scheduler, rules, remark }: Candidate): Candidate[] {
  const fixed = Array.from({ length: 1 + Math.min(rules.maxDrafts, LONGEST_DRAFT) }, (_, drafts) => drafts)
    .filter((drafts) => drafts !== rules.drafts)
    .map((drafts) => ({ scheduler, rules: { ...rules, drafts }, remark }))
    .filter((candidate) => conflictsOf(candidate.rules).length === 0);
  return [...fixed, ...DRAFTING.map((rule) => ({ scheduler: `${rule}(${scheduler})`, rules, remark }))];
}

const nameOf = ({ scheduler, rules, remark }: Candidate): string =>
  `${scheduler}${DRAFTING.some((rule) => scheduler.startsWith(rule)) ? '' : `, γ ${rules.drafts}`}${remark}`;
