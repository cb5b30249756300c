/**
 * Nothing can hang: rules about victims can go round in circles, where each loses the prompt that it computes before it generates
 * anything. So many evictions without a token are noticed, and until there is one other rules take turns: the better rank wins, as
 * circles end where ranks stay; then whoever has got furthest keeps what it has, as they end where ranks move.
 */
import { before } from './order.js';
import type { Replica } from './replica.js';

/** Evictions without a token that are nobody's circle, and the length of a turn: so many, and so many for each request that is here. */
const USUAL = 64;
const USUAL_EACH = 4;

/** To be called at every eviction. */
export function noteEviction(s: Replica): void {
  const { generatedTokens } = s.totals;
  if (generatedTokens !== s.futileTokens) {
    s.futileTokens = generatedTokens;
    s.futileEvictions = 0;
  }
  s.futileEvictions++;
}

/** Turns of these rules so far; 0 = the engine's own hold. */
function turnOf(s: Replica): number {
  if (s.futileEvictions <= USUAL || s.futileTokens !== s.totals.generatedTokens) return 0;
  return Math.floor(s.futileEvictions / (USUAL + USUAL_EACH * s.live.n));
}

/** Who loses its blocks where r needs some and rules go round in circles; −1: they do not. */
export function circlingVictim(s: Replica, r: number): number {
  const turn = turnOf(s);
  if (turn === 0) return -1;
  return turn % 2 === 1 ? leastComputed(s, r) : leastComputed(s, -1);
}

/** The resident that loses its blocks for nobody in particular; −1: rules do not go round in circles. */
export const circlingIdler = (s: Replica): number => (turnOf(s) === 0 ? -1 : leastComputed(s, -1));

/** The resident behind r, or held, that has computed least, r itself if there is none; r = −1: of all residents. */
function leastComputed(s: Replica, r: number): number {
  const { ids, n } = s.rules.candidates === 'by-rank' ? s.residents : s.running;
  let least = r;
  for (let k = 0; k < n; k++) {
    if (r >= 0 && s.decision.hold[ids[k]] === 0 && !before(s, r, ids[k])) continue;
    if (least === r || losesFirst(s, ids[k], least)) least = ids[k];
  }
  return least;
}

/** Who is held will not get on, whatever it keeps. */
function losesFirst(s: Replica, a: number, b: number): boolean {
  const { computed } = s.requests;
  const { hold } = s.decision;
  if (hold[a] !== hold[b]) return hold[a] > hold[b];
  return computed[a] === computed[b] ? before(s, b, a) : computed[a] < computed[b];
}
