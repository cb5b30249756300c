/** A trace for chrome://tracing, of an episode worked by hand. */
import { describe, expect, it } from 'vitest';
import type { Setup } from '../../../env/serving/engine.js';
import { createChromeTrace, type TraceEvent } from '../../../env/serving/recorders/chrome-trace.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { hand, record } from './recorded-by-hand.js';

describe('chrome trace', () => {
  const parsed = (text: string): TraceEvent[] => JSON.parse(text).traceEvents;
  const events = parsed(record(createChromeTrace()).json());
  const ofKind = (ph: string): TraceEvent[] => events.filter((event) => event.ph === ph);

  it('names processes and tracks, and uses no other', () => {
    const names = ofKind('M').map(({ name, pid, tid, args }) => `${name} ${pid} ${tid} ${args?.name}`);
    expect(names).toContain('process_name 1 0 engine');
    expect(names).toContain('process_name 2 0 requests');
    expect(names).toContain('thread_name 2 3 request 2 (key 102)');
    const tracks = new Set(
      ofKind('M')
        .filter((e) => e.name === 'thread_name')
        .map((e) => `${e.pid} ${e.tid}`),
    );
    for (const { pid, tid } of [...ofKind('X'), ...ofKind('i')]) expect(tracks).toContain(`${pid} ${tid}`);
  });
  it('is well-formed: whole µs, slices of some length, counters of numbers', () => {
    expect(new Set(events.map((event) => event.ph))).toEqual(new Set(['M', 'X', 'C', 'i']));
    for (const event of events) expect(Number.isInteger(event.ts)).toBe(true);
    for (const event of ofKind('X')) expect(event.dur).toBeGreaterThan(0);
    for (const event of ofKind('C'))
      for (const value of Object.values(event.args ?? {})) expect(typeof value).toBe('number');
  });
  it('marks evictions and who left unserved', () => {
    expect(ofKind('i').map(({ name, tid, ts }) => `${name} ${tid - 1} ${ts}`)).toEqual([
      'evicted 2 30',
      'rejected 4 32',
      'aborted 3 35',
    ]);
  });
  it('batches cover the time in which the engine is busy, a leap in one slice', () => {
    const batches = ofKind('X').filter((event) => event.pid === 1);
    expect(batches.reduce((sum, { dur = 0 }) => sum + dur, 0)).toBe(60);
    const long: Setup = {
      ...hand,
      workload: createWorkload({ name: 'one', arrival: [0], promptTokens: [4], outputTokens: [12], declared: [12] }),
    };
    const slices = parsed(record(createChromeTrace(), long).json()).filter(
      (event) => event.ph === 'X' && event.pid === 1,
    );
    expect(slices.map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
      ['batch', 0, 10],
      ['11 batches', 10, 110],
    ]);
  });
});
