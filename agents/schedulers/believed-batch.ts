/** What an iteration is believed to cost: those who decode and one prompt behind them, for policies that choose its size. */
import { clearShape, createShape } from '../../env/serving/cost/cost.js';
import type { Episode, Ids } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';

export interface BelievedBatch {
  /** Reads who decodes, and how far the prompts under way are; returns how many decode. */
  read(running: Ids): number;
  /** µs of an iteration of so many tokens: the decodes, and a prompt that takes the rest, with the longest context of those under way. */
  time(tokens: number): Micros;
}

export function createBelievedBatch({ cost, requests }: Episode): BelievedBatch {
  const { generated, computed } = requests;
  const shape = createShape();
  let started = 0;
  return {
    read({ ids, n }) {
      clearShape(shape);
      started = 0;
      for (let k = 0; k < n; k++) {
        const tokens = computed[ids[k]];
        if (generated[ids[k]] === 0) {
          started = Math.max(started, tokens);
          continue;
        }
        shape.decodes++;
        shape.context += tokens;
        shape.longest = Math.max(shape.longest, tokens);
      }
      return shape.decodes;
    },
    time(tokens) {
      const prompt = Math.max(0, tokens - shape.decodes);
      shape.tokens = shape.decodes + prompt;
      shape.decodeTokens = shape.decodes;
      shape.prefillTokens = prompt;
      shape.prefills = prompt > 0 ? 1 : 0;
      shape.sequences = shape.decodes + shape.prefills;
      shape.prefillWork = prompt * started + (prompt * prompt) / 2;
      shape.prefillReads = started + prompt;
      return cost.iteration(shape);
    },
  };
}
