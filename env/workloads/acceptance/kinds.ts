/** Acceptance processes by name: what recipes, settings and the command line choose from. */
import {
  type ChoiceParameter,
  defaults,
  number,
  type Parameters,
  type Values,
  type ValuesOf,
} from '../../parameters.js';
import type { Seed } from '../../random.js';
import type { Workload } from '../workload.js';
import { type Acceptance, noAcceptance } from './acceptance.js';
import { betaAcceptance } from './beta.js';
import { constantAcceptance } from './constant.js';
import { copyRunAcceptance, ngramParameters } from './copy-run.js';
import { depthAcceptance, eagleParameters } from './depth.js';
import type { KeyedLengths } from './request-lists.js';

/** One process: its parameters, and a maker from a workload's keys and lengths. */
export interface AcceptanceKind {
  readonly summary: string;
  readonly parameters: Parameters;
  /** @param values of parameters; those left out take their defaults */
  make(workload: KeyedLengths, seed: Seed, values?: Values): Acceptance;
}

function kind<const P extends Parameters>(
  summary: string,
  parameters: P,
  make: (workload: KeyedLengths, seed: Seed, values: ValuesOf<P>) => Acceptance,
): AcceptanceKind {
  return {
    summary,
    parameters,
    make: (workload, seed, values = {}) => make(workload, seed, { ...defaults(parameters), ...values } as ValuesOf<P>),
  };
}

const share = (value: number, doc: string) => number(value, 0, 1, doc);

const set: ChoiceParameter<'sharegpt' | 'gsm8k'> = {
  doc: 'the recorded requests that it was fitted to',
  default: 'sharegpt',
  choices: ['sharegpt', 'gsm8k'],
};

export const acceptanceKinds: Readonly<Record<'none' | 'constant' | 'beta' | 'eagle' | 'ngram', AcceptanceKind>> = {
  none: kind('no draft is ever accepted', {}, () => noAcceptance),
  constant: kind(
    'independent drafts with one probability',
    { alpha: share(0.7, 'probability that a draft token is accepted') },
    ({ key }, seed, { alpha }) => constantAcceptance(alpha, key, seed),
  ),
  beta: kind(
    'independent drafts, a probability for each request',
    { mean: share(0.6, 'mean of that probability'), spread: share(0.2, 'its standard deviation over requests') },
    ({ key }, seed, values) => betaAcceptance(values, key, seed),
  ),
  eagle: kind('an EAGLE head: differs between requests, drifts within one', { set }, (workload, seed, values) =>
    depthAcceptance(workload, seed, eagleParameters(values.set)),
  ),
  ngram: kind('an n-gram proposer: copies passages, offers nothing in between', { set }, (workload, seed, values) =>
    copyRunAcceptance(workload, seed, ngramParameters(values.set)),
  ),
};

/** A workload of which nothing is recorded gets the acceptance of a proposer, as it was fitted. */
export const withDrafts = (workload: Workload, draft: 'none' | 'eagle' | 'ngram' | undefined, seed: Seed): Workload =>
  draft === undefined || draft === 'none' || !workload.acceptance.never
    ? workload
    : { ...workload, acceptance: acceptanceKinds[draft].make(workload, seed) };
