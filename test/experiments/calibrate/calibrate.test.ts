/** Calibration finds the times of made-up engines again, whatever stands in the way. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linesTime } from '../../../env/serving/cost/lines.js';
import { type Calibration, calibrate } from '../../../experiments/calibrate/calibrate.js';
import { readLog } from '../../../experiments/calibrate/log.js';
import { temporaryFolder } from '../terminal.js';
import { asCsv, type LogOptions, type LogRow, MIXED, madeUp } from './made-up.js';

const folder = temporaryFolder();
let files = 0;

async function fitted(
  rows: readonly LogRow[],
  columns?: readonly (keyof LogRow)[],
  options = { holdout: 0.5, seed: 0 },
): Promise<Calibration> {
  const file = join(folder, `${files++}.csv`);
  writeFileSync(file, asCsv(rows, columns));
  return calibrate(await readLog(file), options);
}
const errorOf = ({ errors }: Calibration, phase: string): number =>
  errors.find((each) => each.phase === phase && each.sequences === undefined)?.mean ?? Number.NaN;
const of = (options: LogOptions, columns?: readonly (keyof LogRow)[]) => fitted(madeUp(options), columns);

describe('calibrate', () => {
  it('finds clean times again, to a fraction of a per cent, with nothing but the four columns', async () => {
    const found = await of({}, []);
    expect(errorOf(found, 'decode')).toBeLessThan(0.006);
    expect(errorOf(found, 'prefill')).toBeLessThan(0.006);
    expect(found.padded).toBe(false);
    expect(found.warmup).toEqual({ decode: 0, prefill: 0, mixed: 0 });
  });

  it('keeps the step of a kernel that one line would smooth away', async () => {
    const time = linesTime((await of({ rows: 6000 })).card);
    const step = time.decode(72, 0, 0) - time.decode(56, 0, 0);
    expect(step).toBeGreaterThan(1500);
    expect(step).toBeLessThan(2200);
  });

  it('is as wrong as the noise is, not more', async () => {
    const found = await of({ noise: 0.1 }); // mean error of the truth: 5 %
    expect(errorOf(found, 'decode')).toBeLessThan(0.06);
    expect(errorOf(found, 'prefill')).toBeLessThan(0.06);
    for (const each of found.errors) expect(each.p95).toBeLessThan(0.2);
  });

  it('is not moved by outliers', async () => {
    const [clean, dirty] = [await of({}), await of({ outliers: 0.05 })];
    const [a, b] = [linesTime(clean.card), linesTime(dirty.card)];
    for (const seqs of [4, 32, 100])
      expect(b.decode(seqs, 500 * seqs, 500) / a.decode(seqs, 500 * seqs, 500)).toBeCloseTo(1, 1.7);
    expect(errorOf(dirty, 'decode')).toBeGreaterThan(0.02); // they are judged like all others
  });

  it('counts slow rows at the beginning and leaves them out', async () => {
    const found = await of({ warmup: 4 });
    expect(found.warmup).toEqual({ decode: 4, prefill: 4, mixed: 0 });
    expect(errorOf(found, 'decode')).toBeLessThan(0.006);
    const rows = found.fitted.decode + found.errors[0].rows;
    expect(rows).toBe(600 - 4);
  });

  it('knows an engine that pads prompts by its times', async () => {
    const found = await of({ padded: true });
    expect(found.padded).toBe(true);
    expect(errorOf(found, 'prefill')).toBeLessThan(0.006);
    expect(errorOf(await of({ padded: true }, ['phase']), 'prefill')).toBeGreaterThan(0.05); // the log does not tell how long
  });

  it('measures what a mixed batch takes to what its parts say', async () => {
    const found = await of({ mixed: true }, ['decodes']);
    expect(found.card.mixed).toBeGreaterThan(MIXED - 0.05);
    expect(found.card.mixed).toBeLessThan(MIXED + 0.05);
    expect(errorOf(found, 'mixed')).toBeLessThan(0.05);
  });

  it('holds out another half for another seed, the same for the same', async () => {
    const rows = madeUp({ noise: 0.05 });
    const [a, b, c] = [0, 0, 1].map((seed) => fitted(rows, [], { holdout: 0.3, seed }));
    expect(await b).toEqual(await a);
    expect((await c).card).not.toEqual((await a).card);
    const { fitted: counts, errors } = await a;
    expect(errors[0].rows / (counts.decode + errors[0].rows)).toBeCloseTo(0.3, 1);
  });

  it('says that there are too few rows', async () => {
    await expect(of({ rows: 30 })).rejects.toThrow(
      /csv: 15 decode rows, \d+ of them to fit and \d+ to judge; a card needs 20 to fit/,
    );
    const decodes = madeUp().filter(({ phase }) => phase === 'decode');
    await expect(fitted(decodes)).rejects.toThrow(/0 prefill rows/);
  });
});
