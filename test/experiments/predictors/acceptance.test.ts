/** Predictors of acceptance, judged: on generated requests always, on the recorded ones where they are there (SERVEGYM_DATA). */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFile } from '../../../env/files.js';
import { learnArms } from '../../../experiments/predictors/acceptance/arms.js';
import { type AcceptanceCell, evaluateCell } from '../../../experiments/predictors/acceptance/evaluate.js';
import { learningCurve } from '../../../experiments/predictors/acceptance/learning.js';
import { acceptancePage } from '../../../experiments/predictors/acceptance/page.js';
import { evaluateAcceptance } from '../../../experiments/predictors/acceptance/report.js';
import { hasRecorded, recordedRequests } from '../../../experiments/predictors/acceptance/requests.js';
import { judgeStability } from '../../../experiments/predictors/acceptance/stability.js';
import {
  DRAFT_KINDS,
  type DraftKind,
  generatedRequests,
  RECORDED_SETS,
} from '../../../predictors/acceptance/generated.js';
import { shippedNetwork, shippedText } from '../../../predictors/acceptance/shipped.js';
import { trainAcceptance } from '../../../predictors/acceptance/train-gru.js';
import { modelText } from '../../../predictors/model-file.js';

const root = resolve(process.env.SERVEGYM_DATA ?? '../shared/data');
const here = existsSync(root) && hasRecorded(root);
const note = here ? '' : ` (skipped: no specdecode-bench in ${root}; set SERVEGYM_DATA)`;
const long = process.env.SERVEGYM_LONG !== undefined;

const arm = ({ arms }: AcceptanceCell, name: string) => {
  const found = arms.find((one) => one.name === name);
  if (!found) throw new Error(`no predictor ${name}`);
  return found;
};
const requests = generatedRequests('eagle', 'sharegpt', 100, 'evaluated');
const of = { set: 'sharegpt', draft: 'eagle' } as const;

describe('on generated requests', () => {
  const cell = evaluateCell(
    of,
    requests,
    { drafts: 3, after: 16 },
    { network: shippedNetwork('eagle'), resamples: 200 },
  );

  test('a prefix mean is far above the bar, which is above the floor', () => {
    expect(cell.requests).toBeGreaterThan(85);
    expect(arm(cell, 'prefix mean').againstBar.low).toBeGreaterThan(0.2);
    expect(arm(cell, cell.bar).error.value).toBeGreaterThan(1.2 * cell.floor.value);
    expect(arm(cell, cell.bar).againstBar).toMatchObject({ value: 0, low: 0, high: 0 });
  });

  test('spreads of those who know the population are right, those of a prefix mean far too narrow', () => {
    for (const name of ['curve', 'shrinkage', 'regression', 'gru']) {
      expect(Math.abs(arm(cell, name).within[0] - 0.68)).toBeLessThan(0.14);
      expect(Math.abs(arm(cell, name).within[1] - 0.95)).toBeLessThan(0.06);
    }
    expect(arm(cell, 'prefix mean').within[1]).toBeLessThan(0.8);
  });

  test('the same figures again', () => {
    const again = evaluateCell(
      of,
      requests,
      { drafts: 3, after: 16 },
      { network: shippedNetwork('eagle'), resamples: 200 },
    );
    expect(again).toEqual(cell);
  });

  test('seen at 3 drafts and asked about 5, depths tell more than A does', () => {
    const asked = evaluateCell(of, requests, { drafts: 5, seen: 3, after: 16 }, { resamples: 50 });
    expect(arm(asked, 'shrinkage').error.value).toBeLessThan(0.85 * arm(asked, 'prefix mean').error.value);
  });

  test('whoever learns from more requests is not worse for it', () => {
    const [few, many] = learningCurve(requests, { drafts: 3, after: 16 }, [0.1, 1]);
    expect(few.requests).toBeLessThan(many.requests / 5);
    expect(many.errors.shrinkage).toBeLessThan(1.05 * few.errors.shrinkage);
  });

  test('a rule that looks at the mean calls nearly all stable and is often wrong; one that waits for a narrow spread calls few', () => {
    const { shrinkage } = learnArms(requests.slice(0, 80), { drafts: 3, after: 16 });
    const rows = judgeStability(requests.slice(80), 3, { shrinkage });
    const [byWindow, bySpread] = ['window', 'spread'].map((name) => rows.find(({ rule }) => rule === name));
    expect(byWindow?.called).toBeGreaterThan(0.9);
    expect(bySpread?.called).toBeLessThan(0.5);
    expect(byWindow?.right).toBeLessThan(0.6);
  });

  test('too few requests are one clear error', () => {
    expect(() => evaluateCell(of, requests.slice(0, 5), { drafts: 3, after: 16 })).toThrow(
      /^acceptance of sharegpt, eagle: \d requests last longer than 16 steps, expected at least 10$/,
    );
  });
});

describe('training', () => {
  // Bit-identity of training is tested in small with the network itself.
  test.runIf(long).each(DRAFT_KINDS)(
    '%s: what ships comes out again byte for byte',
    async (draft) => {
      const kept = readFileSync(packageFile(`predictors/models/acceptance-gru-${draft}.json`), 'utf8');
      expect(modelText(await trainAcceptance(draft, 1))).toBe(kept);
    },
    900_000,
  );
});

describe.skipIf(!here)(`on recorded requests${note}`, () => {
  const cellOf = async (set: 'sharegpt' | 'gsm8k', draft: DraftKind) =>
    evaluateCell(
      { set, draft },
      await recordedRequests(root, draft, set),
      { drafts: 3, after: 16 },
      { resamples: 1000 },
    );

  test('n-gram, ShareGPT: the regression is a tenth below the bar, and the interval excludes 0', async () => {
    const { againstBar } = arm(await cellOf('sharegpt', 'ngram'), 'regression');
    expect(againstBar.value).toBeLessThan(-0.1);
    expect(againstBar.high).toBeLessThan(0);
  });

  test('EAGLE, GSM8K: one constant beats the prefix mean by a third and more, and little beats the constant', async () => {
    const cell = await cellOf('gsm8k', 'eagle');
    const constant = arm(cell, 'constant').error.value;
    expect(constant).toBeLessThan(0.67 * arm(cell, 'prefix mean').error.value);
    for (const name of ['curve', 'shrinkage', 'regression'])
      expect(Math.abs(arm(cell, name).error.value / constant - 1)).toBeLessThan(0.06);
  });

  test.runIf(long)(
    'what ships is what the recorded requests say',
    async () => {
      const all = async (draft: DraftKind) => ({
        sharegpt: await recordedRequests(root, draft, 'sharegpt'),
        gsm8k: await recordedRequests(root, draft, 'gsm8k'),
      });
      const kept = readFileSync(packageFile('predictors/models/acceptance.json'), 'utf8');
      expect(shippedText({ eagle: await all('eagle'), ngram: await all('ngram') })).toBe(kept);
    },
    60_000,
  );

  test.runIf(long)(
    'the page has every set and proposer in every table',
    async () => {
      const report = await evaluateAcceptance(root, shippedNetwork, { resamples: 200, twins: 200 });
      expect(report.cells).toHaveLength(DRAFT_KINDS.length * RECORDED_SETS.length * 6);
      const page = acceptancePage(report);
      expect(page).not.toMatch(/NaN|undefined/);
      for (const name of ['EAGLE, ShareGPT', 'EAGLE, GSM8K', 'n-gram, ShareGPT', 'n-gram, GSM8K'])
        expect(page.split(`| ${name} |`).length).toBeGreaterThan(20);
    },
    300_000,
  );
});
