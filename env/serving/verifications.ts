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
  readonly cap: number;
  /** Input tokens that its drafts take besides. */
  readonly extra: number;
}

/**
 * Plans those who decode from the head of the running list on, as long as each is given all that it wants. Where that
 * ends (prompts under way, tokens or blocks are short, the policy caps someone) the cursor stands, and the caller goes on.
 * @param skips prompts under way are passed over
 */
export function packVerifications(s: Replica, limits: Limits, skips: boolean): void {
  const { most, cap, extra } = limits;
  const { plan, rules, crossing, entersPlanned } = s;
  const { computed, known, promptTokens, drafts, blocks } = s.requests;
  const { catchingUp } = s.hidden;
  const { chunk, draft } = s.decision;
  const { ids, n } = s.running;
  const { blockSize, maxDrafts } = rules;
  const list = plan.ids;
  const { tokens } = plan;
  plan.ones = 0;
  const ahead = aheadOf(s);
  let visits = s.decoding ? packFours(s, limits) : 0;
  let { left } = s;
  let count = plan.n;
  let k = count;
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
    if (want + extra > left || want > cap || want > chunk[r] || after > most || catchingUp[r] !== 0) break;
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

/** Drafts for which the proposer needs KV slots, at most. */
const aheadOf = ({ rules }: Replica): number => (rules.proposer === 'ngram' ? 0 : rules.maxDrafts);

/**
 * The same for as many fours as there are, where everyone who runs decodes: four a time, as in bulk.ts. Nobody is planned if
 * any of them cannot have what it wants.
 * @returns how many may need a block; `s.crossing` says where they stand
 */
function packFours(s: Replica, { most, cap, extra }: Limits): number {
  const { plan, rules, crossing } = s;
  const { computed, drafts, blocks } = s.requests;
  const { chunk, draft } = s.decision;
  const { ids, n } = s.running;
  const { blockSize, maxDrafts } = rules;
  const { ids: list, tokens } = plan;
  const ahead = aheadOf(s);
  const lastFilled = s.entersPlanned ? maxDrafts : -1;
  let given = 0;
  let refused = 0;
  let visits = 0;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    const wantA = (1 + drafts[a]) | 0;
    const wantB = (1 + drafts[b]) | 0;
    const wantC = (1 + drafts[c]) | 0;
    const wantD = (1 + drafts[d]) | 0;
    const doneA = computed[a];
    const doneB = computed[b];
    const doneC = computed[c];
    const doneD = computed[d];
    const mostA = Math.min(chunk[a], cap, (most - doneA) | 0);
    const mostB = Math.min(chunk[b], cap, (most - doneB) | 0);
    const mostC = Math.min(chunk[c], cap, (most - doneC) | 0);
    const mostD = Math.min(chunk[d], cap, (most - doneD) | 0);
    refused |= (wantA > mostA ? 1 : 0) | (wantB > mostB ? 1 : 0) | (wantC > mostC ? 1 : 0) | (wantD > mostD ? 1 : 0);
    const slotsA = doneA + wantA + Math.min(draft[a], ahead);
    const slotsB = doneB + wantB + Math.min(draft[b], ahead);
    const slotsC = doneC + wantC + Math.min(draft[c], ahead);
    const slotsD = doneD + wantD + Math.min(draft[d], ahead);
    const visitA = slotsA > Math.imul(blocks[a], blockSize) || (doneA + 1) % blockSize <= lastFilled;
    const visitB = slotsB > Math.imul(blocks[b], blockSize) || (doneB + 1) % blockSize <= lastFilled;
    const visitC = slotsC > Math.imul(blocks[c], blockSize) || (doneC + 1) % blockSize <= lastFilled;
    const visitD = slotsD > Math.imul(blocks[d], blockSize) || (doneD + 1) % blockSize <= lastFilled;
    list[k] = a;
    list[k + 1] = b;
    list[k + 2] = c;
    list[k + 3] = d;
    tokens[k] = wantA;
    tokens[k + 1] = wantB;
    tokens[k + 2] = wantC;
    tokens[k + 3] = wantD;
    crossing[visits] = k;
    visits = (visits + (visitA ? 1 : 0)) | 0;
    crossing[visits] = k + 1;
    visits = (visits + (visitB ? 1 : 0)) | 0;
    crossing[visits] = k + 2;
    visits = (visits + (visitC ? 1 : 0)) | 0;
    crossing[visits] = k + 3;
    visits = (visits + (visitD ? 1 : 0)) | 0;
    given = (given + wantA + wantB + wantC + wantD) | 0;
  }
  if (refused !== 0 || given + k * extra > s.left) return 0;
  plan.n = k;
  s.left -= given + k * extra;
  return visits;
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
  let k = 0;
  for (; k + 3 < verifying; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    const wantA = tokens[k];
    const wantB = tokens[k + 1];
    const wantC = tokens[k + 2];
    const wantD = tokens[k + 3];
    const doneA = computed[a];
    const doneB = computed[b];
    const doneC = computed[c];
    const doneD = computed[d];
    const wishedA = Math.min(draft[a], maxDrafts);
    const wishedB = Math.min(draft[b], maxDrafts);
    const wishedC = Math.min(draft[c], maxDrafts);
    const wishedD = Math.min(draft[d], maxDrafts);
    computed[a] = (doneA + wantA) | 0;
    computed[b] = (doneB + wantB) | 0;
    computed[c] = (doneC + wantC) | 0;
    computed[d] = (doneD + wantD) | 0;
    drafts[k] = (wantA - 1) | 0;
    drafts[k + 1] = (wantB - 1) | 0;
    drafts[k + 2] = (wantC - 1) | 0;
    drafts[k + 3] = (wantD - 1) | 0;
    heldDrafts[a] = 0;
    heldDrafts[b] = 0;
    heldDrafts[c] = 0;
    heldDrafts[d] = 0;
    context += doneA + doneB + doneC + doneD;
    given = (given + wantA + wantB + wantC + wantD) | 0;
    asked = (asked + wishedA + wishedB + wishedC + wishedD) | 0;
    deepest = Math.max(deepest, wishedA, wishedB, wishedC, wishedD);
    longest = Math.max(longest, doneA, doneB, doneC, doneD);
  }
  for (; k < verifying; k++) {
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
