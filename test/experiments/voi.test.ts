/** The value of information on tiny episodes: complete, paired, resumable, and its sentences from known figures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolvePredictor, resolveScheduler } from '../../experiments/catalogue.js';
import { voiFindings } from '../../experiments/voi/findings.js';
import { everybody, type Voi } from '../../experiments/voi/measure.js';
import { sweeps } from '../../experiments/voi/sweeps.js';
import { type Said, servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();

describe('servegym voi', () => {
  const args = ['voi', '--place', 'batch-1', '--seeds', '2', '--requests', '12', '--no-pictures', '--out', folder];
  let said: Said;
  let voi: Voi;
  beforeAll(async () => {
    said = await servegym(args);
    [voi] = (JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as { places: Voi[] }).places;
  });

  it('measures every scheduler at every quality', () => {
    expect(said.code).toBe(0);
    const size = sweeps.reduce((sum, { schedulers, qualities }) => sum + schedulers.length * qualities.length, 0);
    expect(voi.rows).toHaveLength(size);
    for (const { jct, vsFcfs } of voi.rows) {
      expect(jct.value).toBeGreaterThan(0);
      expect(vsFcfs.value).toBeCloseTo(jct.value / voi.fcfs.value - 1, 9);
    }
  });

  it('says how far predictions were off', () => {
    const mae = (quality: string): number =>
      voi.errors.find((each) => each.sweep === 'length' && each.quality === quality)?.error.length.mae ?? Number.NaN;
    expect(mae('oracle')).toBe(0);
    expect(mae('noisy, σ 0.1')).toBeLessThan(mae('noisy, σ 1'));
    expect(mae('learned')).toBeLessThan(mae('none (max_tokens)'));
    const drafts = voi.errors.filter(({ sweep }) => sweep === 'acceptance');
    expect(drafts.map(({ quality }) => quality)).toEqual(sweeps[1].qualities.map(({ label }) => label));
  });

  it('writes a page with the command that makes it again', () => {
    const page = readFileSync(join(folder, 'page.md'), 'utf8');
    expect(page).toContain('servegym voi --place batch-1 --seeds 2 --requests 12 --no-pictures');
    expect(page).not.toMatch(/undefined|NaN/);
    expect(said.out).toContain('Acceptance of drafts');
  });

  it('refuses a place that there is not', async () => {
    const { code, err } = await servegym(['voi', '--place', 'batch-2']);
    expect(code).not.toBe(0);
    expect(err).toContain('unknown place "batch-2": did you mean "batch-1"?');
  });
});

it('everybody is somebody, once', () => {
  const names = everybody().map(({ scheduler, belief }) => `${scheduler} × ${belief}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { scheduler, belief } of everybody()) {
    expect(resolveScheduler(scheduler).name).toBe(scheduler);
    if (belief !== 'none') expect(resolvePredictor(belief).name).toBe(belief);
  }
});

it('says what part of the truth each prediction keeps', () => {
  const [length] = sweeps;
  const point = (value: number) => ({ value, low: value, high: value });
  const worth: Readonly<Record<string, number>> = { oracle: -0.4, learned: -0.3, 'none (max_tokens)': 0.1 };
  const voi: Voi = {
    place: 'here',
    summary: '',
    load: 1,
    capacity: 1,
    waitingShare: 0.5,
    fcfs: point(1),
    errors: [],
    rows: length.qualities.map(({ label }) => ({
      sweep: 'length',
      scheduler: 'srpt',
      quality: label,
      belief: '',
      jct: point(1),
      vsFcfs: point(worth[label] ?? -0.15),
    })),
  };
  const [srpt, trail] = voiFindings(voi);
  expect(srpt).toMatch(/^output length, srpt: the truth is worth 50\.0 %/);
  expect(srpt).toContain('learned 80 %');
  expect(srpt).toContain('eCDF while decoding 50 %');
  expect(trail).toBe('trail: not measured.');
});

it('says no shares where the truth is not the best', () => {
  const [, acceptance] = sweeps;
  const point = (value: number) => ({ value, low: value, high: value });
  const found = (ewma: number): string | undefined => {
    const rows = acceptance.qualities.map(({ label }) => ({
      sweep: acceptance.name,
      scheduler: 'srpt',
      quality: label,
      belief: '',
      jct: point(1),
      vsFcfs: point({ oracle: -0.3, EWMA: ewma }[label] ?? -0.2),
    }));
    const voi: Voi = {
      place: '',
      summary: '',
      load: 1,
      capacity: 1,
      waitingShare: 1,
      fcfs: point(1),
      errors: [],
      rows,
    };
    return voiFindings(voi).find((line) => line.startsWith('acceptance of drafts, srpt'));
  };
  expect(found(-0.35)).toBe(
    "acceptance of drafts, srpt: this rule does not gain from knowing more: with EWMA it is 5.0 % of FCFS's mean JCT below the truth.",
  );
  expect(found(-0.305)).toContain('the truth is worth 10.0 %');
});
