import { concatMap, count, filter, lastValueFrom, map, take, throttleTime, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { act, createEngine, type Setup, toTurn } from '../../../env/serving/engine.js';
import { type EngineEvent, events$ } from '../../../env/serving/events.js';
import { createMetrics } from '../../../env/serving/metrics.js';
import { fcfs } from '../../../env/serving/policy.js';
import { type PresetName, preset } from '../../../env/serving/presets.js';
import { chatSource } from '../../../env/workloads/chat.js';
import { createWorkload } from '../../../env/workloads/workload.js';

const four: Setup = {
  workload: createWorkload({
    name: 'four',
    arrival: [5, 5, 6, 100],
    promptTokens: [4, 4, 90, 4],
    outputTokens: [6, 6, 1, 1],
    declared: [6, 6, 1, 1],
    abortAt: [Infinity, Infinity, Infinity, 104],
  }),
  rules: preset('vllm-v1', { blockSize: 2, blocks: 9, maxModelLen: 64, prefixCaching: false }),
  cost: constantStep(10),
};

const chat = (name: PresetName = 'vllm-v1', scheduler = fcfs): Setup => ({
  workload: chatSource({ requests: 300, rate: 20 }).sample(4),
  rules: preset(name, { blocks: 250 }),
  cost: constantStep(20_000),
  scheduler,
});

const all = (setup: Setup): Promise<EngineEvent[]> => lastValueFrom(events$(setup).pipe(toArray()));

describe('events$', () => {
  it('tells arrivals, first tokens, evictions, ends and idle time', async () => {
    const said = (await all(four)).map(
      (event) => `${event.kind} ${'id' in event ? event.id : `until ${event.until}`} at ${event.at}`,
    );
    expect(said).toEqual([
      'idle until 5 at 0',
      'arrived 0 at 5',
      'arrived 1 at 5',
      'first-token 0 at 15',
      'first-token 1 at 15',
      'arrived 2 at 6',
      'rejected 2 at 6',
      'evicted 1 at 55',
      'finished 0 at 65',
      'finished 1 at 75',
      'idle until 100 at 75',
      'arrived 3 at 100',
      'aborted 3 at 104',
    ]);
  });

  it.each(['vllm-v1', 'vllm-v1-async', 'vllm-v1+rank'] as const)('of %s agree with the metrics', async (name) => {
    const metrics = createMetrics();
    const events = await all({ ...chat(name), recorders: [metrics] });
    const { requests, evictions, ttft, jct } = metrics.summary();
    const of = (kind: EngineEvent['kind']) => events.filter((event) => event.kind === kind);
    expect(of('arrived')).toHaveLength(requests.arrived);
    expect(of('finished')).toHaveLength(requests.finished);
    expect(of('first-token')).toHaveLength(requests.finished);
    expect(of('evicted')).toHaveLength(evictions);
    expect(evictions).toBeGreaterThan(0);
    const mean = (kind: EngineEvent['kind']): number =>
      of(kind).reduce((sum, event) => sum + ('arrival' in event ? event.at - event.arrival : 0), 0) / of(kind).length;
    expect(mean('first-token')).toBeCloseTo(ttft.mean, 3);
    expect(mean('finished')).toBeCloseTo(jct.mean, 3);
  });

  it('is cold: every subscriber has the episode from its start, and nothing is made for nobody', async () => {
    let made = 0;
    const scheduler = () => {
      made++;
      return fcfs();
    };
    const stream = events$(chat('vllm-v1', scheduler));
    expect(made).toBe(0);
    const [a, b] = await Promise.all([1, 2].map(() => lastValueFrom(stream.pipe(toArray()))));
    expect(a).toEqual(b);
    expect(made).toBe(2);
  });

  it('goes on from an engine under way, which stays where it is', async () => {
    const engine = createEngine(chat());
    for (let k = 0; k < 50 && toTurn(engine); k++) act(engine);
    const { now } = engine.replica;
    const rest = await lastValueFrom(events$(engine).pipe(toArray()));
    expect(engine.replica.now).toBe(now);
    const finishes = (events: readonly EngineEvent[]) => events.filter(({ kind }) => kind === 'finished');
    const before = engine.replica.totals.finished;
    expect(before).toBeGreaterThan(0);
    expect(finishes(rest)).toEqual(finishes(await all(chat())).slice(before));
  });

  it('lets timers have their turn, and stops when nobody listens', async () => {
    let turns = 0;
    const slow = (): ReturnType<typeof fcfs> => ({ ...fcfs(), wakeIn: 1, decide: () => void turns++ });
    const setup = { ...chat('vllm-v1', slow), workload: chatSource({ requests: 20_000, rate: 20 }).sample(4) };
    const from = performance.now();
    const seen = await lastValueFrom(events$(setup, { chunk: 64 }).pipe(throttleTime(5), take(4), count()));
    expect(performance.now() - from).toBeGreaterThan(12);
    expect(seen).toBe(4);
    const stopped = turns;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(turns).toBe(stopped);
  });

  it('waits for what a chunk must pass', async () => {
    let turns = 0;
    const asked = (): ReturnType<typeof fcfs> => ({ ...fcfs(), wakeIn: 1, decide: () => void turns++ });
    const passed: number[] = [];
    const save = concatMap(async (event: EngineEvent) => {
      passed.push(turns);
      await new Promise(setImmediate);
      return event;
    });
    const kinds = events$({ ...four, scheduler: asked }, { chunk: 1, through: save }).pipe(
      filter(({ kind }) => kind !== 'idle'),
      map(({ kind }) => kind),
      toArray(),
    );
    expect(await lastValueFrom(kinds)).toHaveLength(11);
    expect(passed).toEqual(passed.toSorted((a, b) => a - b));
    expect(new Set(passed).size).toBeGreaterThan(5);
  });

  it('passes errors on', async () => {
    const wrong = (): ReturnType<typeof fcfs> => ({
      ...fcfs(),
      name: 'wrong',
      wakeIn: 1,
      decide: ({ live }, { rank }) => void rank.fill(Number.NaN, 0, live.n + 1),
    });
    await expect(all(chat('vllm-v1', wrong))).rejects.toThrow('wrong');
  });
});
