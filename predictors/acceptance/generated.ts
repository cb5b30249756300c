/** Requests from the generators that were fitted to the recorded ones: as many as are needed to learn from, and no data to ship. */
import { quantileTable } from '../../env/distributions.js';
import { luck, type Seed } from '../../env/random.js';
import { acceptanceKinds } from '../../env/workloads/acceptance/kinds.js';
import { derived } from '../../env/workloads/derived.js';
import type { RecordedRequest } from './recorded.js';

export type DraftKind = 'eagle' | 'ngram';
export type RecordedSet = 'sharegpt' | 'gsm8k';

export const DRAFT_KINDS: readonly DraftKind[] = ['eagle', 'ngram'];
export const RECORDED_SETS: readonly RecordedSet[] = ['sharegpt', 'gsm8k'];

/** Longest answer: the longer ones among the recorded are repetition loops. */
export const LONGEST = 4096;

type Fitted = Record<RecordedSet, Record<DraftKind, { output_tokens: { q21: readonly number[] } }>>;

/** Answers as long as the recorded ones of a set, with drafts as fitted; nothing is known of prompts. */
export function generatedRequests(draft: DraftKind, set: RecordedSet, count: number, seed: Seed): RecordedRequest[] {
  const { q21 } = derived<{ sets: Fitted }>('acceptance').sets[set][draft].output_tokens;
  const length = quantileTable(
    q21.map((_, k) => k / (q21.length - 1)),
    q21,
  );
  const draw = luck(seed, 'lengths');
  const key = Float64Array.from({ length: count }, (_, k) => k);
  const outputTokens = Int32Array.from(key, (k) => Math.min(LONGEST, Math.round(length(draw(k, 0)))));
  const acceptance = acceptanceKinds[draft].make({ key, outputTokens }, seed, { set });
  return Array.from(outputTokens, (tokens, row) => ({
    commits: Uint8Array.from({ length: tokens }, (_, i) => 1 + acceptance.accepted(row, i, 0, 254)),
    promptTokens: 1,
  }));
}
