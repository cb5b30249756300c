/**
 * Sarathi's dynamic chunk: chunks of a prompt shrink as more of it is done (Agrawal et al., OSDI 2024, arXiv 2403.02310;
 * `sarathi_scheduler.py`, where it is off by default).
 *
 *     stage = min(stages − 1, ⌊computed / ⌈over/stages⌉⌋)
 *     chunk = high … low in `stages` equal steps, rounded to 32 tokens, by stage;   tokens of its next chunk = chunk − decodes
 *
 * The later a chunk, the more context its attention reads: smaller ones keep iterations even. In order of arrival, in any engine that
 * chunks prompts; at home in the preset `sarathi`.
 *
 * State kept: none. Information: none. The source has no defaults for the four parameters: ours, high is its fixed chunk. Ours too: of
 * several prompts in one iteration each counts the decodes only, and the tokens of the iteration are `high` for all.
 */
import {
  type BatchDecision,
  type Episode,
  NO_CAP,
  type ReplicaView,
  type Scheduler,
} from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';

export interface SarathiChunkOptions {
  /** Tokens of the first chunks, decodes beside them included [512]. */
  readonly high?: number;
  /** Of the last ones, at most `high` [128]. */
  readonly low?: number;
  /** Prompt tokens over which they fall [8192]. */
  readonly over?: number;
  /** Steps in which they fall, ≥ 1 [8]. */
  readonly stages?: number;
}

const ROUND = 32;

export const sarathiChunk = (options: SarathiChunkOptions = {}): Scheduler => {
  let write: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'sarathi-chunk',
    reset(episode) {
      write = start(episode, options);
    },
    decide(view, out) {
      write(view, out);
    },
  };
};

function start({ requests, rules }: Episode, { high = 512, low = 128, over = 8192, stages = 8 }: SarathiChunkOptions) {
  const { generated, computed, promptTokens, state } = requests;
  const round = Math.min(ROUND, low);
  const chunks = Array.from({ length: stages }, (_, k) => {
    const tokens = Math.floor(stages === 1 ? high : high - ((high - low) * k) / (stages - 1));
    return Math.max(1, Math.round(tokens / round) * round);
  });
  const stage = Math.ceil(over / stages);

  return ({ running, changed }: ReplicaView, out: BatchDecision): void => {
    let decodes = 0;
    for (let k = 0; k < running.n; k++) if (generated[running.ids[k]] > 0) decodes++;
    for (let k = 0; k < running.n; k++) {
      const r = running.ids[k];
      if (generated[r] > 0 || computed[r] >= promptTokens[r]) continue;
      const chunk = chunks[Math.min(stages - 1, Math.floor(computed[r] / stage))];
      out.chunk[r] = Math.max(1, chunk - decodes);
      out.touch(r);
    }
    for (let k = 0; k < changed.n; k++) if (state[changed.ids[k]] === State.waiting) out.chunk[changed.ids[k]] = NO_CAP;
    out.tokenBudget = Math.min(rules.tokenBudget, chunks[0]);
  };
}
