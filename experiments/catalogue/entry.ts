/** What the catalogues hold of a scheduler, a combinator, a predictor: a line about it, its parameters, and how to make one. */
import type { Predictor } from '../../env/serving/beliefs.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Parameters, Values, ValuesOf } from '../specs.js';

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
  /** It chooses among schedulers: `plan(srpt | volume)`; others wrap one. */
  readonly several: boolean;
  wrap(makers: readonly (() => Scheduler)[], values: Values): () => Scheduler;
  /** It reads beliefs itself, whatever it wraps. */
  believes(values: Values): boolean;
}

export interface PredictorEntry extends Entry {
  make(values: Values): Predictor;
  /** The parameter that a first word without key stands for: `learned:length-v0`. */
  readonly word?: string;
}

/** A predictor around another one. */
export interface RefinerEntry extends Entry {
  wrap(base: Predictor, values: Values): Predictor;
}

export const scheduler = <const P extends Parameters>(
  reads: SchedulerEntry['reads'],
  summary: string,
  parameters: P,
  make: (values: ValuesOf<P>) => Scheduler,
): SchedulerEntry => ({ summary, parameters, reads, make: (values) => make(values as ValuesOf<P>) });

export const combinator = <const P extends Parameters>(
  summary: string,
  parameters: P,
  wrap: (make: () => Scheduler, values: ValuesOf<P>) => () => Scheduler,
  believes: (values: ValuesOf<P>) => boolean = () => false,
): CombinatorEntry => ({
  summary,
  parameters,
  several: false,
  wrap: ([make], values) => wrap(make, values as ValuesOf<P>),
  believes: (values) => believes(values as ValuesOf<P>),
});

/** A combinator of several schedulers, that looks ahead by beliefs. */
export const planner = <const P extends Parameters>(
  summary: string,
  parameters: P,
  wrap: (makers: readonly (() => Scheduler)[], values: ValuesOf<P>) => () => Scheduler,
): CombinatorEntry => ({
  summary,
  parameters,
  several: true,
  wrap: (makers, values) => wrap(makers, values as ValuesOf<P>),
  believes: () => true,
});

export const predictor = <const P extends Parameters>(
  summary: string,
  parameters: P,
  make: (values: ValuesOf<P>) => Predictor,
  word?: keyof P & string,
): PredictorEntry => ({
  summary,
  parameters,
  make: (values) => make(values as ValuesOf<P>),
  ...(word !== undefined && { word }),
});

export const refiner = <const P extends Parameters>(
  summary: string,
  parameters: P,
  wrap: (base: Predictor, values: ValuesOf<P>) => Predictor,
): RefinerEntry => ({ summary, parameters, wrap: (base, values) => wrap(base, values as ValuesOf<P>) });
