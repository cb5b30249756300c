import { compileFormula, formula } from '../agents/schedulers/formula.js';
import type { Information, Predictor } from '../env/serving/beliefs.js';
import type { Scheduler } from '../env/serving/policy.js';
import { didYouMean } from '../env/spelling.js';
import { combined } from '../predictors/combined.js';
import { acceptancePredictors, predictors, refiners } from './catalogue/beliefs.js';
import { combinators } from './catalogue/combinators.js';
import type { PredictorEntry, SchedulerEntry } from './catalogue/entry.js';
import { schedulers } from './catalogue/schedulers.js';
import { findPolicy, schedulerOf, shortName } from './policies.js';
import { canonical, formulaOf, parseSpec, readValues, type Spec, splitAlternatives } from './specs.js';

export { acceptancePredictors, predictors, refiners } from './catalogue/beliefs.js';
export { combinators } from './catalogue/combinators.js';
export type { CombinatorEntry, PredictorEntry, SchedulerEntry } from './catalogue/entry.js';
export { schedulers } from './catalogue/schedulers.js';

/** A scheduler by its spec: its shortest name, and a maker that can be called once an episode. */
export interface ResolvedScheduler {
  readonly name: string;
  /** See `SchedulerEntry.reads`. A formula: what it uses. */
  readonly reads: SchedulerEntry['reads'];
  make(): Scheduler;
}

/**
 * The scheduler that a spec names: `srpt`, `laps-sd:borderMs=50`, `hysteresis(srpt):gap=2`, `expr: remaining * kvTokens`, `policy:DIR`.
 * @throws Error that quotes the spec and says what was expected
 */
export function resolveScheduler(spec: string): ResolvedScheduler {
  const text = formulaOf(spec);
  if (text !== undefined) return resolveFormula(text);
  const trained = findPolicy(spec);
  if (trained) {
    const make = schedulerOf(shortName(spec), trained, (each) => resolveScheduler(each).make);
    return { name: spec.trim(), reads: 'length', make };
  }
  const parsed = parseSpec(spec);
  if (parsed.inner !== undefined) {
    const entry = find('combinator', combinators, parsed.name);
    const inner = (entry.several ? splitAlternatives(parsed.inner) : [parsed.inner]).map(resolveScheduler);
    const values = readValues(parsed.name, entry.parameters, parsed.settings);
    const name = canonical(`${parsed.name}(${inner.map((each) => each.name).join(' | ')})`, entry.parameters, values);
    const reads = entry.believes(values) || inner.some((each) => each.reads === 'length') ? 'length' : 'nothing';
    const makers = inner.map(({ make }) => make);
    return { name, reads, make: named(name, entry.wrap(makers, values)) };
  }
  if (Object.hasOwn(combinators, parsed.name)) {
    throw new Error(`${parsed.name} wraps a scheduler, write for example ${parsed.name}(srpt)`);
  }
  const entry = find('scheduler', schedulers, parsed.name, [
    'expr:',
    'policy:',
    ...Object.keys(combinators).map((name) => `${name}(…)`),
  ]);
  const values = readValues(parsed.name, entry.parameters, parsed.settings);
  const name = canonical(parsed.name, entry.parameters, values);
  return { name, reads: entry.reads, make: named(name, () => entry.make(values)) };
}

function resolveFormula(text: string): ResolvedScheduler {
  const checked = compileFormula(text);
  const believed = ['believedLength', 'remaining', 'slack', 'believedAcceptance'];
  const reads = believed.some((name) => checked.uses.has(name)) ? 'length' : 'nothing';
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
 * The predictor that a spec names: `oracle`, `noisy:sigma=0.5`, `learned:length-v0`, `refined(noisy)`; with one for acceptance
 * behind a plus: `noisy:sigma=1+ewma`.
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
  const parsed = parseSpec(spec, (name) => (Object.hasOwn(entries, name) ? entries[name].word : undefined));
  if (parsed.inner !== undefined) return refinedPredictor(kind, entries, spec, parsed, parsed.inner);
  const entry = find(kind, entries, parsed.name);
  const values = readValues(parsed.name, entry.parameters, parsed.settings);
  const make = (): Predictor => entry.make(values);
  return { name: canonical(parsed.name, entry.parameters, values), information: make().information, make };
}

function refinedPredictor(
  kind: string,
  entries: Readonly<Record<string, PredictorEntry>>,
  spec: string,
  { name, settings }: Spec,
  inner: string,
): ResolvedPredictor {
  if (entries !== predictors || Object.hasOwn(entries, name))
    throw new Error(`${JSON.stringify(spec)}: ${name} wraps nothing, expected name:key=value`);
  const entry = find(`${kind} around another`, refiners, name);
  const base = onePredictor(kind, entries, inner);
  const values = readValues(name, entry.parameters, settings);
  const make = (): Predictor => entry.wrap(base.make(), values);
  return { name: canonical(`${name}(${base.name})`, entry.parameters, values), information: make().information, make };
}

function find<E>(kind: string, entries: Readonly<Record<string, E>>, name: string, others: readonly string[] = []): E {
  if (Object.hasOwn(entries, name)) return entries[name];
  throw new Error(`unknown ${kind} ${JSON.stringify(name)}${didYouMean(name, [...Object.keys(entries), ...others])}`);
}
