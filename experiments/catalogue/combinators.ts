/** Every combinator, by the name that commands, tables and tests use: `hysteresis(srpt)`. Adding one costs its file and one entry. */
import { aged } from '../../agents/combine/aged.js';
import { costly } from '../../agents/combine/costly.js';
import { fixedBudget } from '../../agents/combine/fixed-budget.js';
import { hysteresis } from '../../agents/combine/hysteresis.js';
import { limited } from '../../agents/combine/limited.js';
import { nonPreemptive } from '../../agents/combine/non-preemptive.js';
import { reserve } from '../../agents/combine/reserve.js';
import { triage } from '../../agents/combine/triage.js';
import { weighted } from '../../agents/combine/weighted.js';
import { fixedGamma } from '../../agents/drafting/fixed-gamma.js';
import { gammaByLoad } from '../../agents/drafting/gamma-by-load.js';
import { goodputGamma } from '../../agents/drafting/goodput-gamma.js';
import { thresholdGamma } from '../../agents/drafting/threshold-gamma.js';
import { plan } from '../../agents/planners/plan.js';
import { fromSeconds } from '../../env/time.js';
import { choice, number, whole } from '../specs.js';
import { type CombinatorEntry, combinator, planner } from './entry.js';

export const combinators: Readonly<Record<string, CombinatorEntry>> = {
  hysteresis: combinator(
    'a running request is displaced only by one that is better by a margin',
    {
      gap: number(0, 0, 1e15, 'margin in units of rank'),
      ratio: number(0.25, 0, 0.99, 'margin as a share of its own rank'),
    },
    hysteresis,
  ),
  aged: combinator('rank improves with waiting', { rate: number(10, 0, 1e15, 'units of rank a second') }, aged),
  weighted: combinator(
    'one class, tenant or priority counts for more',
    {
      by: choice(['class', 'tenant', 'priority'], 'what the weight belongs to'),
      first: number(2, 1e-9, 1e9, 'weight of number 0; all others have 1'),
    },
    (make, { by, first }) => weighted(make, { by, weights: [first, 1] }),
  ),
  'non-preemptive': combinator('a request once served keeps its place', {}, nonPreemptive),
  limited: combinator(
    'a request is displaced at most so many times',
    {
      limit: whole(1, 0, 1e9, 'times it can be paused or evicted'),
    },
    limited,
  ),
  reserve: combinator(
    'admits by predicted growth: a share of it must fit, and stays set aside',
    { share: number(0.25, 0, 100, 'share of the believed growth') },
    reserve,
    () => true,
  ),
  triage: combinator(
    'who cannot be in time any more is not let in until its promise is broken',
    {
      margin: number(0.05, 0, 1, 'to spare, as a share of the time it was given'),
      stepMs: number(0, 0, 1e9, 'time of a token, ms; 0 = that of a request alone'),
    },
    (make, { margin, stepMs }) => triage(make, { margin, step: stepMs * 1000 }),
    () => true,
  ),
  costly: combinator(
    "decisions take time on the engine's CPU, once an event",
    { micros: whole(200, 0, 1e9, 'time of a decision, µs') },
    costly,
  ),
  plan: planner(
    'plays each of several schedulers ahead in futures drawn from beliefs, the best goes on',
    {
      samples: whole(4, 1, 1024, 'futures on which each is tried'),
      everyS: number(1, 0, 1e6, 'least time between two plans, s'),
      horizonS: number(0, 0, 1e9, 'from so long after a plan on the first has the say in it, s; 0 = never'),
      arrivalsS: number(0, 0, 1e6, 'for so long others come in a future, as they did lately, s; 0 = nobody comes'),
      objective: choice(['jct', 'slo'], 'what is to be small: mean JCT, or broken promises'),
      margin: number(0, 0, 0.99, 'by which share of its cost the one that has the say must be beaten'),
      micros: whole(0, 0, 1e9, "time that a plan takes on the engine's CPU, µs"),
    },
    (makers, { everyS, horizonS, arrivalsS, micros, ...options }) =>
      plan(makers, {
        ...options,
        every: fromSeconds(everyS),
        horizon: horizonS > 0 ? fromSeconds(horizonS) : Infinity,
        arrivals: fromSeconds(arrivalsS),
        took: micros,
      }),
  ),
  'fixed-budget': combinator(
    'so many tokens an iteration, whatever the load',
    { tokens: whole(512, 1, 1e9, 'tokens of an iteration, decodes and pieces of prompts') },
    fixedBudget,
  ),
  'fixed-gamma': combinator(
    'so many drafts a verification, whatever the load',
    { gamma: whole(3, 0, 64, 'draft length') },
    fixedGamma,
  ),
  'gamma-by-load': combinator(
    'many drafts while few run, few while many do',
    {
      few: whole(4, 0, 64, 'draft length while few run'),
      fewTo: whole(9, 0, 65536, 'as many are few'),
      some: whole(2, 0, 64, 'draft length while some run'),
      someTo: whole(40, 0, 65536, 'as many are some'),
      many: whole(1, 0, 64, 'draft length while more run'),
    },
    gammaByLoad,
  ),
  'goodput-gamma': combinator(
    'the draft length that commits most tokens per time, by the believed cost (SmartSpec, AdaSpec)',
    {
      most: whole(8, 0, 64, 'largest draft length'),
      advantage: number(1.1, 1, 100, 'what goodput without drafts is multiplied by'),
      acceptance: choice(['measured', 'believed'], 'one running mean for all, or the belief about each request'),
      prior: number(0.7, 0, 1, 'acceptance of a draft token before any was looked at'),
      floor: number(0.3, 0, 1, 'below this acceptance is set anew'),
      again: number(0.65, 0, 1, '… to this'),
      memory: number(1000, 1, 1e9, 'drafts over which the mean forgets'),
    },
    goodputGamma,
    ({ acceptance }) => acceptance === 'believed',
  ),
  'threshold-gamma': combinator(
    'each request drafts while the next draft is likely enough to be accepted (SpecDec++)',
    {
      threshold: number(0.3, 0.001, 0.999, 'least probability that the last draft is accepted'),
      most: whole(8, 0, 64, 'largest draft length'),
      least: whole(1, 0, 64, 'smallest draft length'),
      acceptance: choice(['measured', 'believed'], 'counted for each request, or believed of it'),
      prior: number(0.65, 0, 1, 'acceptance of a draft token before any was looked at'),
      weight: number(20, 1e-9, 1e9, 'drafts that this counts for'),
    },
    thresholdGamma,
    ({ acceptance }) => acceptance === 'believed',
  ),
};
