/** Runs of claims of our own making: samples are kept, an interruption costs nothing, what is missing is said. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { meanInterval } from '../../../experiments/bootstrap.js';
import type { Talk } from '../../../experiments/cli/command.js';
import { silent } from '../../../experiments/cli/progress.js';
import { paperPage } from '../../../experiments/papers/page.js';
import { near, type Paper } from '../../../experiments/papers/paper.js';
import { figuresPicture } from '../../../experiments/papers/picture.js';
import { type Outcome, runPapers } from '../../../experiments/papers/run.js';
import { renderSvg } from '../../../experiments/report/render.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();

/** A claim whose samples are the seeds; it counts how often a seed runs. */
function counting(expected: number, ran: number[] = []): Paper<number> {
  return {
    title: 'Seeds',
    source: 'this file',
    claim: `The mean seed is ${expected}.`,
    setting: 'Numbers.',
    seeds: { full: 4, quick: 2 },
    open: async () => (seed) => {
      ran.push(seed);
      return seed;
    },
    conclude: (samples) => ({
      figures: [{ what: 'mean seed', unit: '', expected: near(expected, 0.1), measured: meanInterval(samples) }],
      reason: 'seeds are what they are',
    }),
  };
}

interface Settings {
  readonly name: string;
  readonly quick?: boolean;
  readonly seeds?: number;
  readonly signal?: AbortSignal;
  readonly resume?: boolean;
  readonly onOutcome?: (outcome: Outcome) => void;
}

const runAll = (
  papers: Record<string, Paper>,
  { name, quick = false, seeds, signal, resume = true, onOutcome }: Settings,
) =>
  runPapers(Object.entries(papers), {
    folder: join(folder, name),
    hash: name,
    quick,
    seeds,
    seed: 0,
    talk: {
      note: () => {},
      progress: () => silent,
      interactive: false,
      signal: signal ?? new AbortController().signal,
      run: { workers: 1, resume },
    } satisfies Talk,
    onOutcome: (outcome) => onOutcome?.(outcome),
  });

describe('a run', () => {
  it('gives each claim its own seeds and a verdict, as soon as it is through', async () => {
    const seen: string[] = [];
    const outcomes = await runAll(
      { right: counting(1.5), wrong: counting(9) },
      { name: 'verdicts', onOutcome: ({ name }) => seen.push(name) },
    );
    expect(seen).toEqual(['right', 'wrong']);
    expect(outcomes.map(({ seeds, verdict }) => [seeds, verdict])).toEqual([
      [4, 'reproduced'],
      [4, 'does not reproduce'],
    ]);
    expect(outcomes[1].sentence).toContain('because seeds are what they are');
    const lines = readFileSync(join(folder, 'verdicts', 'samples.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(8);
    expect(JSON.parse(lines[4])).toEqual({ paper: 'wrong', seed: 0, sample: 0 });
  });

  it('takes fewer seeds in a quick run, and as many as it is told', async () => {
    const [quick] = await runAll({ it: counting(0.5) }, { name: 'quick', quick: true });
    expect(quick).toMatchObject({ seeds: 2, verdict: 'reproduced' });
    const [told] = await runAll({ it: counting(1) }, { name: 'told', quick: true, seeds: 3 });
    expect(told).toMatchObject({ seeds: 3, verdict: 'reproduced' });
  });

  it('goes on after an interruption where it stopped', async () => {
    const ran: number[] = [];
    const stop = new AbortController();
    const stopping: Paper<number> = {
      ...counting(1.5),
      open: async () => (seed) => {
        ran.push(seed);
        if (seed === 1) stop.abort();
        return seed;
      },
    };
    const papers = { first: counting(1.5), second: stopping };
    await expect(runAll(papers, { name: 'stopped', signal: stop.signal })).rejects.toThrow(
      /1 of 2 claims are through, 6 samples are kept in .*samples\.partial\.jsonl; the same command goes on/,
    );
    expect(ran).toEqual([0, 1]);
    const again = await runAll({ ...papers, second: counting(1.5, ran) }, { name: 'stopped' });
    expect(ran).toEqual([0, 1, 2, 3]);
    expect(again.map(({ verdict }) => verdict)).toEqual(['reproduced', 'reproduced']);
    expect(existsSync(join(folder, 'stopped', 'samples.partial.jsonl'))).toBe(false);
  });

  it('takes samples of an interrupted run with fewer claims or seeds', async () => {
    const ran: number[] = [];
    const stop = new AbortController();
    const stopping = {
      ...counting(1),
      open: async () => (seed: number) => {
        stop.abort();
        return seed;
      },
    };
    await expect(runAll({ it: stopping }, { name: 'more', seeds: 3, signal: stop.signal })).rejects.toThrow(
      '1 samples',
    );
    await runAll({ other: counting(0), it: counting(2, ran) }, { name: 'more', seeds: 5 });
    expect(ran).toEqual([1, 2, 3, 4]);
    expect(
      readFileSync(join(folder, 'more', 'samples.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(10);
  });

  it('says what cannot be run here', async () => {
    const absent: Paper = { ...counting(1.5), missing: () => 'recorded.jsonl is not there' };
    const outcomes = await runAll({ absent, it: counting(1.5) }, { name: 'missing' });
    expect(outcomes[0]).toMatchObject({ verdict: 'not run', sentence: 'not run: recorded.jsonl is not there' });
    expect(outcomes[1].verdict).toBe('reproduced');
    const page = paperPage(outcomes, ['a fact']);
    expect(page).toContain('| [absent](#absent) | Seeds | not run | – | 0 |');
    expect(page).toContain('**Verdict:** reproduced: 1 of 1 figures agree');
    expect(page).toContain('| mean seed | 1.40 … 1.60 |');
  });

  it('draws what was expected and measured', async () => {
    const [{ findings }] = await runAll({ it: counting(9) }, { name: 'picture' });
    const svg = await renderSvg(figuresPicture(findings?.figures ?? [], 'Seeds', ['4 seeds']));
    expect(svg).toContain('mean seed');
    expect(svg).toContain('against');
  });
});

describe('servegym paper', () => {
  it('lists every claim with its source', async () => {
    const { code, out } = await servegym(['paper', 'list', '--json']);
    expect(code).toBe(0);
    for (const claim of JSON.parse(out)) {
      for (const text of [claim.title, claim.source, claim.claim, claim.setting])
        expect(text.length).toBeGreaterThan(5);
      expect(claim.seeds.full).toBeGreaterThanOrEqual(claim.seeds.quick);
    }
  });

  it('refuses a name that is none, with the nearest', async () => {
    const { code, err } = await servegym(['paper', 'run', 'ltr-toi', '--out', join(folder, 'bad')]);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: unknown paper "ltr-toi": did you mean "ltr-toy"\?/);
    expect(existsSync(join(folder, 'bad'))).toBe(false);
  });

  it('writes one page, the same one every time', async () => {
    const run = async (name: string) => {
      const out = join(folder, name);
      const said = await servegym(['paper', 'run', 'ltr-toy', '--quick', '--workers', '1', '--out', out]);
      return { ...said, page: readFileSync(join(out, 'README.md'), 'utf8'), folder: out };
    };
    const first = await run('page');
    expect(first.code).toBe(0);
    expect(first.err).toContain('ltr-toy: reproduced: 2 of 2 figures agree');
    expect(first.out).toMatch(/^ltr-toy +Learning to rank.* reproduced +2 of 2 +1$/m);
    expect(first.page).toContain('![Learning to rank (LTR), its example: expected and measured](ltr-toy.svg)');
    expect(existsSync(join(first.folder, 'ltr-toy.png'))).toBe(true);
    expect((await run('again')).page).toBe(first.page);
  });
});
