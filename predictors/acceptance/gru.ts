/**
 * Acceptance by a recurrent network: it reads the verifications of a request one by one and corrects what the shrunk level foretells.
 *
 *     steps ahead = those at the shrunk level · e^u,   u = network(verifications so far)
 *
 * As a ratio of steps it serves any γ and any population. It is trained on generated requests only (`train-gru.ts`). State: a
 * track, the network's state, its last word.
 */
import { gru as recurrent } from '../net.js';
import type { Weights } from '../weights.js';
import type { Estimator, Seen } from './estimator.js';
import { type Ladder, type Moments, momentsAt } from './ladder.js';
import { byLevel, Track, trackOn } from './level.js';
import { leftOff, type Shrinkage, shrunk } from './shrinkage.js';

/** The kind that its model files state. */
export const GRU_KIND = 'acceptance-gru';
export const INPUTS = 6;

/** Writes what the network reads of a verification, around −2 … 2; last, how far levels of its population lie apart. */
export function inputsOn(
  ladder: Ladder,
  { off }: Shrinkage,
): (seen: Seen, out: Float64Array | Float32Array, at: number) => void {
  const moments: Moments = { mean: 0, variance: 0, slope: 0 };
  return ({ verifications, proposed, accepted, position }, out, at) => {
    const drafts = proposed / verifications;
    momentsAt(ladder, position, 0, Math.max(1, Math.round(drafts)), moments);
    out[at] = (2 * (accepted / verifications - moments.mean)) / drafts;
    out[at + 1] = (4 * moments.slope) / drafts;
    out[at + 2] = accepted === proposed ? 1 : 0;
    out[at + 3] = (Math.log2(position) - 6) / 3;
    out[at + 4] = (drafts - 4) / 2;
    out[at + 5] = 2 * off;
  };
}

/** Largest |u| that is believed. */
const HIGHEST = 0.7;
/** Verifications at once that the network is led through one by one. */
const MOST = 16;

/** @throws Error if the weights are not those of such a network */
export function gru(ladder: Ladder, given: Shrinkage, weights: Weights): Estimator {
  const net = recurrent(weights);
  if (net.inputs !== INPUTS) throw new Error(`a network of acceptance reads ${INPUTS} numbers, this one ${net.inputs}`);
  const write = inputsOn(ladder, given);
  const track = trackOn(ladder);
  const input = new Float64Array(INPUTS);
  const hidden = new Float64Array(net.hidden);
  const SAID = Track.width + net.hidden;
  return byLevel(ladder, {
    name: 'gru',
    width: SAID + 1,
    see(state, seen) {
      track(state, seen);
      write(seen, input, 0);
      for (let k = 0; k < net.hidden; k++) hidden[k] = state[Track.width + k];
      for (let n = Math.min(MOST, seen.verifications); n > 0; n--) state[SAID] = net.step(input, hidden);
      for (let k = 0; k < net.hidden; k++) state[Track.width + k] = hidden[k];
    },
    level: (state) => shrunk(state, given.stiffness),
    more: (state) => Math.expm1(Math.max(-HIGHEST, Math.min(HIGHEST, state[SAID]))),
    off: (state) => leftOff(state, given),
  });
}
