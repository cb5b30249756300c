/** Laws of one state of an engine, whatever came before it. */
import { exitAt } from '../../env/serving/commit.js';
import { before } from '../../env/serving/order.js';
import type { Plan } from '../../env/serving/plan.js';
import type { PrefixCache } from '../../env/serving/prefix.js';
import type { Replica } from '../../env/serving/replica.js';
import { State, Where } from '../../env/serving/requests.js';
import type { Swap } from '../../env/serving/swap.js';
import { checkReserves } from './audit-reserve.js';
import { each, must, mustEqual } from './must.js';

/** Laws of one state, whatever came before. */
export function checkState(s: Replica): void {
  checkLists(s);
  checkColumns(s);
  checkBlocks(s);
  checkReserves(s);
  if (s.prefix) checkCache(s, s.prefix);
  if (s.swap) checkHost(s, s.swap);
}

const byRank = (s: Replica): boolean => s.rules.candidates === 'by-rank';

/** Every live id is in exactly one list, in its place; the lists are in order. */
function checkLists(s: Replica): void {
  const { live, queue, running, held, residents, hidden, requests, rules } = s;
  const moving = s.swap ? s.swap.out.queue.n + s.swap.back.queue.n : 0;
  mustEqual(s, queue.n + running.n + held.n + moving + s.aside.n, live.n, 'queued + running + held + moving');
  mustEqual(s, s.aside.n, 0, 'requests passed over');
  each(live, (r, k) => mustEqual(s, hidden.livePlace[r], k, `place of ${r} among the live`));
  each(queue, (r, k) => {
    mustEqual(s, hidden.queuePlace[r], k, `place of ${r} in the queue`);
    mustEqual(s, hidden.where[r], Where.queue, `where of queued ${r}`);
    if (k > 0) must(s, !before(s, r, queue.ids[(k - 1) >> 1]), () => `the queue is no heap at ${r}`);
  });
  each(held, (r, k) => {
    mustEqual(s, hidden.queuePlace[r], k, `place of ${r} among the held`);
    mustEqual(s, hidden.where[r], Where.held, `where of held ${r}`);
  });
  each(running, (r, k) => {
    mustEqual(s, hidden.where[r], Where.running, `where of running ${r}`);
    must(s, running.ids.indexOf(r) === k, () => `${r} runs twice`);
    if (k > 0 && rules.candidates === 'by-rank' && !s.runningMoved) {
      must(s, before(s, running.ids[k - 1], r), () => `running ${r} stands out of rank`);
    }
  });
  must(s, running.n <= rules.maxBatch, () => `${running.n} run in ${rules.maxBatch} seats`);
  const coming = s.swap?.back.queue.n ?? 0;
  must(s, residents.n + coming <= rules.maxResident, () => `${residents.n} residents, at most ${rules.maxResident}`);
  must(s, running.n + (byRank(s) ? 0 : coming) <= rules.maxBatch, () => `${coming} come to ${running.n} who run`);
  each(residents, (r, k) => {
    must(s, requests.blocks[r] > 0, () => `resident ${r} has no blocks`);
    must(s, residents.ids.indexOf(r) === k, () => `${r} resides twice`);
  });
  each(s.changed, (r, k) => {
    mustEqual(s, hidden.marked[r], 1, `mark of changed ${r}`);
    must(s, s.changed.ids.indexOf(r) === k, () => `${r} changed twice`);
  });
}

/** Columns of the live agree with each other and with the lists. */
function checkColumns(s: Replica): void {
  const { requests, hidden, live, rules } = s;
  let resident = 0;
  each(live, (r) => {
    const prompt = requests.promptTokens[r];
    const generated = requests.generated[r];
    const has = requests.blocks[r] > 0;
    const moving = hidden.where[r] === Where.moving;
    const copied = s.swap !== null && hidden.hostBlocks[r] > 0;
    if (has && !moving) resident++;
    mustEqual(s, requests.known[r], prompt + generated, `known tokens of ${r}`);
    must(
      s,
      generated >= 0 && generated < Math.max(1, hidden.end[r]),
      () => `${r} generated ${generated} of ${hidden.end[r]} and is still here`,
    );
    must(s, requests.drafts[r] <= rules.maxDrafts, () => `${r} holds ${requests.drafts[r]} drafts`);
    must(s, requests.accepted[r] <= requests.proposed[r], () => `${r} accepted more drafts than proposed`);
    must(s, requests.firstToken[r] <= requests.lastToken[r], () => `${r} has its last token before its first`);
    must(
      s,
      generated === 0 || requests.firstToken[r] >= requests.arrival[r],
      () => `${r} has a token before it arrived`,
    );
    const running = hidden.where[r] === Where.running;
    const resting = copied || moving ? State.away : has ? State.paused : State.waiting;
    mustEqual(s, requests.state[r], running ? State.running : resting, `state of ${r}`);
    must(s, running || moving ? has : byRank(s) || !has, () => `${r} has ${requests.blocks[r]} blocks where it stands`);
    must(s, has || copied || requests.computed[r] === 0, () => `${r} has computed tokens and no blocks`);
    must(s, !Number.isNaN(hidden.urgency[r]), () => `${r} has no rank`);
  });
  if (byRank(s)) mustEqual(s, s.residents.n, resident, 'residents');
}

/** The host: copies + free = all, transfers one after another, each copy as large as what it copies. */
function checkHost(s: Replica, { hostFree, leaving, out, back }: Swap): void {
  const { requests, hidden, rules } = s;
  let copies = 0;
  each(s.live, (r) => {
    const copied = hidden.hostBlocks[r];
    copies += copied;
    if (copied > 0) mustEqual(s, copied, Math.ceil(requests.computed[r] / rules.blockSize), `copy of ${r}`);
  });
  must(s, hostFree >= 0, () => `${hostFree} blocks of the host are free`);
  mustEqual(s, copies + hostFree, rules.hostBlocks, 'blocks of the host');
  let frees = 0;
  for (const link of [out, back]) {
    each(link.queue, (r, k) => {
      mustEqual(s, hidden.where[r], Where.moving, `where of ${r}, whose KV is moving`);
      must(s, hidden.hostBlocks[r] > 0, () => `${r} moves and has no copy`);
      must(s, link.ends[k] <= link.until && (k === 0 || link.ends[k] >= link.ends[k - 1]), () => `${r} overtakes`);
      frees += link.frees[k];
    });
  }
  mustEqual(s, leaving, frees, 'blocks that come free');
}

/** Asynchronous: what is in flight of a request is what the plans under way say. */
export function checkFlight(s: Replica, plans: readonly (Plan | null)[]): void {
  const { hidden, requests, live } = s;
  const pending = new Map<number, number>();
  const outputs = new Map<number, number>();
  for (const plan of plans) {
    if (!plan) continue;
    each(plan, (r, k) => {
      if (plan.evictions[k] !== requests.evictions[r]) return;
      pending.set(r, (pending.get(r) ?? 0) + plan.tokens[k]);
      outputs.set(r, (outputs.get(r) ?? 0) + plan.emits[k] + plan.drafts[k]);
    });
  }
  each(live, (r) => {
    if (exitAt(s, r) < s.now) return; // its outputs are thrown away, and it leaves at this border
    mustEqual(s, hidden.pending[r], pending.get(r) ?? 0, `tokens in flight of ${r}`);
    mustEqual(s, hidden.placeholders[r], outputs.get(r) ?? 0, `outputs in flight of ${r}`);
  });
}

/** Blocks: held + free = all, and each request has what its tokens need, before its prompt is computed what that needs where it was allocated. */
function checkBlocks(s: Replica): void {
  const { requests, hidden, live, rules } = s;
  let held = 0;
  each(live, (r) => {
    const blocks = requests.blocks[r];
    held += blocks;
    const away = s.swap !== null && blocks === 0 && hidden.hostBlocks[r] > 0;
    const needed = away ? 0 : Math.ceil(requests.computed[r] / rules.blockSize);
    must(s, blocks >= needed, () => `${r} holds ${blocks} blocks for ${requests.computed[r]} tokens`);
    if (rules.maxDrafts === 0 && !byRank(s) && !s.swap) {
      const early = rules.admissionReserve === 'allocate-prompt' && blocks > 0 && hidden.catchingUp[r] === 1;
      const tokens = early ? requests.known[r] : requests.computed[r];
      mustEqual(s, blocks, Math.ceil(tokens / rules.blockSize), `blocks of ${r}`);
    }
    must(
      s,
      (blocks - 1) * rules.blockSize < rules.maxModelLen,
      () => `${r} holds ${blocks} blocks, more than the model length`,
    );
  });
  must(s, s.free >= 0 && s.free <= rules.blocks, () => `${s.free} blocks are free`);
  if (!s.prefix && rules.blocks !== Infinity) mustEqual(s, held + s.free, rules.blocks, 'held + free blocks');
}

/** The prefix cache: references as the tables say, the free queue a ring of all unused blocks, every hash found again. */
function checkCache(s: Replica, cache: PrefixCache): void {
  const { rules, live, requests } = s;
  const references = new Int32Array(rules.blocks + 1);
  each(live, (r) => {
    const seat = cache.seat[r];
    mustEqual(s, seat > 0 ? 1 : 0, requests.blocks[r] > 0 ? 1 : 0, `block table of ${r}`);
    if (seat === 0) return;
    const table = cache.tables[seat].subarray(0, requests.blocks[r]);
    must(s, new Set(table).size === table.length, () => `${r} holds a block twice`);
    for (const block of table) references[block]++;
    must(s, cache.entered[seat] <= table.length, () => `${r} entered more blocks than it holds`);
  });
  let unused = 0;
  for (let b = 1; b <= rules.blocks; b++) {
    mustEqual(s, cache.references[b], references[b], `references of block ${b}`);
    if (references[b] === 0) unused++;
  }
  mustEqual(s, s.free, unused, 'free blocks');
  let ring = 0;
  for (let b = cache.next[0]; b !== 0; b = cache.next[b]) {
    mustEqual(s, references[b], 0, `references of free block ${b}`);
    mustEqual(s, cache.next[cache.previous[b]], b, `the free queue at block ${b}`);
    if (++ring > unused) break;
  }
  mustEqual(s, ring, unused, 'length of the free queue');
  let chained = 0;
  cache.bucket.forEach((first, slot) => {
    for (let b = first; b !== 0; b = cache.chain[b]) {
      must(
        s,
        cache.hashed[b] === 1 && (cache.hashA[b] & (cache.bucket.length - 1)) === slot,
        () => `block ${b} lies in a wrong bucket`,
      );
      if (++chained > rules.blocks) must(s, false, () => 'a bucket of the prefix cache is a circle');
    }
  });
  mustEqual(
    s,
    chained,
    cache.hashed.reduce((sum, h) => sum + h, 0),
    'blocks under a hash',
  );
}
