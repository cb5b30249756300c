import { describe, expect, it } from 'vitest';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { createEvents, type EngineEvent } from '../../../env/serving/events.js';
import { preset } from '../../../env/serving/presets.js';
import { createWorkload } from '../../../env/workloads/workload.js';

describe('events', () => {
  const events = createEvents();
  const engine = (seen: EngineEvent[]) => {
    const subscription = events.events.subscribe((event) => seen.push(event));
    const workload = createWorkload({
      name: 'four',
      arrival: [5, 5, 6, 100],
      promptTokens: [4, 4, 90, 4],
      outputTokens: [6, 6, 1, 1],
      declared: [6, 6, 1, 1],
      abortAt: [Infinity, Infinity, Infinity, 104],
    });
    const rules = preset('vllm-v1', { blockSize: 2, blocks: 9, maxModelLen: 64, prefixCaching: false });
    return { engine: createEngine({ workload, rules, cost: constantStep(10), recorders: [events] }), subscription };
  };

  it('tell arrivals, evictions, ends and idle time', () => {
    const seen: EngineEvent[] = [];
    const { engine: e, subscription } = engine(seen);
    run(e);
    subscription.unsubscribe();
    const short = seen.map(
      (event) => `${event.kind} ${'id' in event ? event.id : `until ${event.until}`} at ${event.at}`,
    );
    expect(short.slice(0, 5)).toEqual([
      'idle until 5 at 0',
      'arrived 0 at 5',
      'arrived 1 at 5',
      'arrived 2 at 6',
      'rejected 2 at 6',
    ]);
    expect(short.filter((text) => text.startsWith('evicted'))).toEqual(['evicted 1 at 55']);
    expect(short.filter((text) => text.startsWith('finished'))).toHaveLength(2);
    expect(short.slice(-2)).toEqual(['arrived 3 at 100', 'aborted 3 at 104']);
  });

  it('are not made when nobody listens, and the stream ends when told so', () => {
    const seen: EngineEvent[] = [];
    const { engine: e, subscription } = engine(seen);
    subscription.unsubscribe();
    run(e);
    expect(seen).toEqual([]);
    let ended = false;
    events.events.subscribe({
      complete: () => {
        ended = true;
      },
    });
    events.complete();
    expect(ended).toBe(true);
  });
});
