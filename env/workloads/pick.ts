/** Some requests of a workload, in the order given. */
import type { Acceptance } from './acceptance/acceptance.js';
import { linkRounds, type Rounds } from './rounds.js';
import { pickTexts } from './texts.js';
import type { Content, Workload } from './workload.js';

/**
 * The columns at `rows`: those with times of their own first, in order of arrival. Who follows somebody needs that one
 * before him in the list.
 */
export function pickRows(workload: Workload, rows: Int32Array): Workload {
  const floats = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]);
  const ints = (column: Int32Array): Int32Array => Int32Array.from(rows, (row) => column[row]);
  const { content, rounds, texts } = workload;
  return {
    name: workload.name,
    count: rows.length,
    arrival: floats(workload.arrival),
    promptTokens: ints(workload.promptTokens),
    outputTokens: ints(workload.outputTokens),
    declared: ints(workload.declared),
    key: floats(workload.key),
    priority: ints(workload.priority),
    tenant: ints(workload.tenant),
    slo: Uint8Array.from(rows, (row) => workload.slo[row]),
    deadline: floats(workload.deadline),
    abortAt: floats(workload.abortAt),
    tie: floats(workload.tie),
    acceptance: pickAcceptance(workload.acceptance, rows),
    ids: workload.ids.length ? Array.from(rows, (row) => workload.ids[row]) : [],
    ...(content && { content: pickContent(content, rows) }),
    ...(texts && { texts: pickTexts(texts, rows) }),
    ...(rounds && { rounds: pickRounds(workload.name, rounds, rows) }),
  };
}

/** These rows and everyone who follows them, those who follow behind: what `pickRows` of a closed loop needs. */
export function withFollowers({ rounds }: Workload, rows: Int32Array): Int32Array {
  if (!rounds) return rows;
  const all = [...rows];
  for (let k = 0; k < all.length; k++) {
    for (let row = rounds.first[all[k]]; row >= 0; row = rounds.next[row]) all.push(row);
  }
  return Int32Array.from(all);
}

function pickRounds(name: string, rounds: Rounds, rows: Int32Array): Rounds {
  const place = new Map<number, number>();
  const follows = new Int32Array(rows.length);
  rows.forEach((row, k) => {
    const before = rounds.follows[row];
    follows[k] = before < 0 ? -1 : (place.get(before) ?? -2);
    place.set(row, k);
  });
  return linkRounds(
    name,
    follows,
    Float64Array.from(rows, (row) => rounds.think[row]),
  );
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
