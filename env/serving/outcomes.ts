/** Outcomes of verifications, as far as they are alike: in bulk, four a time, as in bulk.ts. */
import type { Plan } from './plan.js';
import type { Replica } from './replica.js';
import { draftsAsked, verify } from './speculation.js';

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
  let offered = 0;
  let quiet = 0;
  let least = 0x7fffffff;
  let k = 0;
  for (; k + 3 < verifying; k += 4) {
    const a = ids[k];
    const b = ids[k + 1];
    const c = ids[k + 2];
    const d = ids[k + 3];
    const offeredA = offers[k];
    const offeredB = offers[k + 1];
    const offeredC = offers[k + 2];
    const offeredD = offers[k + 3];
    const beforeA = generated[a];
    const beforeB = generated[b];
    const beforeC = generated[c];
    const beforeD = generated[d];
    const rightA = offeredA > 0 ? acceptance.accepted(row[a], beforeA, samples[a], offeredA) : 0;
    const rightB = offeredB > 0 ? acceptance.accepted(row[b], beforeB, samples[b], offeredB) : 0;
    const rightC = offeredC > 0 ? acceptance.accepted(row[c], beforeC, samples[c], offeredC) : 0;
    const rightD = offeredD > 0 ? acceptance.accepted(row[d], beforeD, samples[d], offeredD) : 0;
    const lackingA = (end[a] - beforeA) | 0;
    const lackingB = (end[b] - beforeB) | 0;
    const lackingC = (end[c] - beforeC) | 0;
    const lackingD = (end[d] - beforeD) | 0;
    const moreA = Math.min((1 + rightA) | 0, lackingA);
    const moreB = Math.min((1 + rightB) | 0, lackingB);
    const moreC = Math.min((1 + rightC) | 0, lackingC);
    const moreD = Math.min((1 + rightD) | 0, lackingD);
    const askedA = Math.min(draft[a], maxDrafts);
    const askedB = Math.min(draft[b], maxDrafts);
    const askedC = Math.min(draft[c], maxDrafts);
    const askedD = Math.min(draft[d], maxDrafts);
    proposed[a] = (proposed[a] + offeredA) | 0;
    proposed[b] = (proposed[b] + offeredB) | 0;
    proposed[c] = (proposed[c] + offeredC) | 0;
    proposed[d] = (proposed[d] + offeredD) | 0;
    accepted[a] = (accepted[a] + rightA) | 0;
    accepted[b] = (accepted[b] + rightB) | 0;
    accepted[c] = (accepted[c] + rightC) | 0;
    accepted[d] = (accepted[d] + rightD) | 0;
    verifications[a] = (verifications[a] + (offeredA > 0 ? 1 : 0)) | 0;
    verifications[b] = (verifications[b] + (offeredB > 0 ? 1 : 0)) | 0;
    verifications[c] = (verifications[c] + (offeredC > 0 ? 1 : 0)) | 0;
    verifications[d] = (verifications[d] + (offeredD > 0 ? 1 : 0)) | 0;
    computed[a] = (computed[a] - offeredA + rightA) | 0;
    computed[b] = (computed[b] - offeredB + rightB) | 0;
    computed[c] = (computed[c] - offeredC + rightC) | 0;
    computed[d] = (computed[d] - offeredD + rightD) | 0;
    generated[a] = (beforeA + moreA) | 0;
    generated[b] = (beforeB + moreB) | 0;
    generated[c] = (beforeC + moreC) | 0;
    generated[d] = (beforeD + moreD) | 0;
    known[a] = (known[a] + moreA) | 0;
    known[b] = (known[b] + moreB) | 0;
    known[c] = (known[c] + moreC) | 0;
    known[d] = (known[d] + moreD) | 0;
    service[a] += length;
    service[b] += length;
    service[c] += length;
    service[d] += length;
    lastToken[a] = now;
    lastToken[b] = now;
    lastToken[c] = now;
    lastToken[d] = now;
    drafts[a] = askedA;
    drafts[b] = askedB;
    drafts[c] = askedC;
    drafts[d] = askedD;
    quiet = (quiet + (askedA === 0 && lackingA > moreA ? 1 : 0)) | 0;
    quiet = (quiet + (askedB === 0 && lackingB > moreB ? 1 : 0)) | 0;
    quiet = (quiet + (askedC === 0 && lackingC > moreC ? 1 : 0)) | 0;
    quiet = (quiet + (askedD === 0 && lackingD > moreD ? 1 : 0)) | 0;
    offered = (offered + offeredA + offeredB + offeredC + offeredD) | 0;
    tokens = (tokens + moreA + moreB + moreC + moreD) | 0;
    least = Math.min(
      least,
      (lackingA - moreA) | 0,
      (lackingB - moreB) | 0,
      (lackingC - moreC) | 0,
      (lackingD - moreD) | 0,
    );
  }
  for (; k < verifying; k++) {
    const r = ids[k];
    const right = verify(s, r, offers[k], false);
    const lacking = end[r] - generated[r];
    const more = Math.min(1 + right, lacking);
    computed[r] -= offers[k] - right;
    generated[r] += more;
    known[r] += more;
    service[r] += length;
    lastToken[r] = now;
    drafts[r] = draftsAsked(s, r);
    tokens += more;
    least = Math.min(least, lacking - more);
    if (drafts[r] === 0 && lacking > more) quiet++;
  }
  if (acceptance.stepwise) for (let k = 0; k < verifying; k++) samples[ids[k]]++;
  s.totals.drafts += offered;
  s.totals.generatedTokens += tokens;
  s.untilEnd = least;
  return quiet;
}
