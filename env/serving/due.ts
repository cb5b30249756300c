/** When what a request was promised is due: its own deadline, which takes the place of all else, or the limits of its service class. */

import type { Micros } from '../time.js';
import { createShape } from './cost/cost.js';
import type { Episode, RequestId } from './policy.js';

export interface Due {
  /** When the next thing is due: first token, next token at an even pace, or the whole answer. Infinity = never. */
  next(r: RequestId): Micros;
  /** The latest time from which on it must be served without a pause, at `step` µs a token, for all to be kept. Reads beliefs. */
  latestStart(r: RequestId, step: Micros): Micros;
  /** From when on it has less to spare than this share of the time that it was given. Infinity: nothing is due. */
  tightFrom(r: RequestId, step: Micros, share: number): Micros;
  /** A promise is broken and cannot be kept any more, whatever happens from `now` on. */
  lost(r: RequestId, now: Micros): boolean;
}

type Limits = Episode['promises'][number];

const NOTHING: Limits = {};

export function createDue({ requests, beliefs, promises }: Episode): Due {
  const { arrival, deadline, slo, generated, firstToken } = requests;
  const limitsOf = (r: RequestId): Limits => (deadline[r] < Infinity ? NOTHING : (promises[slo[r]] ?? NOTHING));
  const answer = (r: RequestId, { jct = Infinity }: Limits): Micros => Math.min(deadline[r], arrival[r] + jct);
  const due: Due = {
    next(r) {
      const limits = limitsOf(r);
      const { ttft = Infinity, tpot = Infinity } = limits;
      const token = generated[r] === 0 ? arrival[r] + ttft : firstToken[r] + generated[r] * tpot;
      return Math.min(answer(r, limits), token);
    },
    latestStart(r, step) {
      const limits = limitsOf(r);
      const { ttft = Infinity, tpot = Infinity } = limits;
      const length = beliefs.length[r];
      const whole = answer(r, limits) - Math.max(1, length - generated[r]) * step;
      if (generated[r] === 0) return Math.min(whole, arrival[r] + ttft - step);
      const paced = tpot < Infinity ? firstToken[r] + (length - 1) * tpot : Infinity;
      return Math.min(whole, paced - Math.max(1, length - generated[r]) * step);
    },
    tightFrom(r, step, share) {
      const next = due.next(r);
      return next < Infinity ? due.latestStart(r, step) - share * (next - arrival[r]) : Infinity;
    },
    lost(r, now) {
      const limits = limitsOf(r);
      const { ttft = Infinity } = limits;
      const first = generated[r] === 0 ? now : firstToken[r];
      return first - arrival[r] > ttft || now > answer(r, limits);
    },
  };
  return due;
}

/** µs of an iteration in which one request decodes one token, by the believed cost. */
export const stepAlone = ({ cost }: Episode): Micros =>
  cost.iteration({ ...createShape(), sequences: 1, tokens: 1, decodeTokens: 1, decodes: 1, context: 1 });
