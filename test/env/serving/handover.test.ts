import { describe, expect, it } from 'vitest';
import { srpt } from '../../../agents/schedulers/srpt.js';
import { stream } from '../../../env/random.js';
import { affineCost } from '../../../env/serving/cost/affine.js';
import { createEngine, type Engine, run, type Setup } from '../../../env/serving/engine.js';
import { advanceTo, announceNext, createBeside, handOver, take } from '../../../env/serving/handover.js';
import { fcfs } from '../../../env/serving/policy.js';
import { type PresetName, preset } from '../../../env/serving/presets.js';
import { State } from '../../../env/serving/requests.js';
import { createWorkload, type Workload } from '../../../env/workloads/workload.js';
import { oracle } from '../../../predictors/oracle.js';

const cost = affineCost({ base: 900, perSequence: 40, perPrefillToken: 30, perContextToken: 1 });

function workloadOf(count: number, gap: number): Workload {
  const draws = stream(7, 'handover');
  let time = 0;
  return createWorkload({
    name: 'handover',
    arrival: Float64Array.from({ length: count }, () => {
      time += Math.floor(gap * draws.next());
      return time;
    }),
    promptTokens: Int32Array.from({ length: count }, () => 1 + Math.floor(60 * draws.next())),
    outputTokens: Int32Array.from({ length: count }, () => 1 + Math.floor(40 * draws.next())),
    declared: new Int32Array(count).fill(40),
  });
}

const setupOf = (name: PresetName, workload: Workload): Setup => ({
  workload,
  rules: preset(name, name === 'serial' ? {} : { maxBatch: 6, blocks: 40, maxModelLen: 200 }),
  cost,
  scheduler: name === 'vllm-v1-async' ? fcfs : srpt,
  predictor: oracle,
});

const columnsOf = ({ replica: { requests, hidden } }: Engine, count: number): number[][] =>
  [hidden.left, requests.firstToken, requests.service, requests.evictions].map((c) => [...c.slice(0, count)]);

/** Σ JCT of all requests of an episode. */
const totalTime = ({ replica: { requests, hidden } }: Engine, count: number): number =>
  hidden.left.slice(0, count).reduce((sum, left, r) => sum + left - requests.arrival[r], 0);

const PRESETS = ['vllm-v1', 'vllm-v1-async', 'vllm-v1+rank', 'serial'] as const;

describe.each(PRESETS)('taking requests on %s', (name) => {
  it('is the same as letting them arrive', () => {
    const workload = workloadOf(60, 9_000);
    const alone = createEngine(setupOf(name, workload));
    run(alone);
    const given = createEngine({ ...setupOf(name, workload), delivery: 'taken' });
    for (let row = 0; row < workload.count; row++) {
      advanceTo(given, workload.arrival[row]);
      take(given, announceNext(given));
    }
    expect(run(given)).toBe('drained');
    expect(columnsOf(given, workload.count)).toEqual(columnsOf(alone, workload.count));
    expect(given.replica.totals.areaInSystem).toBe(alone.replica.totals.areaInSystem);
  });
});

/** Two engines, requests in turns; every third one that lives moves over once. */
function fleetOf(
  name: PresetName,
  withKv: boolean,
): { engines: Engine[]; moved: number; kept: number; workload: Workload } {
  const workload = workloadOf(80, 7_000);
  const setup = setupOf(name, workload);
  const home = createEngine({ ...setup, delivery: 'taken' });
  const other = createBeside(home, { rules: setup.rules, cost, scheduler: srpt });
  const engines = [home, other];
  let moved = 0;
  let kept = 0;
  for (let row = 0; row < workload.count; row++) {
    for (const engine of engines) advanceTo(engine, workload.arrival[row]);
    take(engines[row % 2], announceNext(home));
    if (row % 3 !== 0) continue;
    const { live } = home.replica;
    if (live.n === 0) continue;
    moved++;
    if (handOver(home, live.ids[0], other, withKv)) kept++;
  }
  for (const engine of engines) expect(run(engine)).toBe('drained');
  return { engines, moved, kept, workload };
}

describe.each(['vllm-v1', 'vllm-v1+rank'] as const)('two engines of one episode on %s', (name) => {
  it.each([true, false])('lose nobody and no time, with KV %s', (withKv) => {
    const { engines, moved, kept, workload } = fleetOf(name, withKv);
    const [home, other] = engines;
    expect(moved).toBeGreaterThan(5);
    expect(kept > 0).toBe(withKv);
    const { state, generated } = home.replica.requests;
    for (let r = 0; r < workload.count; r++) {
      expect(state[r]).toBe(State.finished);
      expect(generated[r]).toBe(home.replica.hidden.end[r]);
    }
    const area = engines.reduce((sum, { replica }) => sum + replica.totals.areaInSystem, 0);
    expect(area).toBe(totalTime(home, workload.count));
    for (const { replica } of engines) {
      expect(replica.free).toBe(replica.rules.blocks);
      expect(replica.live.n).toBe(0);
    }
    expect(home.replica.totals.finished + other.replica.totals.finished).toBe(workload.count);
  });

  it('KV that goes along is not computed again', () => {
    const along = fleetOf(name, true).engines[1].replica.totals;
    const again = fleetOf(name, false).engines[1].replica.totals;
    expect(along.recomputedTokens).toBeLessThan(again.recomputedTokens);
  });
});

describe('what is refused', () => {
  const workload = workloadOf(3, 5_000);
  const setup = setupOf('vllm-v1', workload);
  it('a request that is somewhere else, engines of two episodes, a request before its arrival', () => {
    const home = createEngine({ ...setup, delivery: 'taken' });
    const other = createBeside(home, { rules: setup.rules, cost });
    const stranger = createEngine(setup);
    const r = announceNext(home);
    if (workload.arrival[0] > 0) expect(() => take(home, r)).toThrow(/arrives at/);
    advanceTo(home, workload.arrival[0]);
    take(home, r);
    expect(() => take(other, r)).toThrow(/in an engine already/);
    expect(() => handOver(other, r, home, false)).toThrow(/not in the engine it should leave/);
    expect(() => handOver(home, r, stranger, false)).toThrow(/do not share an episode/);
    expect(() => createBeside(home, { rules: preset('vllm-v1-async'), cost })).toThrow(/asyncDepth is 1, expected 0/);
  });
});
