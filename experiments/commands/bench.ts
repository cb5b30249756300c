/** `servegym bench`: how fast the engine is on this machine, beside what it must reach. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { benches } from '../bench/benches.js';
import { type Figure, met, targetText } from '../bench/figure.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { figure, textTable } from '../report/table.js';
import { packageVersion } from '../results.js';

const settings = withSeed({
  only: z.string().min(1).optional().describe('<text> only benchmarks whose name contains it [all]'),
});

export const bench: CommandSpec<typeof settings> = {
  name: 'bench',
  summary: 'measure the speed of the engine on this machine',
  details:
    'CPU time of the whole process, median and best of repeated runs that take turns, after warm-up; each benchmark in a thread of its own. A busy machine makes every figure worse: the load is shown.\n' +
    'An iteration is one forward pass of the simulated engine; request-steps are iterations × sequences in the batch.\n' +
    'Where python3, or SERVEGYM_PYTHON, has stable_baselines3, PPO on CartPole runs in both, in turns: --only stable.',
  examples: [
    ['servegym bench', 'everything, about a minute and a half'],
    ['servegym bench --only leaping --json bench.json', 'one of them, also into a file'],
  ],
  settings,
  async run({ only }, talk) {
    const chosen = benches.filter(({ name }) => only === undefined || name.toLowerCase().includes(only.toLowerCase()));
    if (chosen.length === 0)
      throw new Error(`--only ${only}: no such benchmark, there are ${benches.map(({ name }) => name).join(', ')}`);
    const before = loadavg();
    const figures: Figure[] = [];
    for (const { name } of chosen) {
      if (talk.signal.aborted) break;
      talk.note(`measuring ${name} …`);
      figures.push(...(await alone(name, talk.note)));
    }
    const where = machine(before[0], loadavg()[0]);
    const result = {
      command: 'bench',
      version: packageVersion(),
      machine: where,
      figures: figures.map((f) => ({ ...f, met: met(f) })),
    };
    const missed = figures.filter((f) => !met(f)).length;
    const text = `${where.cpu}, ${where.cores} cores, ${where.memoryGiB} GiB, Node ${where.node}, load ${where.loadBefore} → ${where.loadAfter}\n\n${table(figures)}\n${missed === 0 ? 'All targets are met.' : `${missed} of ${figures.filter((f) => f.target).length} targets are missed here.`}\n`;
    return { code: talk.signal.aborted ? Exit.interrupted : Exit.ok, result, text };
  },
};

/** Runs a benchmark in a thread of its own. */
function alone(name: string, note: (line: string) => void): Promise<readonly Figure[]> {
  const worker = new Worker(new URL('../bench/worker.js', import.meta.url), { workerData: name });
  return new Promise((resolve, reject) => {
    worker.on('message', (told: { note?: string; figures?: readonly Figure[] }) => {
      if (told.note !== undefined) note(told.note);
      if (told.figures) resolve(told.figures);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`benchmark ${name} ended with code ${code}`)));
  });
}

const machine = (loadBefore: number, loadAfter: number) => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  loadBefore: Number(loadBefore.toFixed(1)),
  loadAfter: Number(loadAfter.toFixed(1)),
});

const table = (figures: readonly Figure[]): string =>
  textTable({
    columns: [
      { title: 'what', align: 'left' },
      { title: 'median' },
      { title: 'best' },
      { title: 'unit', align: 'left' },
      { title: 'target' },
      { title: '', align: 'left' },
      { title: 'how', align: 'left' },
    ],
    rows: figures.map((f) => [
      f.name,
      figure(f.value),
      f.best === undefined ? '' : figure(f.best),
      f.unit,
      targetText(f),
      f.target === undefined ? '' : met(f) ? '✓' : '✗',
      f.detail,
    ]),
  });
