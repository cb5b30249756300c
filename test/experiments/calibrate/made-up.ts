/** Logs of engines whose times are known: what calibration must find again. */
import { stream } from '../../../env/random.js';

export interface LogRow {
  readonly phase: 'decode' | 'prefill' | 'mixed';
  readonly seqs: number;
  readonly decodes: number;
  readonly tokens: number;
  readonly context: number;
  readonly longest: number;
  readonly micros: number;
}

/** A step at 64 sequences, as kernels have. */
const decodeTime = (seqs: number, context: number): number =>
  8000 + 20 * seqs + (seqs > 64 ? 1500 : 0) + 0.15 * context;
const prefillTime = (tokens: number, seqs: number, work: number): number => 9000 + 40 * tokens + 8 * seqs + 4e-4 * work;

/** What the engine of these logs takes for a batch that does both, to what its parts say. */
export const MIXED = 1.2;

export interface LogOptions {
  readonly rows?: number;
  /** Standard deviation of the measured ÷ the true time. */
  readonly noise?: number;
  readonly padded?: boolean;
  /** Share of rows that take ten times as long. */
  readonly outliers?: number;
  /** Rows at the beginning of each phase that take three times as long. */
  readonly warmup?: number;
  readonly mixed?: boolean;
}

export function madeUp(options: LogOptions = {}): LogRow[] {
  const { rows = 1200, noise = 0, padded = false, outliers = 0, warmup = 0, mixed = false } = options;
  const { next } = stream('log', 'rows');
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const kinds = mixed ? (['decode', 'prefill', 'mixed'] as const) : (['decode', 'prefill'] as const);
  return Array.from({ length: rows }, (_, k) => {
    const phase = kinds[k % kinds.length];
    const early = k < warmup * kinds.length ? 3 : 1;
    const slow = next() < outliers ? 10 : 1;
    const measured = (micros: number): number => micros * (1 + noise * (2 * next() - 1)) * early * slow;
    const seqs = whole(1, 128);
    if (phase === 'decode') {
      const mean = whole(10, 2000);
      const context = seqs * mean;
      return {
        phase,
        seqs,
        decodes: seqs,
        tokens: seqs,
        context,
        longest: mean,
        micros: measured(decodeTime(seqs, context)),
      };
    }
    if (phase === 'prefill') {
      const prompts = whole(1, 8);
      const longest = whole(20, 600);
      const tokens = prompts === 1 ? longest : longest + whole(prompts - 1, (prompts - 1) * longest);
      const counted = padded ? prompts * longest : tokens;
      const work = (counted * counted) / prompts / 2;
      const micros = measured(prefillTime(counted, prompts, work));
      return { phase, seqs: prompts, decodes: 0, tokens, context: 0, longest, micros };
    }
    const chunk = whole(64, 512);
    const decodes = Math.min(seqs, 60);
    const context = decodes * whole(10, 1000);
    const tokens = decodes + chunk;
    const whole_ = prefillTime(tokens, decodes + 1, 0) + 4e-4 * ((chunk * chunk) / 2) + 0.15 * context;
    return { phase, seqs: decodes + 1, decodes, tokens, context, longest: 1, micros: measured(MIXED * whole_) };
  });
}

/** As CSV with our column names, seconds. */
export function asCsv(
  rows: readonly LogRow[],
  columns: readonly (keyof LogRow)[] = ['phase', 'decodes', 'longest'],
): string {
  const header = ['seqs', 'tokens', 'context', 'seconds', ...columns].join(',');
  const lines = rows.map((row) =>
    [row.seqs, row.tokens, row.context, (row.micros / 1e6).toFixed(9), ...columns.map((name) => row[name])].join(','),
  );
  return `${header}\n${lines.join('\n')}\n`;
}
