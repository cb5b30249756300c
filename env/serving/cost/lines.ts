/**
 * Iteration time as measured: tables of lines, fitted to an engine's own log by `servegym calibrate`. A row of a table holds for one
 * number of tokens; between rows everything is interpolated, so that the steps of real kernels (a batch of 65 against one
 * of 64) are kept where one global line would smooth them away.
 */
import { type BatchShape, type CostModel, type CpuCost, type DraftCost, noCpu, noDraftCost } from './cost.js';

/** µs = lead + first × its quantity + second × its quantity, for batches of so many tokens. */
export type Line = readonly [tokens: number, lead: number, first: number, second: number];

/** Coefficients in µs; lines in ascending order of tokens. */
export interface LinesCard {
  /** By decode tokens: [tokens, lead, per token of context, per token of the longest context]. */
  readonly decode: readonly Line[];
  /** By prefill tokens: [tokens, lead, per sequence, per unit of attention work Σ (q·c + q²/2)]. */
  readonly prefill: readonly Line[];
  /** Measured ÷ computed time of batches that do both [1]. */
  readonly mixed?: number;
}

export interface LinesOptions {
  readonly cpu?: CpuCost;
  readonly draft?: DraftCost;
}

/** A table by column. */
type Lines = readonly [tokens: Float64Array, lead: Float64Array, first: Float64Array, second: Float64Array];

const columnsOf = (rows: readonly Line[]): Lines => {
  const column = (k: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, (row) => row[k]);
  return [column(0), column(1), column(2), column(3)];
};

/** A coefficient at a number of tokens. Outside the table it stays, only the lead goes on as its last two lines do. */
function valueAt(lines: Lines, coefficient: 1 | 2 | 3, tokens: number): number {
  const [at] = lines;
  const column = lines[coefficient];
  const last = at.length - 1;
  if (tokens <= at[0] || last === 0) return column[0];
  if (tokens >= at[last] && coefficient !== 1) return column[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= tokens) low = middle;
    else high = middle;
  }
  return column[low] + ((tokens - at[low]) / (at[high] - at[low])) * (column[high] - column[low]);
}

/** µs of the device for what a batch is, as far as the lines know it. */
export interface LinesTime {
  /** @param longest tokens of the longest context */
  decode(tokens: number, context: number, longest: number): number;
  prefill(tokens: number, sequences: number, work: number): number;
  /** Linear layers once over all tokens, at least as long as the decodes alone, and both kinds of attention. */
  mixed(decodeTokens: number, context: number, longest: number, prefill: PrefillPart): number;
}

interface PrefillPart {
  readonly tokens: number;
  readonly sequences: number;
  readonly work: number;
}

/** @throws Error if a table is empty or its tokens do not ascend */
export function linesTime({ decode, prefill, mixed = 1 }: LinesCard): LinesTime {
  checkLines('decode', decode);
  checkLines('prefill', prefill);
  const d = columnsOf(decode);
  const p = columnsOf(prefill);
  const attention = (tokens: number, context: number, longest: number): number =>
    valueAt(d, 2, tokens) * context + valueAt(d, 3, tokens) * longest;
  return {
    decode: (tokens, context, longest) => valueAt(d, 1, tokens) + attention(tokens, context, longest),
    prefill: (tokens, sequences, work) =>
      valueAt(p, 1, tokens) + valueAt(p, 2, tokens) * sequences + valueAt(p, 3, tokens) * work,
    mixed(decodeTokens, context, longest, part) {
      const all = decodeTokens + part.tokens;
      const linear = Math.max(valueAt(d, 1, decodeTokens), valueAt(p, 1, all) + valueAt(p, 2, all) * part.sequences);
      return mixed * (linear + valueAt(p, 3, part.tokens) * part.work + attention(decodeTokens, context, longest));
    },
  };
}

function checkLines(what: string, rows: readonly Line[]): void {
  const wrong = rows.findIndex(([tokens], k) => !(tokens >= 1 && (k === 0 || tokens > rows[k - 1][0])));
  if (rows.length > 0 && wrong < 0) return;
  throw new Error(
    rows.length === 0
      ? `${what}: no line, expected at least one`
      : `${what}: line ${wrong + 1} is for ${rows[wrong][0]} tokens, expected tokens from 1 that ascend`,
  );
}

/** The cost model of a calibrated card. An empty batch costs CPU time alone. */
export function linesCost(card: LinesCard, name: string, options: LinesOptions = {}): CostModel {
  const { cpu = noCpu, draft = noDraftCost } = options;
  const time = linesTime(card);
  const part = { tokens: 0, sequences: 0, work: 0 };
  const batch = (s: BatchShape): number => {
    if (s.tokens === 0) return 0;
    if (s.prefillTokens === 0) return time.decode(s.decodeTokens, s.context, s.longest);
    if (s.decodeTokens === 0) return time.prefill(s.prefillTokens, s.prefills, s.prefillWork);
    part.tokens = s.prefillTokens;
    part.sequences = s.sequences;
    part.work = s.prefillWork;
    return time.mixed(s.decodeTokens, s.context, s.longest, part);
  };
  const cpuTime = (s: BatchShape): number => cpu.a0 + cpu.a1 * s.sequences;
  const deviceTime = (s: BatchShape): number =>
    batch(s) + draft.perDepth * s.draftDepth + draft.perToken * s.draftTokens;
  return {
    name,
    readsLongest: card.decode.some(([, , , perLongest]) => perLongest !== 0),
    iteration: (s) => Math.floor(cpuTime(s) + deviceTime(s) + 0.5),
    cpu: (s) => Math.floor(cpuTime(s) + 0.5),
    device: (s) => Math.floor(deviceTime(s) + 0.5),
  };
}
