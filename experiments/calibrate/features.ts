/** What lines are fitted to and judged by: the quantities of each row of a log that a card knows. */
import type { LinesTime } from '../../env/serving/cost/lines.js';
import type { Measured } from './fit-lines.js';
import type { IterationLog } from './log.js';

/** Quantities of one phase for every row of the log; those of other phases are not to be looked at. */
export interface Features {
  readonly decode: Measured;
  readonly prefill: Measured;
  /** The engine of the log computes every prompt at the length of the longest in its batch. */
  readonly padded: boolean;
}

/** @param padded whether prompts are padded to `longest` */
export function featuresOf(log: IterationLog, padded: boolean): Features {
  const { count, seqs, decodes, tokens, context, longest, micros } = log;
  const make = (of: (row: number) => number): Float64Array => Float64Array.from({ length: count }, (_, r) => of(r));
  const prefillTokens = make((r) =>
    padded && longest && log.phase[r] === 'prefill' ? seqs[r] * longest[r] : tokens[r] - decodes[r],
  );
  return {
    padded,
    decode: {
      tokens: make((r) => (log.phase[r] === 'decode' ? tokens[r] : decodes[r])),
      first: context,
      second: longest ?? new Float64Array(count),
      micros,
    },
    prefill: {
      tokens: prefillTokens,
      first: seqs,
      // Σ q·(c + q/2) of sequences that are alike.
      second: make((r) => {
        const prefills = Math.max(1, seqs[r] - decodes[r]);
        const behind = decodes[r] > 0 ? 0 : context[r] / prefills;
        return prefillTokens[r] * (behind + prefillTokens[r] / prefills / 2);
      }),
      micros,
    },
  };
}

/** µs that a card gives for a row. */
export function timeOf(time: LinesTime, { decode, prefill }: Features, log: IterationLog, row: number): number {
  const { phase } = log;
  const context = decode.first[row];
  const longest = decode.second[row];
  const tokens = prefill.tokens[row];
  const work = prefill.second[row];
  if (phase[row] === 'decode') return time.decode(decode.tokens[row], context, longest);
  if (phase[row] === 'prefill') return time.prefill(tokens, prefill.first[row], work);
  return time.mixed(decode.tokens[row], context, longest, { tokens, sequences: prefill.first[row], work });
}
