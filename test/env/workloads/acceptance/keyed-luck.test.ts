/** Luck of drafts belongs to key and position: what every process promises, and what each adds. */
import { describe, expect, test } from 'vitest';
import type { Acceptance } from '../../../../env/workloads/acceptance/acceptance.js';
import { copyRunAcceptance, ngramParameters } from '../../../../env/workloads/acceptance/copy-run.js';
import { depthAcceptance, eagleParameters } from '../../../../env/workloads/acceptance/depth.js';
import { acceptanceKinds } from '../../../../env/workloads/acceptance/kinds.js';
import { replayedAcceptance } from '../../../../env/workloads/acceptance/replayed.js';
import { generated } from './generated.js';

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);
const workload = (keys: number[], lengths: number[]) => ({
  key: Float64Array.from(keys),
  outputTokens: Int32Array.from(lengths),
});

describe.each(Object.entries(acceptanceKinds))('%s', (name, { make }) => {
  test('it does not depend on order, row, step or the number of drafts', () => {
    const forward = make(workload([7, 8, 9], [300, 50, 120]), 1);
    const backward = make(workload([9, 7], [120, 300]), 1);
    const seen = range(300).map((at) => forward.accepted(0, at, 0, 20));
    for (const at of range(300).reverse()) {
      for (const drafts of [1, 4, 20]) expect(backward.accepted(1, at, 99, drafts)).toBe(Math.min(drafts, seen[at]));
      for (const asked of [1, 5]) expect(backward.proposed(1, at, 99, asked)).toBe(forward.proposed(0, at, 0, asked));
    }
  });

  test('another seed and another key are other luck', () => {
    const some = workload([7, 9], [300, 300]);
    const course = (of: Acceptance, row: number) => range(300).map((at) => of.accepted(row, at, 0, 20));
    const own = course(make(some, 1), 0);
    if (name === 'none') {
      expect(own).toEqual(range(300).fill(0));
      return;
    }
    expect(course(make(some, 2), 0)).not.toEqual(own);
    expect(course(make(some, 1), 1)).not.toEqual(own);
  });

  test('at most what is asked is offered, at most what is offered is accepted', () => {
    const some = make(workload([3], [200]), 1);
    for (const at of range(200)) {
      for (const asked of [0, 1, 6]) {
        const offered = some.proposed(0, at, 0, asked);
        expect(offered === 0 || offered === asked).toBe(true);
        expect(some.accepted(0, at, 0, offered)).toBeLessThanOrEqual(offered);
      }
    }
  });
});

test('lists that are forgotten come back the same', () => {
  const some = generated('gsm8k', 'eagle', 20);
  const makers = [
    (bytes: number) => depthAcceptance(some, 1, eagleParameters(), bytes),
    (bytes: number) => copyRunAcceptance(some, 1, ngramParameters(), bytes),
  ];
  for (const make of makers) {
    const roomy = make(1 << 20);
    const tight = make(300);
    for (const row of [...range(20), ...range(20)]) {
      for (const at of [0, 17, 40]) expect(tight.accepted(row, at, 0, 9)).toBe(roomy.accepted(row, at, 0, 9));
    }
  }
});

test('depth: nothing is accepted beyond the end, and at most the deepest draft', () => {
  const sure = depthAcceptance(workload([1], [30]), 1, { ...eagleParameters(), beta: [50] });
  expect(sure.accepted(0, 0, 0, 31)).toBe(20);
  expect(sure.accepted(0, 30, 0, 5)).toBe(0);
});

describe('copy runs', () => {
  const commitsOf = (of: Acceptance, row: number, length: number) =>
    range(length).map((at) => 1 + of.accepted(row, at, 0, 64));

  test('neighbouring starts share one run: it counts down to the token that differs', () => {
    const some = generated('sharegpt', 'ngram', 40);
    let runs = 0;
    some.outputTokens.forEach((length, row) => {
      const commits = commitsOf(some.acceptance, row, length);
      commits.slice(0, -1).forEach((tokens, at) => {
        // A run longer than the most that one verification commits stays there for a while.
        if (tokens > 1) expect([tokens - 1, ...(tokens === 21 ? [21] : [])]).toContain(commits[at + 1]);
        if (tokens > 1 && (at === 0 || commits[at - 1] === 1)) runs++;
      });
      expect(Math.max(...commits)).toBeLessThanOrEqual(21);
    });
    expect(runs).toBeGreaterThan(100);
  });

  test('drafts are offered in a run, up to and with the token that differs, and nowhere else', () => {
    const some = generated('gsm8k', 'ngram', 30);
    some.outputTokens.forEach((length, row) => {
      const commits = commitsOf(some.acceptance, row, length);
      commits.forEach((tokens, at) => {
        const copies = tokens > 1 || (at > 0 && commits[at - 1] > 1);
        expect(some.acceptance.proposed(row, at, 0, 5)).toBe(copies ? 5 : 0);
      });
    });
    // So a recorded list of such a proposer is read the same way.
    const replayed = replayedAcceptance(() => [1, 3, 2, 1, 1], 'while-copying');
    expect(range(6).map((at) => replayed.proposed(0, at, 0, 4))).toEqual([0, 4, 4, 4, 0, 0]);
    expect(range(6).map((at) => replayed.accepted(0, at, 0, 4))).toEqual([0, 2, 1, 0, 0, 0]);
  });

  test('who accepts much from an EAGLE head repeats much under the same seed', () => {
    const perStep = (draft: 'eagle' | 'ngram') => {
      const some = generated('gsm8k', draft, 1500, 'both');
      return Array.from(some.outputTokens, (length, row) => {
        let steps = 0;
        for (let at = 0; at < length; steps++) at += 1 + some.acceptance.accepted(row, at, steps, 5);
        return length / steps;
      });
    };
    const [x, y] = [perStep('eagle'), perStep('ngram')];
    const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    const [mx, my] = [mean(x), mean(y)];
    const moment = (a: number[], ma: number, b: number[], mb: number) => mean(a.map((v, k) => (v - ma) * (b[k] - mb)));
    const correlation = moment(x, mx, y, my) / Math.sqrt(moment(x, mx, x, mx) * moment(y, my, y, my));
    expect(correlation).toBeGreaterThan(0.15);
    expect(correlation).toBeLessThan(0.4);
  });
});
