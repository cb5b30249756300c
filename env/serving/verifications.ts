/**
 * Verifications: requests that compute their last token and the drafts held behind it. Where drafts are asked for they
 * are nearly all of every batch, so they are planned, computed and committed in bulk, as plain decodes are.
 */
import { enterFull, grow, slotsFor } from './kv.js';
import type { Plan } from './plan.js';
import type { Replica } from './replica.js';
import { lookahead } from './speculation.js';

/** What bounds a request in the iteration that is packed. */
interface Limits {
  /** Tokens that it can have computed. */
  readonly most: number;
  /** Tokens that it can be given. */
  readonly threshold: number;
  /** Input tokens that its drafts take besides. */
  readonly extra: number;
}

/**
 * Plans those who decode from the head of the running list on, as long as each is given all that it wants. Where that
 * ends (prompts under way, tokens or blocks are short, the policy caps someone) the cursor stands, and the caller goes on.
 * @param skips prompts under way are passed over
 */
export function packVerifications(s: Replica, { most, threshold, extra }: Limits, skips: boolean): void {
  const { plan, rules, crossing, entersPlanned } = s;
  const { computed, known, promptTokens, drafts, blocks } = s.requests;
  const { catchingUp } = s.hidden;
  const { chunk, draft } = s.decision;
  const { ids, n } = s.running;
  const { blockSize, maxDrafts } = rules;
  const list = plan.ids;
  const { tokens } = plan;
  const ahead = rules.proposer === 'ngram' ? 0 : maxDrafts;
  let { left } = s;
  let count = 0;
  let visits = 0;
  let k = 0;
  for (; k < n; k++) {
    const r = ids[k];
    const done = computed[r];
    const base = known[r];
    if (base - done !== 1 || done < promptTokens[r]) {
      if (skips) continue;
      break;
    }
    const want = 1 + drafts[r];
    const after = done + want;
    if (want + extra > left || want > threshold || want > chunk[r] || after > most || catchingUp[r] !== 0) break;
    list[count] = r;
    tokens[count++] = want;
    left -= want + extra;
    // Its last batch brought at most so many tokens: one of them may have filled a block.
    const filled = entersPlanned && base % blockSize <= maxDrafts;
    crossing[visits] = k;
    visits += filled || after + Math.min(draft[r], ahead) > Math.imul(blocks[r], blockSize) ? 1 : 0;
  }
  for (let c = 0; c < visits; c++) {
    const r = ids[crossing[c]];
    if (!grow(s, r, slotsFor(s, computed[r] + 1 + drafts[r], lookahead(s, r)))) {
      k = crossing[c];
      do left += tokens[--count] + extra;
      while (list[count] !== r);
      break;
    }
    if (entersPlanned) enterFull(s, r, known[r]);
  }
  plan.padding.fill(0, 0, count);
  plan.n = count;
  if (maxDrafts > 0) plan.verifying = count;
  else plan.plain = count;
  s.left = left;
  s.cursor = k;
}

/** Their computed tokens move on; the shape counts them and the drafts they ask for. */
export function settleVerifications(s: Replica, plan: Plan): void {
  const { ids, tokens, drafts, verifying, shape } = plan;
  const { computed, drafts: heldDrafts } = s.requests;
  const { draft } = s.decision;
  const { maxDrafts } = s.rules;
  let context = 0;
  let given = 0;
  let asked = 0;
  let deepest = 0;
  let longest = 0;
  for (let k = 0; k < verifying; k++) {
    const r = ids[k];
    const done = computed[r];
    const want = tokens[k];
    const wished = Math.min(draft[r], maxDrafts);
    computed[r] = done + want;
    drafts[k] = want - 1;
    heldDrafts[r] = 0;
    context += done;
    given += want;
    asked += wished;
    deepest = Math.max(deepest, wished);
    longest = Math.max(longest, done);
  }
  plan.emits.fill(1, 0, verifying);
  shape.decodes = verifying;
  shape.decodeTokens = given;
  shape.context = context;
  shape.draftTokens = asked;
  shape.draftDepth = deepest;
  if (s.cost.readsLongest) shape.longest = longest;
}

/**
 * Their outcomes: accepted drafts and one token more appear, rejected drafts are taken back. `s.untilEnd` says how many
 * tokens the first of them to end still lacks. Who goes on holds all the drafts that it asked for.
 * @returns how many go on and ask for none
 */
export function commitVerifications(s: Replica, plan: Plan): number {
  const { ids, verifying, length, drafts: offers } = plan;
  const { computed, generated, known, service, lastToken } = s.requests;
  const { proposed, accepted, verifications, drafts } = s.requests;
  const { row, samples, end } = s.hidden;
  const { draft } = s.decision;
  const { maxDrafts } = s.rules;
  const { acceptance, now } = s;
  let tokens = 0;
  let quiet = 0;
  let least = 0x7fffffff;
  for (let k = 0; k < verifying; k++) {
    const r = ids[k];
    const offered = offers[k];
    const before = generated[r];
    let right = 0;
    if (offered > 0) {
      right = acceptance.accepted(row[r], before, samples[r], offered);
      proposed[r] += offered;
      accepted[r] += right;
      verifications[r]++;
      computed[r] -= offered - right;
    }
    const lacking = end[r] - before;
    const more = Math.min(1 + right, lacking);
    const asked = Math.min(draft[r], maxDrafts);
    generated[r] = before + more;
    known[r] += more;
    service[r] += length;
    lastToken[r] = now;
    drafts[r] = asked;
    tokens += more;
    least = Math.min(least, lacking - more);
    if (asked === 0 && lacking > more) quiet++;
  }
  if (acceptance.stepwise) for (let k = 0; k < verifying; k++) samples[ids[k]]++;
  s.totals.generatedTokens += tokens;
  s.untilEnd = least;
  return quiet;
}
