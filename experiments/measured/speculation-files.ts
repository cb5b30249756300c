/** The runs of a factorial study of speculation: throughput and latency with and without drafts at two concurrencies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Means over the repeats of one cell. */
export interface MeasuredCell {
  readonly repeats: number;
  readonly concurrency: number;
  readonly requests: number;
  /** Tokens a request, all alike. */
  readonly output: number;
  readonly prompt: number;
  /** Drafts a verification; 0 = without speculation. */
  readonly drafts: number;
  /** Output tokens/s. */
  readonly throughput: number;
  /** Tokens an iteration commits for a sequence. */
  readonly tokensPerStep: number;
  /** Median time between two chunks of tokens, ms: with speculation a chunk is all that an iteration commits. */
  readonly itl: number;
  /** ms. */
  readonly ttft: number;
  readonly version: string;
}

/**
 * The 16-bit cells of GSM8K at one concurrency.
 * @throws Error naming the file and what is missing
 */
export function readCells(folder: string, concurrency: number): { plain: MeasuredCell; eagle: MeasuredCell } {
  const file = join(folder, 'runs.csv');
  const [header, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const rows = lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, k) => [name, cells[k]]));
  });
  const cell = (speculation: string): MeasuredCell => {
    const mine = rows.filter(
      (row) =>
        row.phase === 'phase3_results' &&
        row.workload === 'gsm8k' &&
        row.weight_quant === 'fp16' &&
        row.kv_quant === 'fp16' &&
        row.spec_decode === speculation &&
        Number(row.concurrency) === concurrency,
    );
    const mean = (column: string): number => {
      const values = mine.map((row) => row[column]).filter((text) => text !== '' && text !== undefined);
      const numbers = values.map(Number);
      if (numbers.length === 0 || numbers.some((value) => !Number.isFinite(value)))
        throw new Error(`${file}: no numbers in ${column} for ${speculation}, concurrency ${concurrency}`);
      return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    };
    return {
      repeats: mine.length,
      concurrency,
      requests: mean('num_requests'),
      output: Math.round(mean('total_completion_tokens') / mean('num_requests')),
      prompt: Math.round(mean('prompt_tokens_mean')),
      drafts: speculation === 'none' ? 0 : mean('num_spec_tokens'),
      throughput: mean('throughput_tok_s'),
      tokensPerStep: speculation === 'none' ? 1 : mean('accepted_length_tau'),
      itl: mean('itl_ms_p50'),
      ttft: mean('ttft_ms_p50'),
      version: mine[0]?.vllm ?? '',
    };
  };
  return { plain: cell('none'), eagle: cell('eagle3') };
}
