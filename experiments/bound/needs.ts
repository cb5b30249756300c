/** What each request must have before it can be done, whoever schedules it. */
import type { Rules } from '../../env/serving/rules.js';
import { aloneBlocks } from '../../env/serving/watermark.js';
import type { Workload } from '../../env/workloads/workload.js';
import { sharedPrefixes } from './sharing.js';

/** One request that will finish. */
export interface Need {
  readonly row: number;
  readonly prompt: number;
  /** Tokens it will generate, from 1. */
  readonly end: number;
  /** Tokens of its prompt that others may have computed for it. */
  readonly found: number;
  /** Its first blocks that may be somebody else's as well. */
  readonly shared: number;
}

/** Requests that the engine accepts, in the order of rows; the others are rejected whatever the policy does. */
export function needsOf(workload: Workload, rules: Rules): Need[] {
  const { blockSize, maxModelLen } = rules;
  const shared = rules.prefixCaching ? sharedPrefixes(workload) : null;
  const needs: Need[] = [];
  for (let row = 0; row < workload.count; row++) {
    const prompt = workload.promptTokens[row];
    const declared = Math.min(workload.declared[row], Math.max(0, maxModelLen - prompt));
    if (prompt >= maxModelLen || Math.ceil((prompt + declared) / blockSize) > aloneBlocks(rules)) continue;
    const blocks = shared ? Math.floor(shared[row] / blockSize) : 0;
    needs.push({
      row,
      prompt,
      end: Math.min(workload.outputTokens[row], declared),
      found: blockSize * Math.min(blocks, Math.floor((prompt - 1) / blockSize)),
      shared: blocks,
    });
  }
  return needs;
}

/** By place in `needs` and output position g: drafts that a verification behind g tokens can have accepted. Null: never any. */
export type Accepted = readonly Uint8Array[] | null;

/** Drafts that a policy can ask for. */
export const mostDrafts = ({ drafts, maxDrafts }: Rules): number => Math.max(drafts, maxDrafts);

/** What the longest drafts would bring at each position. */
export function acceptedOf({ acceptance }: Workload, needs: readonly Need[], rules: Rules): Accepted {
  const most = mostDrafts(rules);
  if (most === 0 || acceptance.never) return null;
  let any = false;
  const lists = needs.map(({ row, end }) =>
    Uint8Array.from({ length: end }, (_, g) => {
      if (g === 0) return 0; // the first token comes from the prompt
      const offered = rules.asyncDepth > 0 ? most : acceptance.proposed(row, g, 0, most);
      const accepted = offered > 0 ? Math.min(acceptance.accepted(row, g, 0, offered), end - 1 - g) : 0;
      if (accepted > 0) any = true;
      return accepted;
    }),
  );
  return any ? lists : null;
}
