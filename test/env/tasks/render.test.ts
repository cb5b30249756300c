/** Frames of a task: what they show, how large they are, and that looking changes nothing. */
import { describe, expect, it } from 'vitest';
import { act, createEngine, toTurn } from '../../../env/serving/engine.js';
import { ansiFrame } from '../../../env/tasks/render/ansi.js';
import { createFilm } from '../../../env/tasks/render/film.js';
import { count, duration, short } from '../../../env/tasks/render/words.js';
import type { TaskNames } from '../../../experiments/tasks/names.js';
import { openNamedTask } from '../../../experiments/tasks/open.js';
import { tinySetup } from './tiny-setup.js';

const SMALL: TaskNames = { requests: 40, load: 1.1 };

/** Plays Pick-v0, always the first legal choice; `look` is called after each step. */
function play(names: TaskNames, look: (env: ReturnType<typeof openNamedTask>) => void = () => {}) {
  const env = openNamedTask('Pick-v0', { ...SMALL, ...names });
  const seen: unknown[] = [];
  let [observation, info] = env.reset({ seed: 3 });
  for (let over = false; !over; ) {
    const action = (info.action_mask as Uint8Array).indexOf(1);
    const [next, reward, terminated, truncated, after] = env.step(action);
    seen.push([Array.from(observation as Float32Array), reward, terminated, truncated, after]);
    [observation, info] = [next, after];
    look(env);
    over = terminated || truncated;
  }
  return { env, seen };
}

describe('rendering', () => {
  it.each(['ansi', 'svg'])('in mode %s changes no number', (renderMode) => {
    const plain = play({});
    const drawn = play({ renderMode }, (env) => env.render());
    expect(drawn.seen).toEqual(plain.seen);
  });

  it('needs a mode, an episode, and a history for pictures', () => {
    expect(() => openNamedTask('Pick-v0', { ...SMALL, renderMode: 'mp4' })).toThrow(
      '"mp4" is not one of ansi, svg, png',
    );
    const none = openNamedTask('Pick-v0', SMALL);
    none.reset({ seed: 1 });
    expect(() => none.render()).toThrow('without a render mode');
    const early = openNamedTask('Pick-v0', { ...SMALL, renderMode: 'ansi' });
    expect(() => early.render()).toThrow('call reset() first');
    early.reset({ seed: 1 });
    expect(() => early.frame('svg')).toThrow('nothing was kept for svg');
    expect(() => early.frame('mp4')).toThrow('"mp4" is not one of');
  });

  it('goes on in a fork, which has the same frame and goes its own way', () => {
    const env = openNamedTask('Pick-v0', { ...SMALL, renderMode: 'svg' });
    env.reset({ seed: 3 });
    const legal = (of: typeof env): number => (of.actionMasks?.() ?? new Uint8Array([1])).indexOf(1);
    for (let k = 0; k < 20; k++) env.step(legal(env));
    const twin = env.fork?.() as typeof env;
    const frame = env.render();
    expect(twin.render()).toBe(frame);
    twin.step(legal(twin));
    expect(twin.render()).not.toBe(frame);
    expect(env.render()).toBe(frame);
  });
});

describe('a picture', () => {
  const { env } = play({ renderMode: 'png' });
  const svg = String(env.frame('svg'));

  it('is SVG with a bar for everyone in the window, and the strips', () => {
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    for (const words of ['KV in use', 'waiting', 'prefill', 'decode', 'time, seconds', '40 finished'])
      expect(svg).toContain(words);
    const labels = [...svg.matchAll(/>#(\d+)</g)].map(([, id]) => Number(id));
    expect(labels.length).toBeGreaterThan(15);
    expect(labels).toEqual([...labels].sort((a, b) => a - b));
    const heights = [...svg.matchAll(/<rect x="[\d.]+" y="([\d.]+)"[^>]*fill="#0072B2"/g)].map(([, y]) => y);
    expect(new Set(heights).size).toBe(41); // everyone decoded; the legend
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('has everything inside its frame', () => {
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) as unknown as [string, number, number];
    for (const [, x, y, w, h] of svg.matchAll(
      /<rect x="([-\d.]+)" y="([-\d.]+)" width="([-\d.]+)" height="([-\d.]+)"/g,
    )) {
      expect(Math.min(Number(x), Number(y), Number(w), Number(h))).toBeGreaterThanOrEqual(0);
      expect(Number(x) + Number(w)).toBeLessThanOrEqual(Number(width));
      expect(Number(y) + Number(h)).toBeLessThanOrEqual(Number(height));
    }
  });

  it('is a PNG when asked for, the same bytes each time', () => {
    const png = env.render() as Uint8Array;
    expect(Array.from(png.slice(1, 4), (code) => String.fromCharCode(code)).join('')).toBe('PNG');
    expect(Buffer.compare(png, env.render() as Uint8Array)).toBe(0);
  });
});

describe('a text frame', () => {
  const engine = createEngine(tinySetup());
  const film = createFilm('ansi');
  if (film === null) throw new Error('no film');
  for (let turn = 0; turn < 4 && toTurn(engine); turn++) act(engine);
  toTurn(engine);
  const lines = (columns: number, rows: number): string[] => ansiFrame(engine, film, { columns, rows }).split('\n');

  it('says who runs, how far, and who waits', () => {
    const { replica: s } = engine;
    const text = lines(100, 40);
    expect(text[3]).toContain(`${s.live.n}: ${s.running.n} running, ${s.live.n - s.running.n} waiting`);
    expect(text.filter((line) => line.startsWith('▶'))).toHaveLength(s.running.n);
    expect(text.filter((line) => line.startsWith('·'))).toHaveLength(s.live.n - s.running.n);
    const r = s.running.ids[0];
    const own = text.find((line) => line.includes(`#${r} `));
    expect(own).toContain(`${s.requests.generated[r]} of ${count(s.beliefs.length[r])}`);
    expect(text[1]).toContain(`of ${count(s.rules.blocks)} blocks`);
    expect(text.at(-1)).toContain('nothing was decided yet');
  });

  it.each([
    [48, 10],
    [80, 12],
    [120, 24],
  ])('fits %i columns and %i rows, and counts whom it leaves out', (columns, rows) => {
    const text = lines(columns, rows);
    expect(text.length).toBeLessThanOrEqual(rows);
    for (const line of text) expect(line.length).toBeLessThanOrEqual(columns);
    const shown = text.filter((line) => /^[▶·‖]/.test(line)).length;
    const more = text.flatMap((line) => /… (\d+) more/.exec(line)?.[1] ?? []).reduce((sum, n) => sum + Number(n), 0);
    expect(shown + more).toBe(engine.replica.live.n);
  });
});

it('writes figures short', () => {
  expect([1234.5, 12.345, 1.2345, 0.1234, 3, -1.5, 0, Infinity, Number.NaN].map(short)).toEqual([
    '1,235',
    '12.3',
    '1.23',
    '0.123',
    '3',
    '−1.50',
    '0',
    '∞',
    '–',
  ]);
  expect(duration(31_200)).toBe('31.2 ms');
  expect(duration(4_510_000)).toBe('4.51 s');
  expect(count(12_345)).toBe('12,345');
});
