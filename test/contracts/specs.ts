/** Schedulers that contract suites meet: every entry of the catalogue, parameters other than the defaults, combinators, formulas. */
import { combinators, schedulers } from '../../experiments/catalogue.js';

/** The user's own. */
export const formulas = [
  'expr: remaining * known',
  'expr: promptTokens - 5 * priority',
  'expr: slack == Infinity ? remaining - age / 1000 : 0',
];
/** Each combinator around several schedulers. */
export const wrapped = Object.keys(combinators).flatMap((name) =>
  ['psjf', 'srpt', 'las', 'laps-sd:window=2,minSteps=3,borderMs=5'].map((inner) => `${name}(${inner})`),
);
const nested = [
  'hysteresis(limited(las):limit=2):gap=3,ratio=0',
  'limited(hysteresis(expr: age):gap=1):limit=0',
  'non-preemptive(expr: -declared)',
];
const variants = [
  'goodput-gamma(srpt):acceptance=believed',
  'threshold-gamma(fcfs):acceptance=believed',
  'las:by=service,quantum=4000',
  'rr:by=service,quantum=4000',
  'prr:lambda=0.2',
  'hrrn:by=prompt',
  'volume:exponent=2,prefill=1',
  'gittins:from=finished',
  'mc-sf:misfit=skip,margin=0.2',
  'class-priority:within=remaining',
  'edf-size:horizonS=0.05',
  'lpm:shared=4',
  'a-min:end=upper',
  'nested-wait:segment=4,threshold=2,ratio=1',
  'boost:gamma=20',
  'fair-batching:ttftS=0.02,tpotMs=2',
  'sarathi-chunk:high=20,low=4,over=40,stages=3',
  'mlfq:quantumMs=2,starvationS=0.02,every=1,demoted=front',
  'skip-join-mlfq:quantumMs=1,starvationS=0.02,every=4',
  'trail:share=0',
  'ltr:patience=5,runs=2',
  'ssjf:longestS=0.02,multiple=0.2',
  'elis:window=3',
  'alise:quantumMs=5',
  'lpm:limit=3',
  'qoserve:firstS=0.03,secondS=0.1,gapMs=2',
  'reshuffle:every=3,pattern=markov',
  'laps-sd:window=1,minSteps=2,borderMs=3,step=alone,acceptance=believed',
  'plan(srpt | fcfs | las):samples=1,everyS=0.02,horizonS=0.03,arrivalsS=0.02,micros=150',
];
/** Everything that the contracts are held against. */
export const specs = [...Object.keys(schedulers), ...variants, ...formulas, ...wrapped, ...nested];
