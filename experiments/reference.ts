/**
 * The clairvoyant reference of a workload: the best of a named portfolio that knows every length and what drafts will be
 * accepted. Score 1 of a comparison, and a row of `servegym gap`; it is no optimum, so scores above 1 exist.
 *
 * 1. Every order, by tokens and by time, with the engine's knobs and with those of each tuned policy that takes part.
 * 2. The best of these with the other kind of preemption, with every fixed draft length, and with rules that choose it.
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
import type { Contender } from './tune/contender.js';
import { GAMMA_RULES } from './tune/knobs.js';
import { putTogether, reordered, stripped, takeApart } from './tune/layers.js';

/** Orders of the portfolio. */
export const ORDERS = ['fcfs', 'sjf', 'srpt', 'volume', 'volume:exponent=2', 'expr: remaining * known'] as const;

/** … where drafts can be accepted. */
const BY_TIME = ['srpt:unit=time', 'volume:unit=time', 'volume:exponent=2,unit=time'];

/** … where promises count. */
const PROMISED = [
  'class-priority',
  'edf',
  'late-last',
  'least-slack',
  'edf-size',
  'triage(late-last)',
  'triage(edf-size)',
];

/** The truth about lengths and drafts. */
const TRUTH = 'oracle+oracle';

/** Rules for draft lengths: by load, by what has been accepted so far, and two that know what will be. */
const DRAFTING = [
  ['gamma-by-load', ''],
  ['goodput-gamma', ''],
  ['goodput-gamma', ':acceptance=believed'],
  ['threshold-gamma', ':acceptance=believed'],
] as const;

/** A member of the portfolio. */
export interface Candidate extends Contender {
  /** Beside scheduler and γ: whose knobs, and how it preempts. */
  readonly remark: string;
}

/** The engine with changed rules at a draft length. */
export type Engine = (changes: Partial<Rules>, gamma: number) => Rules;

export interface PortfolioOptions {
  /** Draft length that everybody has. */
  readonly gamma: number;
  /** Tuned policies: their orders and knobs take part. */
  readonly tuned: readonly Contender[];
  /** Drafts can be accepted. */
  readonly drafts: boolean;
  /** Promises count. */
  readonly promises: boolean;
}

/** The first half of the portfolio; FCFS as the engine serves it comes first. */
export function ordersOf({ gamma, tuned, drafts, promises }: PortfolioOptions): Candidate[] {
  const orders = [...ORDERS, ...(drafts ? BY_TIME : []), ...(promises ? PROMISED : [])];
  const plain = orders.map((scheduler) => ({ scheduler, belief: TRUTH, rules: {}, gamma, remark: '' }));
  const known = tuned.map((each) => ({ ...each, belief: TRUTH, remark: ', tuned knobs' }));
  const all = [
    ...plain,
    ...known.flatMap((each) => [
      each,
      ...(promises ? [withTriage(each)] : []),
      ...orders.map((order) => ({ ...each, scheduler: reordered(each.scheduler, order) })),
    ]),
  ];
  const key = ({ scheduler, rules, gamma: drafted }: Candidate): string => JSON.stringify([scheduler, rules, drafted]);
  const seen = new Set<string>();
  return all.filter((each) => !seen.has(key(each)) && seen.add(key(each)));
}

/** The same order, which leaves those outside who cannot be in time. */
const withTriage = (each: Candidate): Candidate => {
  const { layers, order } = takeApart(each.scheduler);
  return { ...each, scheduler: putTogether(layers, `triage(${order})`) };
};

/** The second half: the best of the first with the other kind of preemption, and with other draft lengths where drafts can be accepted. */
export function variantsOf(best: Candidate, engine: Engine, drafts: boolean): Candidate[] {
  const here = engine(best.rules, best.gamma);
  const plain = { ...best, scheduler: stripped(best.scheduler, GAMMA_RULES) };
  const lengths = Array.from({ length: 1 + Math.min(here.maxDrafts, LONGEST_DRAFT) }, (_, gamma) => ({
    ...plain,
    gamma,
  }));
  const rules = DRAFTING.map(([name, values]) => ({ ...plain, scheduler: `${name}(${plain.scheduler})${values}` }));
  const others = [preempting(best, here), ...(drafts ? [...lengths, ...rules] : [])];
  const possible = ({ rules: own, gamma: drafted }: Candidate): boolean =>
    conflictsOf({ ...here, ...own, drafts: drafted }).length === 0;
  return others.filter((each) => candidateName(each) !== candidateName(best) && possible(each));
}

/** By rank where the engine serves who runs first; without preemption where it goes by rank. */
function preempting(best: Candidate, { candidates }: Rules): Candidate {
  if (candidates === 'by-rank') return { ...best, scheduler: `non-preemptive(${best.scheduler})` };
  const byRank: Partial<Rules> = {
    candidates: 'by-rank',
    phases: 'decodes-first',
    displaces: 'worse',
    maxResident: Infinity,
  };
  return {
    ...best,
    scheduler: `hysteresis(${best.scheduler})`,
    rules: { ...best.rules, ...byRank },
    remark: `${best.remark}, by rank`,
  };
}

/** E.g. `volume, γ 1, by rank`. */
export const candidateName = ({ scheduler, gamma, remark }: Candidate): string =>
  `${scheduler}${DRAFTING.some(([rule]) => scheduler.startsWith(rule)) ? '' : `, γ ${gamma}`}${remark}`;

/** The best of the portfolio on one workload. */
export interface Reference {
  /** µs. */
  readonly meanJct: Micros;
  /** Who it was. */
  readonly policy: string;
  /** How many were tried. */
  readonly tried: number;
}

export interface ReferenceSetup {
  readonly workload: Workload;
  readonly engine: Engine;
  /** Draft length that everybody has. */
  readonly gamma: number;
  /** Tuned policies whose knobs may be used, too [none]. */
  readonly tuned?: readonly Contender[];
  readonly cost: CostModel;
  readonly seed: Seed;
}

/** Runs the portfolio. Candidates that do not finish everybody whom FCFS finishes do not count. */
export function referenceOf({ workload, engine, gamma, tuned = [], cost, seed }: ReferenceSetup): Reference {
  const predictor = resolvePredictor(TRUTH).make;
  const drafts = !workload.acceptance.never;
  let tried = 0;
  const jctOf = (candidate: Candidate): { jct: Micros; finished: number } => {
    tried++;
    const { make } = resolveScheduler(candidate.scheduler);
    const rules = engine(candidate.rules, candidate.gamma);
    const { summary } = runEpisode({ workload, rules, cost, scheduler: make, predictor, seed });
    return { jct: summary.jct.mean, finished: summary.requests.finished };
  };
  const [first, ...others] = ordersOf({ gamma, tuned, drafts, promises: false });
  const fcfs = jctOf(first);
  let best = { candidate: first, jct: fcfs.jct };
  const meet = (candidates: readonly Candidate[]): void => {
    for (const candidate of candidates) {
      const { jct, finished } = jctOf(candidate);
      if (finished === fcfs.finished && jct < best.jct) best = { candidate, jct };
    }
  };
  meet(others);
  meet(variantsOf(best.candidate, engine, drafts));
  return { meanJct: best.jct, policy: candidateName(best.candidate), tried };
}
