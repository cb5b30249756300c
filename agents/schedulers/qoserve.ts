/**
 * QoServe (Niyama): deadlines by class, hybrid order, dynamic chunks, relegation (branch niyama_asplos2026 of sarathi-serve).
 *
 *     rank     = arrival + limit of its class + 8 ms · remaining prompt tokens      prompts; who decodes goes before them
 *     relegate : behind all others if now + remaining prompt/throughput > arrival + limit
 *     chunk    = largest of 128, 256 … 2048 in steps of 256, 2552 whose believed time · 1.2 fits the least slack
 *
 * The chunk (tokens of the iteration) is small only while a decode is about to be late: the n-th token of a class 0
 * request is due at arrival + limit + (n − 1)·gap, the last token of any other at arrival + limit. At most 512 while free
 * blocks are low. Throughput is a mean of tokens/length of iterations that forgets at .995, from 8,500 tokens/s.
 *
 * State kept: throughput. Information: classes (`slo`) and their limits, the believed cost. Limits of the source: 6, 600
 * and 1,800 s. Ours: the gap of class 0 (50 ms), what low is (a tenth of the blocks), a relegated request is judged anew every turn, and
 * in the believed time the context of prefills is the longest of those under way.
 */
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';
import { createBelievedBatch } from './believed-batch.js';

export interface QoserveOptions {
  /** Limits by class, µs after arrival: first token of class 0, last token of the others; the last one is that of all further classes [6, 600, 1800 s]. */
  readonly limits?: readonly Micros[];
  /** Longest time between tokens of class 0 [50 ms]. */
  readonly gap?: Micros;
}

const CHUNKS = [128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2552];
const CHUNK_IF_LOW = 512;
const LOW = 0.1;
const SAFETY = 1.2;
const MICROS_PER_TOKEN = 8000;
const MEMORY = 0.995;
/** Tokens per µs at first. */
const FIRST_THROUGHPUT = 0.0085;
/** Those who decode, and those who are relegated, lie so far below and above the others. */
const CLASS = 2 ** 50;

export const qoserve = (options: QoserveOptions = {}): Scheduler => {
  let decide: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'qoserve',
    scope: 'all',
    reset(episode) {
      decide = start(episode, options);
    },
    decide(view, out) {
      decide(view, out);
    },
  };
};

function start(episode: Episode, { limits = [6e6, 600e6, 1800e6], gap = 50_000 }: QoserveOptions) {
  const { requests, rules } = episode;
  const { arrival, slo, promptTokens, computed, generated } = requests;
  const believed = createBelievedBatch(episode);
  const throughput = episode.cells(Float64Array, 1);
  throughput[0] = FIRST_THROUGHPUT;
  const seen = episode.cells(Float64Array, 1); // end of the last iteration counted

  const due = (r: RequestId): Micros => arrival[r] + limits[Math.min(slo[r], limits.length - 1)];

  function measure({ batch, now }: ReplicaView): void {
    if (batch.n === 0 || batch.length === 0 || now <= seen[0]) return;
    seen[0] = now;
    let tokens = 0;
    for (let k = 0; k < batch.n; k++) tokens += batch.tokens[k];
    throughput[0] = MEMORY * throughput[0] + (1 - MEMORY) * (tokens / batch.length);
  }

  function rankOf(r: RequestId, now: Micros): number {
    if (generated[r] > 0 && computed[r] > 0) return due(r) - CLASS;
    const remaining = Math.max(0, promptTokens[r] - computed[r]);
    const late = now + remaining / throughput[0] > due(r);
    return due(r) + MICROS_PER_TOKEN * remaining + (late ? CLASS : 0);
  }

  /** Tokens of the next iteration: the largest chunk that makes nobody who decodes late. */
  function chunk({ running, pool, now }: ReplicaView): number {
    believed.read(running);
    let slack = Infinity;
    for (let k = 0; k < running.n; k++) {
      const r = running.ids[k];
      if (generated[r] === 0) continue;
      slack = Math.min(slack, (slo[r] === 0 ? due(r) + generated[r] * gap : due(r)) - now);
    }
    const most = pool.free < LOW * pool.total ? CHUNK_IF_LOW : rules.tokenBudget;
    let best = CHUNKS[0];
    for (let k = 1; k < CHUNKS.length && CHUNKS[k] <= most; k++) {
      if (SAFETY * believed.time(CHUNKS[k]) <= slack) best = CHUNKS[k];
    }
    return best;
  }

  return (view: ReplicaView, out: BatchDecision): void => {
    measure(view);
    for (let k = 0; k < view.live.n; k++) out.rank[view.live.ids[k]] = rankOf(view.live.ids[k], view.now);
    out.tokenBudget = chunk(view);
  };
}
