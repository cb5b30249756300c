/** What is shown while several seeds are trained: news from the middle of each, on one bar. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../experiments/cli/progress.js';
import { withNews } from '../../../experiments/train/news.js';
import { showSeeds } from '../../../experiments/train/seed-progress.js';
import type { TrainSettings } from '../../../experiments/train/settings.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();

describe('the bar of all seeds', () => {
  const row = (figures: object) => ({ iteration: 3, episodes: 40, validation: null, ...figures });
  const settings = { agent: 'ppo', steps: 1000, seeds: 3 } as TrainSettings;

  const screen = (given = settings, beside: Parameters<typeof showSeeds>[2] = []) => {
    let now = 0;
    let said = '';
    const clock = (): number => now;
    const terminal = {
      out() {},
      err(text: string) {
        said = text;
      },
      interactive: true,
      signal: new AbortController().signal,
      clock,
    };
    const progress = (what: string, total: number) => createProgress(terminal, what, total);
    const bar = showSeeds({ progress }, given, beside, clock);
    return {
      bar,
      at(seconds: number): void {
        now = seconds * 1000;
      },
      said: () => said.replace(/^.*[█░] /s, ''),
    };
  };

  it('sums steps over seeds, and says the best look of all', () => {
    const { bar, at, said } = screen();
    at(1);
    bar.hear({ seed: 0, done: 0, row: undefined, validation: null, best: null });
    expect(said()).toBe('steps 0/3000 · 0 of 3 seeds · 0 steps/s · best so far – · seed 0: first iteration');
    at(10);
    const late = row({ steps: 400, return: -2.5 });
    bar.hear({ seed: 0, done: 400, row: late, validation: -0.01, best: -0.02 });
    bar.hear({ seed: 1, done: 100, row: undefined, validation: null, best: null });
    at(20);
    bar.hear({ seed: 1, done: 350, row: row({ steps: 350 }), validation: 0.1, best: 0.1 });
    // Seed 1 was found at 100: 650 steps were taken in 20 s.
    expect(said()).toBe(
      'steps 750/3000 · 70 s left · 0 of 3 seeds · 32.5 steps/s · best so far −2.0 % · seed 1: iteration 3, 40 episodes, training return –, validation +10.0 %',
    );
    at(30);
    bar.finished(0, -0.03, 700);
    // Seed 0 ended early: 700 and 250 steps in 30 s.
    expect(said()).toMatch(/^steps 1350\/3000 .* · 1 of 3 seeds · 31.7 steps\/s · best so far −3.0 % · seed 0: done$/);
  });

  it('counts seeds that an interrupted run had finished as no work of this one', () => {
    const { bar, at, said } = screen();
    at(1);
    bar.finished(0, -0.1, 1000);
    bar.finished(1, -0.2, 1000);
    bar.hear({ seed: 2, done: 0, row: undefined, validation: null, best: null });
    at(11);
    bar.hear({ seed: 2, done: 110, row: undefined, validation: null, best: null });
    expect(said()).toMatch(/^steps 2110\/3000 · 89 s left · 2 of 3 seeds · 10.0 steps\/s · best so far −20.0 % /);
  });

  it('counts a seed that ended before its first news as work of this one', () => {
    const { bar, at, said } = screen();
    at(1);
    bar.hear({ seed: 0, done: 0, row: undefined, validation: null, best: null });
    at(10);
    bar.finished(0, -0.1, 1000);
    expect(said()).toMatch(/^steps 1000\/3000 · 20 s left · 1 of 3 seeds · 100 steps\/s · best so far −10.0 % /);
  });

  it('of one seed says how that one goes, and where the others stand', () => {
    const beside = [
      { name: 'fcfs', difference: 0.571 },
      { name: 'srpt', difference: -0.02 },
    ];
    const { bar, at, said } = screen(
      { ...settings, agent: 'es', steps: undefined, budget: 50, seeds: 1 } as TrainSettings,
      beside,
    );
    at(2);
    bar.hear({ seed: 7, done: 0, row: undefined, validation: null, best: null });
    at(4);
    bar.hear({ seed: 7, done: 20, row: row({ mean: 0.004 }), validation: null, best: null });
    expect(said()).toBe(
      'episodes 20/50 · 6 s left · 5.00 episodes/s · iteration 3, training +0.4 %, validation – · fcfs +57.1 %, srpt −2.0 %',
    );
  });
});

describe('news', () => {
  const read = async (stream: AsyncIterable<unknown>): Promise<unknown[]> => {
    const all: unknown[] = [];
    for await (const each of stream) all.push(each);
    return all;
  };
  const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('come while something goes on, and before what came of it', async () => {
    const heard: string[] = [];
    const stream = withNews<string, string>(async (tell) => {
      tell('begun');
      await soon();
      heard.push('goes on');
      tell('halfway');
      return 'result';
    }, 0);
    for await (const each of stream) heard.push(each);
    expect(heard).toEqual(['begun', 'goes on', 'halfway', 'result']);
  });

  it('are few', async () => {
    const talkative = async (tell: (news: number) => void): Promise<string> => {
      for (let k = 0; k < 1000; k++) tell(k);
      return 'result';
    };
    expect(await read(withNews(talkative, 60_000))).toEqual([0, 'result']);
  });

  it('end with its error; who leaves early waits for it', async () => {
    let ended = false;
    const failing = () =>
      withNews<string, string>(async (tell) => {
        tell('begun');
        await soon();
        ended = true;
        throw new Error('broken');
      }, 0);
    await expect(read(failing())).rejects.toThrow('broken');
    ended = false;
    for await (const each of failing()) {
      expect(each).toBe('begun');
      break;
    }
    expect(ended).toBe(true);
  });
});

describe('train --seeds', () => {
  const FLAGS =
    'train --task Queue-v0 --agent dqn --steps 4000 --hidden 8 --parameters slots=4 --requests 20 --validation-seeds 2 --seeds 2 --workers 0'.split(
      ' ',
    );
  const FILES = ['policy.json', 'evaluation.jsonl', 'seed-0/policy.json', 'seed-0/log.jsonl', 'seed-1/log.jsonl'];

  it('shows each seed from inside, and goes on after Ctrl-C to the same bytes', async () => {
    const whole = await servegym([...FLAGS, '--out', join(folder, 'whole')], { interactive: true });
    expect(whole.code).toBe(0);
    expect(whole.err).toMatch(/steps 0\/8000 · 0 of 2 seeds · .* · seed 0: first iteration/);
    expect(whole.err).toMatch(/steps [4-7]\d{3}\/8000 .* · 1 of 2 seeds · [\d,]+ steps\/s · best so far [+−]/);

    const controller = new AbortController();
    const at = join(folder, 'cut');
    const cut = await servegym([...FLAGS, '--out', at], {
      signal: controller.signal,
      interactive: true,
      onErr: (text) => text.includes('· seed 1: ') && controller.abort(),
    });
    expect(cut.code).toBe(130);
    expect(cut.err).toMatch(/what was trained is kept in .*; the same command goes on from there/);
    expect(existsSync(join(at, 'policy.json'))).toBe(false);
    const resumed = await servegym([...FLAGS, '--out', at]);
    expect(resumed.code).toBe(0);
    for (const file of FILES)
      expect(readFileSync(join(at, file), 'utf8')).toBe(readFileSync(join(folder, 'whole', file), 'utf8'));
  });
});
