/**
 * The knobs of an engine that a policy may turn beside the order, and the rules for its draft length.
 *
 * | knob | what it does | rule of the engine |
 * |---|---|---|
 * | reserve | admission asks for room for a share of the predicted growth, and sets it aside | `reserve(…)` instead of `admissionReserve` |
 * | misfit | who does not fit stops admission, or is passed over (skip-ahead) | `misfit` |
 * | headroom | share of the blocks that admission leaves free | `watermarkShare` |
 * | seats | most sequences in a batch | `maxBatch` |
 * | budget | tokens of an iteration: the chunked-prefill knob | `tokenBudget` |
 * | chunk | tokens of one prompt in an iteration | `longPrefillThreshold` |
 * | victim | who loses its blocks when memory runs out | `victim` |
 * | displaces | by rank: whose blocks a better request may take | `displaces` |
 * | margin | by rank: how much better it must be, as a share of rank | `hysteresis(…)` |
 * | γ rule | how the draft length is chosen, and the parameters of that | `drafts`, or a combinator |
 */
import type { Rules } from '../../env/serving/rules.js';
import { LONGEST_DRAFT } from '../../env/settings/deployment.js';
import { combinators } from '../catalogue.js';
import { canonical } from '../specs.js';
import { orderSpace } from './order-space.js';
import { choiceOf, numberIn, type Point, type Space } from './space.js';

/** Draft lengths that follow the state: combinators of the catalogue. `fixed` is one length for all, the engine's. */
export const GAMMA_RULES: readonly string[] = ['gamma-by-load', 'goodput-gamma', 'threshold-gamma'];

/** Seats and chunks below these only starve the GPU. */
const LEAST_SEATS = 4;
const LEAST_TOKENS = 128;

/**
 * The dimensions of an engine.
 * @param rules the defaults, draft length included
 * @param drafts somebody proposes drafts
 */
export function knobSpace(rules: Rules, drafts: boolean): Space {
  const byRank = rules.candidates === 'by-rank';
  return {
    reserve: choiceOf("what admission asks room for: the engine's rule, or predicted growth", ['rule', 'predicted']),
    reserveShare: numberIn('share of the predicted growth', 0.25, [0, 1.5]),
    misfit: choiceOf('who does not fit stops admission, or is passed over', others(rules.misfit, ['stop', 'skip'])),
    headroom: numberIn('share of the blocks that admission leaves free', rules.watermarkShare, [0, 0.3]),
    seats: numberIn('sequences in a batch', rules.maxBatch, [Math.min(LEAST_SEATS, rules.maxBatch), rules.maxBatch], {
      scale: 'log',
      whole: true,
    }),
    ...(rules.chunkedPrefill && {
      budget: tokens('tokens of an iteration', rules.tokenBudget),
      chunk: tokens('tokens of one prompt in an iteration; the whole budget: no cap', rules.tokenBudget),
    }),
    victim: choiceOf(
      'who loses its blocks',
      others(rules.victim, ['worst-rank', 'last-running', 'latest-arrival', 'shortest-output']),
    ),
    ...(byRank && {
      displaces: choiceOf(
        'whose blocks a better request may take',
        others(rules.displaces, ['nobody', 'paused', 'worse']),
      ),
      margin: numberIn('by how much a request must be better to displace, as a share of rank', 0, [0, 0.9]),
    }),
    ...(drafts && gammaSpace(rules.drafts)),
  };
}

const tokens = (doc: string, most: number) =>
  numberIn(doc, most, [Math.min(LEAST_TOKENS, most), most], { scale: 'log', whole: true });

const others = <T extends string>(first: T, all: readonly T[]): readonly [T, ...T[]] => [
  first,
  ...all.filter((each) => each !== first),
];

function gammaSpace(drafts: number): Space {
  const rules = GAMMA_RULES.map((name): [string, Space] => [name, orderSpace(`${name}(fcfs)`)]);
  return {
    gammaRule: choiceOf('how the draft length is chosen', ['fixed', ...GAMMA_RULES]),
    gamma: numberIn('the fixed draft length', drafts, [0, Math.max(drafts, LONGEST_DRAFT)], { whole: true }),
    ...Object.assign({}, ...rules.map(([, space]) => space)),
  };
}

/** Rules of the engine at a point. */
export function knobRules(point: Point, defaults: Rules): Partial<Rules> {
  const changed: Partial<Rules> = {
    ...differs('misfit', point.misfit as Rules['misfit'], defaults),
    ...differs('watermarkShare', Number(point.headroom), defaults),
    ...differs('maxBatch', Number(point.seats), defaults),
    ...differs('victim', point.victim as Rules['victim'], defaults),
  };
  const { budget = defaults.tokenBudget, chunk = defaults.tokenBudget } = point;
  const least = defaults.maxDrafts + 2; // what a verification needs
  const most = Math.max(least, Number(budget));
  return {
    ...changed,
    ...differs('tokenBudget', most, defaults),
    ...(Number(chunk) < most && { longPrefillThreshold: Number(chunk) }),
    ...(point.displaces !== undefined && differs('displaces', point.displaces as Rules['displaces'], defaults)),
  };
}

const differs = <K extends keyof Rules>(key: K, value: Rules[K], defaults: Rules): Partial<Rules> =>
  value === defaults[key] ? {} : ({ [key]: value } as Partial<Rules>);

/** The scheduler inside the combinators that a point asks for. */
export function wrapped(scheduler: string, point: Point): string {
  const rule = String(point.gammaRule ?? 'fixed');
  const layers: [boolean, string][] = [
    [Number(point.margin ?? 0) > 0, 'hysteresis'],
    [point.reserve === 'predicted', 'reserve'],
    [rule !== 'fixed', rule],
  ];
  return layers.reduce((inner, [wanted, name]) => {
    if (!wanted) return inner;
    const { parameters } = combinators[name];
    const values = Object.fromEntries(
      Object.entries(parameters).map(([key, parameter]) => [key, knobValue(name, key, point) ?? parameter.default]),
    );
    return canonical(`${name}(${inner})`, parameters, values);
  }, scheduler);
}

function knobValue(name: string, key: string, point: Point): number | string | undefined {
  if (name === 'hysteresis') return key === 'ratio' ? point.margin : 0;
  if (name === 'reserve') return point.reserveShare;
  return point[`${name}.${key}`];
}

/** The fixed draft length of a point; a rule for γ decides by itself, and starts from the engine's. */
export const gammaOf = (point: Point, defaults: Rules): number =>
  point.gammaRule === 'fixed' ? Number(point.gamma) : defaults.drafts;
