/** Switching between schedulers: each says what it would have said alone; the agent is asked by the period. */
import { describe, expect, it } from 'vitest';
import { act, toTurn } from '../../../env/serving/engine.js';
import { switching } from '../../../env/tasks/switching.js';
import { resolveScheduler } from '../../../experiments/catalogue.js';
import { leftAt, runSmall, startSmall } from '../../contracts/small-world.js';
import { play, smallTask } from './small.js';

const make = (spec: string) => resolveScheduler(spec).make;
const WORLD = { engine: 'vllm-v1+rank', seed: 4 } as const;

describe('switching', () => {
  it('is the scheduler that has the say', () => {
    for (const spec of ['srpt', 'laps-sd', 'mlfq', 'edf'])
      expect(leftAt(runSmall({ ...WORLD, scheduler: switching([make(spec), make('fcfs')]).make }))).toEqual(
        leftAt(runSmall({ ...WORLD, scheduler: make(spec) })),
      );
  });

  it('to and fro ends where one that was never left does, as far as ranks are of the columns alone', () => {
    const leader = switching([make('srpt'), make('sjf'), make('srpt')]);
    const engine = startSmall({ ...WORLD, scheduler: leader.make });
    for (let k = 0; toTurn(engine); k++) {
      leader.choose(k % 2 === 0 ? 0 : 2);
      act(engine);
    }
    expect(leftAt(engine)).toEqual(leftAt(runSmall({ ...WORLD, scheduler: make('srpt') })));
  });

  it('changes the order for everybody at once', () => {
    const leader = switching([make('fcfs'), make('srpt')]);
    const engine = startSmall({ ...WORLD, scheduler: leader.make });
    while (toTurn(engine) && engine.replica.live.n < 5) act(engine);
    leader.choose(1);
    act(engine);
    const { live, decision, beliefs, requests } = engine.replica;
    for (let k = 0; k < live.n; k++) {
      const r = live.ids[k];
      expect(decision.rank[r]).toBe(beliefs.length[r] - requests.generated[r]);
    }
  });
});

describe('Select-v0', () => {
  it('asks once a period while somebody is here, whatever happens meanwhile', () => {
    const { times } = play(smallTask('Select-v0', { periodS: 0.5, load: 1 }), () => 0);
    const gaps = times.slice(1, -1).map((time, k) => time - times[k]);
    expect(gaps.length).toBeGreaterThan(5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.5);
    expect(Math.min(...gaps)).toBeLessThan(0.6);
  });

  it('takes the heuristics it is given', () => {
    const env = smallTask('Select-v0', { heuristics: ['srpt', 'volume', 'fcfs', 'hrrn'] });
    expect(String(env.actionSpace)).toBe('Discrete(4)');
    expect(() => smallTask('Select-v0', { heuristics: ['srpt'] })).toThrow('heuristics has 1, expected at least 2');
  });
});

describe('worlds that do not fit', () => {
  it.each([
    ['Memory-v0', { engine: 'vllm-v1' }, 'needs an engine that goes by rank (vllm-v1+rank)'],
    ['Draft-v0', { rules: { drafts: 0, maxDrafts: 0 } }, 'needs an engine that drafts'],
    ['Speculate-v0', { rules: { drafts: 0, maxDrafts: 0 } }, 'needs an engine that drafts'],
    ['Chunk-v0', { least: 1e6 }, 'expected less than the engine'],
    ['Queue-v0', { engine: 'vllm-v1' }, 'needs an engine of one seat'],
  ])('%s says so', (id, names, told) => {
    expect(() => smallTask(id, { base: 'srpt', ...names })).toThrow(told);
  });
});
