/** Parts of a workload: contiguous windows of a trace, and rows drawn anew. */
import { type Seed, stream } from '../env/random.js';
import type { Acceptance } from '../env/workloads/acceptance/acceptance.js';
import type { Content, Workload } from '../env/workloads/workload.js';

/** Window `index` of `count` equal contiguous ones, at most `most` requests of it; its first request arrives at 0. */
export function windowOf(workload: Workload, index: number, count: number, most = Infinity): Workload {
  const from = Math.floor((workload.count * index) / count);
  const to = Math.min(Math.floor((workload.count * (index + 1)) / count), from + most);
  if (to - from < 2) {
    throw new Error(
      `${workload.name}: ${workload.count} requests are too few for ${count} windows of at least 2; use fewer seeds`,
    );
  }
  const rows = Int32Array.from({ length: to - from }, (_, k) => from + k);
  return { ...pickRows(workload, rows, workload.arrival[from]), key: workload.key.slice(from, to) };
}

/** `count` requests drawn with replacement; each draw is a request of its own, so its key is its number. */
export function redrawn(workload: Workload, count: number, seed: Seed): Workload {
  const { next } = stream(seed, 'rows');
  const rows = Int32Array.from({ length: count }, () => Math.floor(next() * workload.count));
  return {
    ...pickRows(workload, rows, 0),
    arrival: new Float64Array(count),
    key: Float64Array.from(rows.keys()),
    ids: [],
  };
}

/** The columns at `rows`, times `earlier` µs earlier. */
function pickRows(workload: Workload, rows: Int32Array, earlier: number): Workload {
  const floats = (column: Float64Array, minus = 0): Float64Array =>
    Float64Array.from(rows, (row) => column[row] - minus);
  const ints = (column: Int32Array): Int32Array => Int32Array.from(rows, (row) => column[row]);
  return {
    name: workload.name,
    count: rows.length,
    arrival: floats(workload.arrival, earlier),
    promptTokens: ints(workload.promptTokens),
    outputTokens: ints(workload.outputTokens),
    declared: ints(workload.declared),
    key: floats(workload.key),
    priority: ints(workload.priority),
    tenant: ints(workload.tenant),
    slo: Uint8Array.from(rows, (row) => workload.slo[row]),
    deadline: floats(workload.deadline, earlier),
    abortAt: floats(workload.abortAt, earlier),
    tie: floats(workload.tie),
    acceptance: pickAcceptance(workload.acceptance, rows),
    ...(workload.content && { content: pickContent(workload.content, rows) }),
    ids: workload.ids.length ? Array.from(rows, (row) => workload.ids[row]) : [],
  };
}

const pickAcceptance = (of: Acceptance, rows: Int32Array): Acceptance => ({
  ...of,
  proposed: (row, position, step, asked) => of.proposed(rows[row], position, step, asked),
  accepted: (row, position, step, drafts) => of.accepted(rows[row], position, step, drafts),
});

function pickContent(content: Content, rows: Int32Array): Content {
  const offsets = new Int32Array(rows.length + 1);
  const sequence: number[] = [];
  const tokens: number[] = [];
  rows.forEach((row, k) => {
    for (let s = content.offsets[row]; s < content.offsets[row + 1]; s++) {
      sequence.push(content.sequence[s]);
      tokens.push(content.tokens[s]);
    }
    offsets[k + 1] = tokens.length;
  });
  return {
    offsets,
    sequence: Int32Array.from(sequence),
    tokens: Int32Array.from(tokens),
    answer: Int32Array.from(rows, (row) => content.answer[row]),
  };
}
