/** What the documents say is so: links lead somewhere, code in the README runs, lists are complete, kept results can be run again. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import * as agents from '../agents/index.js';
import { packageFolder } from '../env/files.js';
import * as env from '../env/index.js';
import { createEngine, createMetrics, preset, run, type Scheduler } from '../env/index.js';
import * as experiments from '../experiments/index.js';
import * as predictors from '../predictors/index.js';
import { servegym } from './experiments/terminal.js';

const root = packageFolder();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const kept = readdirSync(join(root, 'experiments/results'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `experiments/results/${name}`)
  .filter((folder) => existsSync(join(root, folder, 'config.yaml'))); // the others are pages of other commands

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'env/README.md',
  'env/gym/README.md',
  'predictors/README.md',
  'agents/README.md',
  'experiments/bench/README.md',
  'experiments/results/README.md',
  'experiments/results/learning/README.md',
];

describe('links', () => {
  it.each(documents)('of %s lead to files that exist', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, to]) => to);
    expect(links.filter((to) => !existsSync(join(root, dirname(document), to)))).toEqual([]);
  });

  it('to headings lead to headings', () => {
    const slug = (title: string): string =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-');
    const broken = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].filter(([, to, heading]) => {
        const page = read(to === '' ? document : join(dirname(document), to));
        return ![...page.matchAll(/^#+ (.+)$/gm)].some(([, title]) => slug(title) === heading);
      }),
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

describe('the README', () => {
  const readme = read('README.md');
  const entries: Record<string, unknown> = {
    servegym: env,
    'servegym/agents': agents,
    'servegym/predictors': predictors,
    'servegym/experiments': experiments,
  };

  /** Runs a block of TypeScript as a module of a user of the package. */
  function runBlock(code: string): Record<string, unknown> {
    const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 };
    const exports: Record<string, unknown> = {};
    new Function('exports', 'require', ts.transpileModule(code, { compilerOptions: options }).outputText)(
      exports,
      (name: string) => entries[name],
    );
    return exports;
  }
  const [, ownScheduler] = /\n## Your own scheduler\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const blocks = [...ownScheduler.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

  it('shows schedulers that do what those of the package do', () => {
    const shown = runBlock(blocks[0]) as Record<string, () => Scheduler>;
    const meanJct = (scheduler: () => Scheduler): number => {
      const metrics = createMetrics();
      const workload = env.chatSource({ requests: 80, rate: 12, arrivals: 'on-off' }).sample(3);
      const cost = env.rooflineCost(env.loadGpu('a100'), env.loadModel('llama-3-8b'));
      const rules = preset('vllm-v1', { blocks: 600 });
      run(createEngine({ workload, rules, cost, scheduler, predictor: predictors.oracle, recorders: [metrics] }));
      return metrics.summary().jct.mean;
    };
    expect(Object.keys(shown)).toEqual(['fcfs', 'srpt']);
    expect(meanJct(shown.fcfs)).toBe(meanJct(env.fcfs));
    expect(meanJct(shown.srpt)).toBe(meanJct(agents.srpt));
    expect(meanJct(shown.srpt)).not.toBe(meanJct(shown.fcfs));
  });

  it('shows a library that prints a mean JCT', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    runBlock(blocks[1]);
    expect(log.mock.calls).toEqual([[expect.any(Number), 'seconds']]);
    expect(log.mock.calls[0][0]).toBeGreaterThan(0);
    log.mockRestore();
    expect(blocks).toHaveLength(2);
  });

  it('lists every command', async () => {
    const [, table] = /<!-- commands -->([\s\S]*)<!-- \/commands -->/.exec(readme) ?? [];
    const listed = [...table.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name);
    const { out } = await servegym(['--help']);
    const [, commands] = /Commands:\n([\s\S]*?)\n\n/.exec(out) ?? [];
    const real = [...commands.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name).filter((name) => name !== 'help');
    expect([...new Set(listed)].sort()).toEqual(real.sort());
  });

  it('has a page that names every preset', () => {
    for (const name of Object.keys(env.presets)) expect(read('env/README.md')).toContain(`\`${name}\``);
  });
});

describe('the package', () => {
  const { exports, files, scripts } = JSON.parse(read('package.json'));

  it('exports entries that exist', () => {
    const sources = Object.values<{ types: string } | string>(exports)
      .filter((entry) => typeof entry === 'object')
      .map(({ types }) => types.replace('./dist/', '').replace(/\.d\.ts$/, '.ts'));
    expect(sources).toHaveLength(6);
    expect(sources.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('ships the data it reads', () => {
    const shipped = (path: string): boolean => files.some((entry: string) => path.startsWith(entry));
    for (const path of [
      'env/serving/cards/gpus/a100.json',
      'env/workloads/derived/azure-conv.json',
      'experiments/tuned/',
    ])
      expect(shipped(path)).toBe(true);
  });

  it('has the scripts that the documents name', () => {
    const text = documents.map(read).join('\n');
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe.each(kept)('%s', (folder) => {
  it('has complete settings, and says what they gave', async () => {
    const { code, out } = await servegym(['compare', '--config', join(root, folder, 'config.yaml'), '--print-config']);
    expect(code).toBe(0);
    expect(out).toBe(read(`${folder}/config.yaml`));
    const { settings } = JSON.parse(read(`${folder}/results.json`));
    expect(out).toContain(`seeds: ${settings.seeds}\n`);
    expect(read(`${folder}/table.md`)).toContain(`${settings.seeds} paired seeds`);
  });
});
