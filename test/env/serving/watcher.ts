/** What metrics should say, found with no short cut: by looking at everyone after every iteration. */
import type { Summary } from '../../../env/serving/metrics.js';
import type { Recorder } from '../../../env/serving/recorder.js';
import type { Replica } from '../../../env/serving/replica.js';
import { State } from '../../../env/serving/requests.js';

/** Σ of the values of a spread of whole numbers. */
export const total = ({ count, mean }: { count: number; mean: number }): number =>
  count === 0 ? 0 : Math.round(count * mean);

/** What `watcher` can see of a summary. */
export const seenBy = (summary: Summary, s: Replica) => ({
  ttft: [summary.ttft.count, total(summary.ttft), summary.ttft.max],
  tbt: [summary.tbt.count, total(summary.tbt), summary.tbt.max],
  delay: [summary.schedulingDelay.count, total(summary.schedulingDelay), summary.schedulingDelay.max],
  starvation: summary.fairness.longestStarvation,
  largestBatch: summary.batchSize.max,
  blockTime:
    s.rules.blocks === Infinity || summary.span === 0
      ? 0
      : Math.round(summary.kvUse.mean * s.rules.blocks * summary.span),
});

/** The same figures. It must be told of every iteration: use it where the policy is asked each time. */
export function watcher() {
  const gaps: number[] = [];
  const firsts: number[] = [];
  const delays: number[] = [];
  const tokens = new Map<number, { n: number; at: number }>();
  const idleSince = new Map<number, number>();
  const begun = new Set<number>();
  let starvation = 0;
  let largestBatch = 0;
  let blockTime = 0;
  let clock = 0;
  let standing = 0;
  let replica: Replica | undefined;
  const used = (s: Replica): number => (s.rules.blocks === Infinity ? 0 : s.rules.blocks - s.free);
  const starved = (time: number): void => {
    starvation = Math.max(starvation, time);
  };
  const serve = (s: Replica, members: readonly number[], from: number): void => {
    blockTime += standing * (from - clock) + used(s) * (s.now - from);
    clock = s.now;
    for (const r of members) {
      if (s.requests.state[r] >= State.finished) continue;
      if (!begun.has(r)) delays.push(from - s.requests.arrival[r]);
      begun.add(r);
      starved(from - (idleSince.get(r) ?? 0));
      idleSince.set(r, s.now);
    }
    largestBatch = Math.max(largestBatch, members.length);
  };
  const recorder: Recorder = {
    arrived(s, r) {
      replica = s;
      idleSince.set(r, s.requests.arrival[r]);
      tokens.set(r, { n: 0, at: s.requests.arrival[r] });
    },
    planned(s) {
      blockTime += standing * (s.now - clock);
      clock = s.now;
      standing = used(s);
    },
    ending: (s, plan, from) => serve(s, Array.from(plan.ids.subarray(0, plan.n)), from),
    repeated: (s, _m, from) => serve(s, Array.from(s.running.ids.subarray(0, s.running.n)), from),
    committed(s) {
      for (const [r, last] of tokens) {
        const n = s.requests.generated[r];
        if (n === last.n) continue;
        (last.n === 0 ? firsts : gaps).push(s.now - last.at);
        tokens.set(r, { n, at: s.now });
      }
    },
    left: (_s, r, time) => starved(time - (idleSince.get(r) ?? 0)),
    idle(s, from) {
      blockTime += used(s) * (s.now - from);
      clock = s.now;
    },
  };
  const told = (list: readonly number[]): number[] => {
    const sum = list.reduce((a, b) => a + b, 0);
    return [list.length, sum, list.length === 0 ? Number.NaN : Math.max(...list)];
  };
  const seen = () => {
    if (replica) {
      const { flight, live, now } = replica;
      const flying = flight ? Array.from(flight.ids.subarray(0, flight.n)) : [];
      for (let k = 0; k < live.n; k++) {
        if (!flying.includes(live.ids[k])) starved(now - (idleSince.get(live.ids[k]) ?? 0));
      }
      blockTime += standing * (now - clock);
    }
    return { ttft: told(firsts), tbt: told(gaps), delay: told(delays), starvation, largestBatch, blockTime };
  };
  return { recorder, seen };
}
