/** `servegym compare`, end to end on tiny episodes. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { servegym, temporaryFolder, writeTrace } from './terminal.js';

const folder = temporaryFolder();
const GRID = '--seeds 2 --load 0.7,0.95 --gamma 2 --schedulers fcfs,srpt,las --beliefs oracle'.split(' ');
/** Two windows of 40 requests, of which about ten fit. */
const windows = writeTrace(join(folder, 'two.csv'), 80);
const TINY = [...GRID, '--trace', windows, '--kv-blocks', '200', '--draft', 'eagle', '--no-pictures'];

const json = async (args: readonly string[]) => {
  const { code, out, err } = await servegym(['compare', ...TINY, '--json', ...args]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
};
const withoutTimes = ({ measured: _times, files: _paths, ...rest }: Record<string, unknown>): string =>
  JSON.stringify(rest);
/** The episodes without wall-clock figures. */
const episodesIn = (at: string): unknown[] =>
  readFileSync(join(at, 'episodes.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), measured: null }));

describe('compare', () => {
  const whole = join(folder, 'whole');
  let first: Awaited<ReturnType<typeof json>>;
  beforeAll(async () => {
    first = await json(['--out', whole]);
  });

  it('gives the same bytes for the same seed, apart from wall-clock figures', async () => {
    const second = await json(['--out', join(folder, 'b')]);
    expect(withoutTimes(second)).toBe(withoutTimes(first));
    expect(episodesIn(join(folder, 'b'))).toEqual(episodesIn(whole));
    const other = await json(['--out', join(folder, 'c'), '--seed', '100']);
    expect(other.rows[0].jct.mean.value).not.toBe(first.rows[0].jct.mean.value);
  });

  it('has a row for each engine, load, scheduler and belief, FCFS first and without a difference to itself', async () => {
    const { rows, capacity, measured } = await json(['--out', join(folder, 'rows'), '--beliefs', 'oracle,declared']);
    const labels = ['fcfs', 'srpt × oracle', 'srpt × declared', 'las'];
    const cells = ['vllm-v1', 'vllm-v1+rank'].flatMap((engine) =>
      [0.7, 0.95].flatMap((load) => labels.map((label) => ({ engine, load, label }))),
    );
    expect(rows.map(({ engine, load, label }: Record<string, unknown>) => ({ engine, load, label }))).toEqual(cells);
    expect(rows[0].difference).toBeNull();
    expect(measured.decisionMicros).toHaveLength(rows.length);
    expect(capacity.gamma).toBe(2);
    for (const row of rows.filter((r: { difference: unknown }) => r.difference !== null)) {
      const { value, low, high } = row.difference.mean;
      expect(low).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(high);
    }
  });

  it.each([
    [[], true],
    [['--requests', '300', '--load', '0.5'], true],
    [['--rules', 'maxBatch=8'], false],
    [['--gamma', '0'], false],
    [['--gpu', 'h100'], false],
    [['--setting', 'chat-long'], false],
  ])('%j: who brings an engine of its own takes part unasked: %s', async (flags, there) => {
    const { out } = await servegym(['compare', ...flags, '--print-config']);
    expect([/ tuned:/.test(out), / policy:/.test(out), / laps-sd/.test(out)]).toEqual([there, there, true]);
  });

  it('shows tuned heuristics and trained policies on the engine that they were made for', async () => {
    const world = ['--requests', '20', '--seeds', '2', '--load', '0.95', '--gamma', '2'];
    const args = [...world, '--no-pictures', '--no-bound'];
    const all = ['--schedulers', 'laps-sd,tuned:chat-long/volume,policy:serve-v0'];
    const { out } = await servegym(['compare', ...args, ...all, '--json', '--out', join(folder, 'main')]);
    const rows: { engine: string; label: string }[] = JSON.parse(out).rows;
    const made = rows.filter(({ label }) => /^(tuned|policy):/.test(label));
    expect(made.map(({ engine, label }) => `${engine} ${label}`)).toEqual(
      ['tuned:chat-long/volume', 'policy:serve-v0'].flatMap((name) =>
        ['learned', 'oracle'].map((belief) => `vllm-v1 ${name} × ${belief}`),
      ),
    );
    expect(rows.filter(({ label }) => label === 'laps-sd × learned')).toHaveLength(2);
    const elsewhere = await servegym([
      'compare',
      ...args,
      '--engine',
      'vllm-v1+rank',
      '--schedulers',
      'policy:serve-v0',
    ]);
    expect(elsewhere.err).toMatch(
      /policy:serve-v0 was trained on vllm-v1, not on vllm-v1\+rank: compare on --engine vllm-v1/,
    );
  });

  it('pairs: on the same seed everybody meets the same requests', () => {
    const episodes = episodesIn(whole) as {
      engine: string;
      seed: number;
      load: number;
      scheduler: string;
      summary: { span: number; requests: object; drafts: object };
    }[];
    for (const seed of [0, 1]) {
      const mine = episodes.filter((e) => e.seed === seed && e.load === 0.7 && e.engine === 'vllm-v1');
      expect(mine).toHaveLength(3);
      expect(new Set(mine.map((e) => JSON.stringify(e.summary.requests))).size).toBe(1);
    }
  });

  it('goes on after an interruption and ends with the same results; with --no-resume it starts anew', async () => {
    const at = join(folder, 'cut');
    const partial = join(at, 'episodes.partial.jsonl');
    const controller = new AbortController();
    const cut = await servegym(['compare', ...TINY, '--out', at], {
      signal: controller.signal,
      interactive: true,
      onErr: () => {
        if (existsSync(partial) && readFileSync(partial, 'utf8').split('\n').length > 6) controller.abort();
      },
    });
    expect(cut.code).toBe(130);
    expect(cut.out).toBe('');
    expect(cut.err).toMatch(/interrupted: \d+ of 24 episodes are kept in .*episodes\.partial\.jsonl/);
    expect(readdirSync(at).sort()).toEqual(['episodes.partial.jsonl', 'yardsticks.partial.jsonl']);
    const kept = readFileSync(partial, 'utf8').trim().split('\n').length - 1;
    expect(kept).toBeGreaterThan(4);
    expect(kept).toBeLessThan(24);

    const anew = join(folder, 'anew');
    cpSync(at, anew, { recursive: true });
    expect((await servegym(['compare', ...TINY, '--out', anew, '--no-resume'])).err).not.toContain('are kept');

    writeFileSync(partial, `${readFileSync(partial, 'utf8')}{"engine": "vllm`); // a crash in the middle of a line
    const resumed = await servegym(['compare', ...TINY, '--out', at]);
    expect(resumed.err).toContain(`${kept} episodes of an interrupted run are kept`);
    expect(withoutTimes(JSON.parse(readFileSync(join(at, 'results.json'), 'utf8')))).toBe(withoutTimes(first));
    expect(episodesIn(at)).toEqual(episodesIn(whole));
    expect(readdirSync(at).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('starts anew where other settings have left something', async () => {
    const at = join(folder, 'stale');
    const partial = join(at, 'episodes.partial.jsonl');
    const [line] = readFileSync(join(whole, 'episodes.jsonl'), 'utf8').split('\n');
    mkdirSync(at);
    writeFileSync(partial, `{"hash":"of other settings"}\n${line}\n`);
    const { err } = await servegym(['compare', ...TINY, '--out', at, '--no-bound']);
    expect(err).not.toContain('are kept');
  });

  it('writes table and pictures, and says what it found', async () => {
    const at = join(folder, 'pictures');
    const { code, out } = await servegym(['compare', ...GRID, '--requests', '40', '--out', at, '--quiet']);
    expect(code).toBe(0);
    expect(readdirSync(at).sort()).toEqual([
      'config.yaml',
      'episodes.jsonl',
      'gantt.png',
      'gantt.svg',
      'latency-load.png',
      'latency-load.svg',
      'results.json',
      'table.md',
      'yardsticks.jsonl',
    ]);
    for (const name of ['gantt', 'latency-load']) {
      const png = readFileSync(join(at, `${name}.png`));
      expect(png.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'));
      expect(png.readUInt32BE(16)).toBeGreaterThan(1000);
      const svg = readFileSync(join(at, `${name}.svg`), 'utf8');
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
      expect(svg).toContain('sans-serif');
      expect(svg).not.toContain('NaN');
    }
    expect(readFileSync(join(at, 'latency-load.svg'), 'utf8')).toContain('mean JCT, seconds');
    expect(readFileSync(join(at, 'table.md'), 'utf8')).toMatch(/^\| fcfs \| – \|/m);
    expect(out).toMatch(/vllm-v1, load 0\.95/);
    expect(out).toMatch(/FCFS spends \d+ % of the JCT waiting/);
    expect(out).toContain('Try next:');
  });

  it('says so where order does not matter', async () => {
    const { out } = await servegym([
      'compare',
      ...TINY,
      '--out',
      join(folder, 'idle'),
      '--engine',
      'vllm-v1',
      '--load',
      '0.1',
      '--kv-blocks',
      '20000',
      '--quiet',
    ]);
    expect(out).toContain('Order does not matter here');
  });
});
