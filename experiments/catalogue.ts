/**
 * Names become objects here: every scheduler, combinator and predictor by the name that commands, tables and tests use.
 * Adding one costs its file and one entry.
 */
import { hysteresis } from '../agents/combine/hysteresis.js';
import { limited } from '../agents/combine/limited.js';
import { nonPreemptive } from '../agents/combine/non-preemptive.js';
import { compileFormula, formula } from '../agents/schedulers/formula.js';
import { lapsSd } from '../agents/schedulers/laps-sd.js';
import { las } from '../agents/schedulers/las.js';
import { priority } from '../agents/schedulers/priority.js';
import { psjf } from '../agents/schedulers/psjf.js';
import { random } from '../agents/schedulers/random.js';
import { sjf } from '../agents/schedulers/sjf.js';
import { srpt } from '../agents/schedulers/srpt.js';
import { declared, type Information, type Predictor } from '../env/serving/beliefs.js';
import { fcfs, type Scheduler } from '../env/serving/policy.js';
import { didYouMean } from '../env/spelling.js';
import { acceptanceEwma } from '../predictors/acceptance-ewma.js';
import { acceptanceOracle } from '../predictors/acceptance-oracle.js';
import { acceptancePosterior } from '../predictors/acceptance-posterior.js';
import { combined } from '../predictors/combined.js';
import { noisy } from '../predictors/noisy.js';
import { oracle } from '../predictors/oracle.js';
import { runningMean } from '../predictors/running-mean.js';
import { ssjf } from '../predictors/ssjf.js';
import { tenantMean } from '../predictors/tenant-mean.js';
import { trail } from '../predictors/trail.js';
import {
  canonical,
  choice,
  formulaOf,
  number,
  type Parameters,
  parseSpec,
  readValues,
  type Values,
  type ValuesOf,
  whole,
} from './specs.js';

interface Entry {
  readonly summary: string;
  readonly parameters: Parameters;
}

export interface SchedulerEntry extends Entry {
  /** The belief it ranks by at its defaults: with none, predictors make no difference to it. */
  readonly reads: 'nothing' | 'length';
  make(values: Values): Scheduler;
}

export interface CombinatorEntry extends Entry {
  wrap(make: () => Scheduler, values: Values): () => Scheduler;
}

export interface PredictorEntry extends Entry {
  make(values: Values): Predictor;
}

const scheduler = <const P extends Parameters>(
  reads: SchedulerEntry['reads'],
  summary: string,
  parameters: P,
  make: (values: ValuesOf<P>) => Scheduler,
): SchedulerEntry => ({ summary, parameters, reads, make: (values) => make(values as ValuesOf<P>) });

const combinator = <const P extends Parameters>(
  summary: string,
  parameters: P,
  wrap: (make: () => Scheduler, values: ValuesOf<P>) => () => Scheduler,
): CombinatorEntry => ({ summary, parameters, wrap: (make, values) => wrap(make, values as ValuesOf<P>) });

const predictor = <const P extends Parameters>(
  summary: string,
  parameters: P,
  make: (values: ValuesOf<P>) => Predictor,
): PredictorEntry => ({ summary, parameters, make: (values) => make(values as ValuesOf<P>) });

export const schedulers: Readonly<Record<string, SchedulerEntry>> = {
  fcfs: scheduler('nothing', 'first come, first served', {}, fcfs),
  sjf: scheduler('length', 'shortest job first, non-preemptive', {}, sjf),
  psjf: scheduler('length', 'shortest job first, preemptive', {}, psjf),
  srpt: scheduler('length', 'shortest remaining processing time first', {}, srpt),
  las: scheduler(
    'nothing',
    'least attained service first',
    {
      by: choice(['tokens', 'service'], 'what counts: generated tokens, or µs in batches'),
      quantum: whole(1, 1, 2 ** 31, 'tokens or µs served in one go'),
    },
    las,
  ),
  priority: scheduler('nothing', 'the priority that came with the request, lowest first', {}, priority),
  random: scheduler('nothing', 'a rank drawn once by each request', {}, random),
  'laps-sd': scheduler(
    'length',
    'least attained, then perceived service, for speculative decoding',
    {
      borderMs: number(100, 0.001, 1e9, 'upper border of the lowest level, ms'),
      levels: whole(64, 1, 64, 'number of levels'),
      minSteps: whole(16, 1, 1e6, 'decode steps before acceptance can be stable'),
      window: whole(8, 1, 256, 'steps over which it must not have moved'),
      tolerance: number(0.05, 0, 1, 'by how much it may have moved'),
      acceptance: choice(['measured', 'believed'], 'whose acceptance the estimate takes'),
      step: choice(['measured', 'alone'], 'time of a step: its own mean, or the believed cost of one alone'),
    },
    ({ borderMs, ...options }) => lapsSd({ ...options, border: borderMs * 1000 }),
  ),
};

export const combinators: Readonly<Record<string, CombinatorEntry>> = {
  hysteresis: combinator(
    'a running request is displaced only by one that is better by a margin',
    {
      gap: number(0, 0, 1e15, 'margin in units of rank'),
      ratio: number(0.25, 0, 0.99, 'margin as a share of its own rank'),
    },
    hysteresis,
  ),
  'non-preemptive': combinator('a request once served keeps its place', {}, nonPreemptive),
  limited: combinator(
    'a request is displaced at most so many times',
    {
      limit: whole(1, 0, 1e9, 'times it can be paused or evicted'),
    },
    limited,
  ),
};

export const predictors: Readonly<Record<string, PredictorEntry>> = {
  declared: predictor('as long as the client allows', {}, declared),
  oracle: predictor('the truth: clairvoyant', {}, oracle),
  noisy: predictor(
    'the truth with a log-normal error',
    {
      sigma: number(0.5, 0, 10, 'standard deviation of ln(believed/true)'),
      unbiased: choice(['median', 'mean'], 'which average of believed/true is 1'),
    },
    noisy,
  ),
  'running-mean': predictor(
    'the mean of those who finished',
    {
      prior: number(256, 1, 1e9, 'mean believed at first, tokens'),
      weight: number(1, 1e-9, 1e9, 'finished requests that the prior counts for'),
      refresh: choice(['arrival', 'waiting'], 'whose beliefs follow the mean'),
    },
    runningMean,
  ),
  'tenant-mean': predictor(
    'the mean of those of its tenant who finished',
    {
      prior: number(256, 1, 1e9, 'mean believed at first, tokens'),
      weight: number(4, 1e-9, 1e9, 'finished requests that the mean of everyone counts for'),
    },
    tenantMean,
  ),
  ssjf: predictor(
    'the classifier of SSJF with its published errors: five classes',
    { scale: number(1, 1e-6, 1e6, 'how many times longer answers are than those it was measured on') },
    ssjf,
  ),
  trail: predictor(
    'a guess at arrival, then noisy looks at what remains, smoothed (TRAIL)',
    {
      mae: number(33.9, 0, 1e9, 'mean absolute error of a look, tokens'),
      promptMae: number(46.1, 0, 1e9, 'mean absolute error of the guess at arrival, tokens'),
      every: whole(8, 1, 1e6, 'tokens between two looks'),
      smoothing: choice(['bayes', 'none'], 'looks add up, or each is believed as it comes'),
      bins: whole(10, 2, 256, 'bins of remaining length'),
      longest: number(512, 256, 1e7, 'tokens that the bins hold'),
    },
    trail,
  ),
};

/** Beliefs about acceptance, which go with one about length: `oracle+ewma`. */
export const acceptancePredictors: Readonly<Record<string, PredictorEntry>> = {
  oracle: predictor(
    'the true share of accepted drafts from now on: clairvoyant',
    { every: whole(64, 1, 1e6, 'tokens after which it looks again') },
    acceptanceOracle,
  ),
  posterior: predictor(
    'accepted/proposed drafts with a Beta prior',
    {
      mean: number(0.43, 0.001, 0.999, 'share believed at first'),
      weight: number(17, 1e-9, 1e9, 'drafts that this counts for'),
    },
    acceptancePosterior,
  ),
  ewma: predictor(
    'exponentially weighted mean of accepted/proposed drafts',
    {
      weight: number(0.05, 0.001, 1, 'weight of a verification'),
      prior: number(0.43, 0, 1, 'share believed at first'),
    },
    acceptanceEwma,
  ),
};

/** A scheduler by its spec: its shortest name, and a maker that can be called once an episode. */
export interface ResolvedScheduler {
  readonly name: string;
  /** See `SchedulerEntry.reads`. A formula: what it uses. */
  readonly reads: SchedulerEntry['reads'];
  make(): Scheduler;
}

/**
 * The scheduler that a spec names: `srpt`, `laps-sd:borderMs=50`, `hysteresis(srpt):gap=2`, `expr: remaining * kvTokens`.
 * @throws Error that quotes the spec and says what was expected
 */
export function resolveScheduler(spec: string): ResolvedScheduler {
  const text = formulaOf(spec);
  if (text !== undefined) return resolveFormula(text);
  const parsed = parseSpec(spec);
  if (parsed.inner !== undefined) {
    const entry = find('combinator', combinators, parsed.name);
    const inner = resolveScheduler(parsed.inner);
    const values = readValues(parsed.name, entry.parameters, parsed.settings);
    const name = canonical(`${parsed.name}(${inner.name})`, entry.parameters, values);
    return { name, reads: inner.reads, make: named(name, entry.wrap(inner.make, values)) };
  }
  if (Object.hasOwn(combinators, parsed.name)) {
    throw new Error(`${parsed.name} wraps a scheduler, write for example ${parsed.name}(srpt)`);
  }
  const entry = find('scheduler', schedulers, parsed.name, [
    'expr:',
    ...Object.keys(combinators).map((name) => `${name}(…)`),
  ]);
  const values = readValues(parsed.name, entry.parameters, parsed.settings);
  const name = canonical(parsed.name, entry.parameters, values);
  return { name, reads: entry.reads, make: named(name, () => entry.make(values)) };
}

function resolveFormula(text: string): ResolvedScheduler {
  const checked = compileFormula(text);
  const reads = ['believedLength', 'remaining', 'slack'].some((name) => checked.uses.has(name)) ? 'length' : 'nothing';
  return { name: `expr: ${checked.text}`, reads, make: () => formula(checked) };
}

/** The same policy under the name it has in tables. */
const named = (name: string, make: () => Scheduler) => (): Scheduler => ({ ...make(), name });

export interface ResolvedPredictor {
  readonly name: string;
  readonly information: Information;
  make(): Predictor;
}

/**
 * The predictor that a spec names: `oracle`, `noisy:sigma=0.5`; with one for acceptance behind a plus: `noisy:sigma=1+ewma`.
 * @throws Error that quotes the spec and says what was expected
 */
export function resolvePredictor(spec: string): ResolvedPredictor {
  const [length, acceptance, ...others] = spec.split(/\+(?=\s*[a-z])/i); // not the plus of 1e+5
  const first = onePredictor('predictor', predictors, length);
  if (acceptance === undefined) return first;
  const second = onePredictor('acceptance predictor', acceptancePredictors, acceptance);
  if (others.length > 0)
    throw new Error(`${JSON.stringify(spec)}: expected one predictor, or one of length + one of acceptance`);
  const make = (): Predictor => combined(first.make(), second.make());
  return { name: `${first.name}+${second.name}`, information: make().information, make };
}

function onePredictor(
  kind: string,
  entries: Readonly<Record<string, PredictorEntry>>,
  spec: string,
): ResolvedPredictor {
  const parsed = parseSpec(spec);
  if (parsed.inner !== undefined)
    throw new Error(`${JSON.stringify(spec)}: a predictor wraps nothing, expected name:key=value`);
  const entry = find(kind, entries, parsed.name);
  const values = readValues(parsed.name, entry.parameters, parsed.settings);
  const make = (): Predictor => entry.make(values);
  return { name: canonical(parsed.name, entry.parameters, values), information: make().information, make };
}

function find<E>(kind: string, entries: Readonly<Record<string, E>>, name: string, others: readonly string[] = []): E {
  if (Object.hasOwn(entries, name)) return entries[name];
  throw new Error(`unknown ${kind} ${JSON.stringify(name)}${didYouMean(name, [...Object.keys(entries), ...others])}`);
}
