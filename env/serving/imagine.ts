/** Prospects of a policy: its engine played on in a future drawn from beliefs, again and again in the same memory. */
import { luck } from '../random.js';
import { constantAcceptance } from '../workloads/acceptance/constant.js';
import { createWorkload, type Workload } from '../workloads/workload.js';
import type { Engine, Setup } from './engine.js';
import { toTurnBefore } from './loop.js';
import type { Episode, ImaginedRequest, Prospect } from './policy.js';
import type { Recorder } from './recorder.js';
import { alphaOf, lengthBeyond, resample } from './resample.js';
import { load } from './restore.js';
import { broken, type Slo } from './slo.js';
import { type Snapshot, snapshot } from './snapshot.js';

/** Requests that may come in a prospect. */
const MOST = 256;

/** @param create makes the engine in which it is imagined, once */
export function imagineFor(engine: Engine, create: (setup: Setup) => Engine): NonNullable<Episode['imagine']> {
  const { setup } = engine;
  let moment: Snapshot | undefined;
  let twin: Engine | undefined;
  const misses = countMisses(setup.promises ?? []);
  return (prospect) => {
    moment = snapshot(engine, moment);
    twin ??= create({
      ...setup,
      imagined: true,
      recorders: [misses],
      capacity: Math.max(setup.capacity ?? 0, setup.workload.count) + MOST,
    });
    load(twin, moment);
    resample(twin, prospect.seed, futureOf(prospect, Math.max(1, setup.rules.drafts)));
    misses.count = 0;
    const { totals } = twin.replica;
    const before = totals.areaInSystem;
    for (let open = twin.asking || toTurnBefore(twin, Infinity); open; open = toTurnBefore(twin, Infinity))
      twin.scheduler.decide(twin.view, twin.replica.decision);
    return {
      inSystem: twin.outcome === 'stuck' ? Infinity : totals.areaInSystem - before,
      missed: misses.count,
    };
  };
}

function countMisses(promises: readonly Slo[]): Recorder & { count: number } {
  return {
    count: 0,
    left(s, r, time) {
      if (broken(s, r, time, promises[s.requests.slo[r]] ?? {})) this.count++;
    },
  };
}

/** Those who come, with lengths and luck drawn from what is believed of them. @throws Error if there are too many */
function futureOf({ seed, arrivals }: Prospect, gamma: number): Workload | undefined {
  const { length: count } = arrivals;
  if (count === 0) return undefined;
  if (count > MOST) throw new Error(`a prospect has ${count} arrivals, expected at most ${MOST}`);
  const draw = luck(seed, 'imagined lengths');
  const of = (read: (request: ImaginedRequest) => number): number[] => arrivals.map(read);
  const key = arrivals.map((_, k) => -1 - k); // nobody who is real
  const outputTokens = arrivals.map(({ length, lengthSpread, declared }, k) =>
    Math.min(
      Math.max(1, declared),
      Math.max(1, Math.round(lengthBeyond(0, length, lengthSpread, (i) => draw(key[k], i)))),
    ),
  );
  return createWorkload({
    name: 'imagined',
    arrival: of(({ arrival }) => arrival),
    promptTokens: of(({ promptTokens }) => promptTokens),
    declared: of(({ declared }) => declared),
    priority: of(({ priority }) => priority),
    tenant: of(({ tenant }) => tenant),
    slo: of(({ slo }) => slo),
    outputTokens,
    key,
    acceptance: constantAcceptance(
      of(({ acceptance }) => alphaOf(acceptance, gamma)),
      key,
      seed,
    ),
  });
}
