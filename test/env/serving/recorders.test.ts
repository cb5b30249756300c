/** Recorders on an episode worked by hand: the table of requests, the timeline, and all of them over save and load. */
import { describe, expect, it } from 'vitest';
import { act, createEngine, type Engine, run, type Setup, toTurn } from '../../../env/serving/engine.js';
import { preset } from '../../../env/serving/presets.js';
import type { Recorder } from '../../../env/serving/recorder.js';
import { createChromeTrace } from '../../../env/serving/recorders/chrome-trace.js';
import {
  createRequestTable,
  type RequestRow,
  requestTableCsv,
  requestTableJsonl,
} from '../../../env/serving/recorders/request-table.js';
import { createTimeline } from '../../../env/serving/recorders/timeline.js';
import { restore } from '../../../env/serving/restore.js';
import { snapshot } from '../../../env/serving/snapshot.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { forAll, randomEpisode } from '../../laws/generators.js';
import { eventful } from '../../laws/policies.js';
import { hand, record } from './recorded-by-hand.js';

describe('request table', () => {
  const rows = record(createRequestTable()).rows();
  const column = (name: keyof RequestRow) => rows.map((row) => row[name]);

  it('has a row per request, by id', () => {
    expect(column('id')).toEqual([0, 1, 2, 3, 4]);
    expect(column('key')).toEqual([100, 101, 102, 103, 104]);
    expect(column('name')).toEqual(['A', 'B, the "second"', 'C', 'D', 'E']);
    expect(column('state')).toEqual(['finished', 'finished', 'finished', 'aborted', 'rejected']);
    expect(column('reason')).toEqual([null, null, null, null, 'model-length']);
  });
  it('tells when what happened', () => {
    expect(column('first_batch_us')).toEqual([0, 0, 10, null, null]);
    expect(column('first_token_us')).toEqual([10, 20, 30, null, null]);
    expect(column('left_us')).toEqual([60, 50, 60, 35, 32]);
    expect(column('deadline_us')).toEqual([60, null, null, null, null]);
  });
  it('tells what that comes to', () => {
    expect(column('ttft_us')).toEqual([10, 20, 30, null, null]);
    expect(column('tpot_us')).toEqual([10, 10, 30, null, null]);
    expect(column('jct_us')).toEqual([60, 50, 60, null, null]);
    expect(column('service_us')).toEqual([60, 50, 30, 0, 0]);
    expect(column('slowdown')).toEqual([1, 50 / 40, 60 / 20, null, null]);
  });
  it('counts evictions and what they cost', () => {
    expect(column('evictions')).toEqual([0, 0, 1, 0, 0]);
    expect(column('recomputed_tokens')).toEqual([0, 0, 5, 0, 0]);
  });
  it('comes back from JSONL', () => {
    const lines = requestTableJsonl(rows).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
  });
  it('comes back from CSV', () => {
    const [heading, ...lines] = parseCsv(requestTableCsv(rows));
    const value = (name: string, cell: string) =>
      ['name', 'state'].includes(name) ? cell : cell === '' ? null : name === 'reason' ? cell : Number(cell);
    const back = lines.map((cells) => Object.fromEntries(heading.map((name, k) => [name, value(name, cells[k])])));
    expect(back).toEqual(rows);
  });
  it('of nobody is a heading', () => {
    expect(requestTableCsv([]).split('\n')).toEqual([expect.stringMatching(/^id,key,.*drafts_accepted$/), '']);
    expect(requestTableJsonl([])).toBe('');
  });
  it('shows unfinished requests as they stand', () => {
    const cut = record(createRequestTable(), { ...hand, horizon: 40 }).rows();
    expect(cut.map((row) => row.state)).toEqual(['running', 'running', 'waiting', 'aborted', 'rejected']);
    expect(cut.map((row) => [row.output_tokens, row.left_us, row.jct_us])[0]).toEqual([4, null, null]);
  });
  it('adds up to the totals of the engine', () => {
    forAll(60, (d) => {
      const { seed, ...episode } = randomEpisode(d, { rules: { unfit: 'reject' } });
      const table = createRequestTable();
      const engine = createEngine({ ...episode, scheduler: eventful(seed, 40), recorders: [table] });
      run(engine);
      const all = table.rows();
      const sum = (of: (row: RequestRow) => number) => all.reduce((total, row) => total + of(row), 0);
      const { totals, requests } = engine.replica;
      expect(sum((row) => row.output_tokens)).toBe(totals.generatedTokens);
      expect(sum((row) => row.evictions)).toBe(totals.evictions);
      expect(sum((row) => row.pauses)).toBe(totals.pauses);
      expect(sum((row) => (row.state === 'finished' ? 1 : 0))).toBe(totals.finished);
      if (totals.evictions === 0) expect(sum((row) => row.recomputed_tokens)).toBe(0);
      for (const row of all) {
        expect(row.service_us).toBe(requests.service[row.id]);
        if (row.first_batch_us !== null && row.first_token_us !== null) {
          expect(row.first_batch_us).toBeGreaterThanOrEqual(row.arrival_us);
          expect(row.first_token_us).toBeGreaterThanOrEqual(row.first_batch_us);
        }
      }
    });
  });
});

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const cells = [...text.matchAll(/("(?:[^"]|"")*"|[^,\n]*)(,|\n)/g)];
  const rows: string[][] = [[]];
  for (const [, cell, end] of cells) {
    rows[rows.length - 1].push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('timeline', () => {
  it('has the bars of the schedule worked by hand', () => {
    const bars = record(createTimeline()).spans.map(({ id, kind, from, to }) => `${'ABCDE'[id]} ${kind} ${from}–${to}`);
    expect(bars.sort()).toEqual([
      'A decode 10–60',
      'A prefill 0–10',
      'B decode 20–50',
      'B prefill 0–20',
      'C prefill 10–30',
      'C prefill 50–60',
      'C wait 0–10',
      'C wait 30–50',
      'D wait 31–35',
    ]);
  });
  it('has the blocks in use at the end of each batch', () => {
    expect(record(createTimeline()).kv.map(({ at, usedBlocks }) => [at, usedBlocks])).toEqual([
      [10, 3],
      [20, 5],
      [30, 6],
      [40, 5],
      [50, 6],
      [60, 5],
    ]);
  });
  it('keeps to its limits', () => {
    const { spans, kv } = record(createTimeline({ requests: 1, points: 4 }));
    expect(new Set(spans.map((span) => span.id))).toEqual(new Set([0]));
    expect(kv.length).toBeLessThanOrEqual(4);
    expect(kv[0].at).toBe(10);
  });
  it('bars of a request follow each other from arrival to end, with no overlap', () => {
    forAll(60, (d) => {
      const { seed, ...episode } = randomEpisode(d, { rules: { unfit: 'reject' } });
      const timeline = createTimeline({ requests: Infinity });
      const engine = createEngine({ ...episode, scheduler: eventful(seed, 40), recorders: [timeline] });
      run(engine);
      const { requests, hidden, now, live } = engine.replica;
      const here = new Set(live.ids.subarray(0, live.n));
      const at = new Map<number, number>();
      for (const { id, from, to } of timeline.spans) {
        expect(from).toBe(at.get(id) ?? requests.arrival[id]);
        expect(to).toBeGreaterThan(from);
        at.set(id, to);
      }
      for (const [id, to] of at) expect(to).toBe(here.has(id) ? now : hidden.left[id]);
    });
  });
  it('a paused request has blocks and no tokens', () => {
    const setup: Setup = {
      ...hand,
      workload: createWorkload({
        name: 'pause',
        arrival: [0, 15],
        promptTokens: [4, 4],
        outputTokens: [5, 2],
        priority: [1, 0],
      }),
      rules: preset('vllm-v1+rank', { blockSize: 4, blocks: 8, maxBatch: 1, maxModelLen: 32, prefixCaching: false }),
      scheduler: () => ({
        name: 'priority',
        decide({ changed, requests }, { rank }) {
          for (let k = 0; k < changed.n; k++) rank[changed.ids[k]] = requests.priority[changed.ids[k]];
        },
      }),
    };
    const bars = record(createTimeline(), setup).spans.map(({ id, kind, from, to }) => `${id} ${kind} ${from}–${to}`);
    expect(bars).toEqual([
      '0 prefill 0–10',
      '1 wait 15–20',
      '0 decode 10–20',
      '1 prefill 20–30',
      '1 decode 30–40',
      '0 paused 20–40',
      '0 decode 40–70',
    ]);
  });
});

describe('saved and loaded', () => {
  const outputs: Record<string, () => [Recorder, () => unknown]> = {
    'request table': () => {
      const table = createRequestTable();
      return [table, () => table.rows()];
    },
    timeline: () => {
      const timeline = createTimeline({ points: 3 });
      return [timeline, () => [timeline.spans, timeline.kv]];
    },
    'chrome trace': () => {
      const trace = createChromeTrace();
      return [trace, () => trace.json()];
    },
  };
  it.each(Object.entries(outputs))('%s: what is taken back and run again is recorded once', (_name, make) => {
    const [recorder, output] = make();
    const engine: Engine = createEngine({ ...hand, recorders: [recorder] });
    for (let turn = 0; turn < 3 && toTurn(engine); turn++) act(engine);
    const saved = snapshot(engine);
    run(engine);
    const once = output();
    restore(engine, saved);
    run(engine);
    expect(output()).toEqual(once);
    const [other, straight] = make();
    run(createEngine({ ...hand, recorders: [other] }));
    expect(once).toEqual(straight());
  });
});
