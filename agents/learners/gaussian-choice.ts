/**
 * A Gaussian over a `Box`, whose log σ is a parameter of its own and whose draws are clipped to the bounds. Where an action is made of
 * slots, all slots share the σ of their heads, and an empty slot has no part in any probability.
 */
import { normal } from '../../env/distributions.js';
import type { BoxForm, Choice, Draws } from './choice.js';
import { addGaussianGradient, gaussianEntropy, gaussianLogProb } from './math/gaussian.js';
import type { Reals } from './math/reals.js';

/** Slots of an action: `slots` × `heads` numbers, then those of everyone. */
export interface Seats {
  readonly slots: number;
  readonly heads: number;
  /** Whether a slot of a row is taken. */
  here(row: number, slot: number): boolean;
}

const UNSEATED: Seats = { slots: 0, heads: 0, here: () => false };

/** Numbers of log σ: one for each head of a slot and of everyone. */
export const spreadsOf = ({ low }: BoxForm, { slots, heads }: Pick<Seats, 'slots' | 'heads'> = UNSEATED): number =>
  low.length - Math.max(0, slots - 1) * heads;

/** @param logSd `spreadsOf` numbers */
export function gaussianChoice(form: BoxForm, logSd: Reals, seats: Seats = UNSEATED): Choice {
  const { low, high } = form;
  const { slots, heads, here } = seats;
  const width = low.length;
  /** Where the numbers of everyone begin. */
  const rest = slots * heads;
  const [ofSlot, ofAll] = [logSd.subarray(0, heads), logSd.subarray(heads)];
  /** σ as it was when a row was last asked about. */
  const sd = new Float64Array(logSd.length);
  const [sdOfSlot, sdOfAll] = [sd.subarray(0, heads), sd.subarray(heads)];
  const reals = new Float32Array(width);
  let means: Reals = new Float64Array(0);
  let taken: Float64Array = new Float64Array(0);
  let seated = 0; // in the row at hand
  let gradients: readonly [all: Reals, ofSlot: Reals, ofAll: Reals] = [logSd, ofSlot, ofAll];
  const by = { byLogProb: 0, byEntropy: 0 };

  function spread(): void {
    for (let k = 0; k < sd.length; k++) sd[k] = Math.exp(logSd[k]);
  }

  function logProb(outputs: Reals, row: number, actions: Float64Array): number {
    means = outputs;
    taken = actions;
    seated = 0;
    spread();
    let sum = gaussianLogProb(outputs, row * width + rest, ofAll, actions, sdOfAll);
    for (let slot = 0; slot < slots; slot++) {
      if (!here(row, slot)) continue;
      seated++;
      sum += gaussianLogProb(outputs, row * width + slot * heads, ofSlot, actions, sdOfSlot);
    }
    return sum;
  }

  return {
    form,
    outputs: width,
    width,
    choose(outputs, _mask, row, draws, actions) {
      const from = row * width;
      spread();
      actions.fill(0, from, from + rest);
      for (let slot = 0; slot < slots; slot++) {
        if (!here(row, slot)) continue;
        for (let head = 0, k = slot * heads; head < heads; head++, k++)
          actions[from + k] = outputs[from + k] + drawn(draws, row, k, sdOfSlot[head]);
      }
      for (let k = rest; k < width; k++)
        actions[from + k] = outputs[from + k] + drawn(draws, row, k, sdOfAll[k - rest]);
      return logProb(outputs, row, actions);
    },
    logProb: (outputs, _mask, row, actions) => logProb(outputs, row, actions),
    get entropy() {
      return gaussianEntropy(ofAll) + (seated > 0 ? seated * gaussianEntropy(ofSlot) : 0);
    },
    addGradient(row, byLogProb, byEntropy, slope, logSdGradient) {
      if (logSdGradient === null) return;
      if (logSdGradient !== gradients[0])
        gradients = [logSdGradient, logSdGradient.subarray(0, heads), logSdGradient.subarray(heads)];
      by.byLogProb = byLogProb;
      by.byEntropy = byEntropy;
      addGaussianGradient(means, row * width + rest, ofAll, taken, by, slope, gradients[2], sdOfAll);
      for (let slot = 0; slot < slots; slot++)
        if (here(row, slot))
          addGaussianGradient(means, row * width + slot * heads, ofSlot, taken, by, slope, gradients[1], sdOfSlot);
    },
    action(actions, row) {
      for (let k = 0; k < width; k++) reals[k] = Math.min(high[k], Math.max(low[k], actions[row * width + k]));
      return reals;
    },
  };
}

/** What is added to the mean of number k. */
function drawn(draws: Draws | null, row: number, k: number, sd: number): number {
  if (draws === null) return 0;
  return sd * (draws.normal?.(row, k) ?? normal(draws.next(), draws.next()));
}
