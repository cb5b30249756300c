/**
 * What an agent may add to a heuristic, number by number. Every number lies in −1 … 1, and 0 leaves the heuristic as it is, to the byte.
 *
 * For each request:
 *
 * | head | what it does |
 * |---|---|
 * | rank | rank · e^(span · a): a > 0 puts it back, a < 0 puts it forward (a negative rank is divided instead) |
 * | gamma | γ + 3a drafts, rounded, within what the engine grants |
 * | hold | a > 0: no tokens once it has less to spare than a of the time that it was given, until what it was promised is due; it keeps its blocks |
 * | keep | eviction order + a: higher keeps its blocks longer |
 * | place | a < −2/3: it loses its blocks now; a < −1/3: they are copied to the host first; once an answer, and only if it generated since the last time. a > 1/3: what lies on the host comes back before its turn |
 *
 * For everyone:
 *
 * | head | what it does |
 * |---|---|
 * | reserve | growth set aside at admission: where the heuristic reserves, that growth · e^(2a); else a > 0 of the believed growth |
 * | headroom | blocks left free at admissions + a fifth of the pool · a, at least 0 |
 * | budget | tokens of an iteration · e^(2a), at most the engine's |
 * | chunk | a < 0: at most budget · e^(3a) tokens of one request in an iteration |
 * | gamma | γ of everyone + 3a drafts, rounded |
 */
import { Place } from '../serving/policy.js';

export const requestHeads = ['rank', 'gamma', 'hold', 'keep', 'place'] as const;
type RequestHead = (typeof requestHeads)[number];
export const engineHeads = ['reserve', 'headroom', 'budget', 'chunk', 'gamma'] as const;
type EngineHead = (typeof engineHeads)[number];

/** Which of them an agent has, in the order of its numbers. */
export interface Heads {
  readonly perRequest: readonly RequestHead[];
  readonly forAll: readonly EngineHead[];
}

/** Drafts that a full turn of a γ head adds. */
const GAMMA_SPAN = 3;
const LEAST_BUDGET = 64;

/** What a rank head at `a` multiplies ranks by. */
export const factorOf = (a: number, span: number): number => (a === 0 ? 1 : Math.exp(span * a));

/** A rank put back by a factor above 1, forward by one below, whatever its sign. */
export const shifted = (rank: number, factor: number): number =>
  rank > 0 ? rank * factor : rank < 0 ? rank / factor : factor - 1;

/** γ with a head at `a`. */
export function drafted(gamma: number, a: number, most: number): number {
  if (a === 0) return gamma;
  const wanted = gamma + GAMMA_SPAN * a + 0.5;
  return wanted < 1 ? 0 : wanted < most ? Math.floor(wanted) : most;
}

/** One of `Place` for a head at `a`; auto: as the heuristic has it. */
export function placed(a: number): number {
  if (a > 1 / 3) return Place.in;
  if (a < -2 / 3) return Place.drop;
  return a < -1 / 3 ? Place.out : Place.auto;
}

/** Tokens to set aside for a request that knows `known`, where the heuristic said how many, with a head at `a`. */
export const reserved = (said: number, known: number, a: number): number =>
  a === 0 ? said : Math.round(known + Math.max(0, said - known) * Math.exp(2 * a));

/** Share of the believed growth to set aside for those of whom the heuristic says nothing, by what it said of all and a head at `a`. */
export const grown = (growth: number, a: number): number => (growth > 0 ? growth * Math.exp(2 * a) : Math.max(0, a));

/** Token budget with a head at `a`. */
export const budgeted = (budget: number, a: number): number =>
  a === 0 ? budget : Math.max(LEAST_BUDGET, Math.round(budget * Math.exp(2 * a)));

/** Blocks left free at admissions with a head at `a`, in a pool of `blocks`. */
export const roomy = (headroom: number, a: number, blocks: number): number =>
  a === 0 ? headroom : Math.max(0, headroom + 0.2 * blocks * a);

/** Cap on the tokens of one request in an iteration of `budget` tokens with a head at `a`. */
export const capped = (cap: number, a: number, budget: number): number =>
  a >= 0 ? cap : Math.min(cap, Math.max(1, Math.round(budget * Math.exp(3 * a))));
