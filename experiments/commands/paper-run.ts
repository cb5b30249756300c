/** `servegym paper run`: tries published claims and writes one page. */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list } from '../cli/options.js';
import { resolvePapers } from '../papers/catalogue.js';
import { paperPage, type Shown, verdictTable } from '../papers/page.js';
import { figuresPicture } from '../papers/picture.js';
import { type Outcome, runPapers } from '../papers/run.js';
import { textTable } from '../report/table.js';
import { hashOf, packageVersion } from '../results.js';

const settings = withSeed({
  papers: list(z.string()).default(['all']).describe('<names> claims (servegym paper list), or all'),
  seeds: z.int().min(1).max(10_000).optional().describe('<n> seeds of every claim [its own number]'),
  quick: z.boolean().default(false).describe('fewer seeds, shorter runs: a look, no verdict to cite'),
  pictures: z.boolean().default(true).describe('draw no pictures'),
});
type Settings = z.output<typeof settings>;

export const paperRun: CommandSpec<typeof settings> = {
  name: 'run',
  summary: 'try published claims: verdicts with intervals, one page with pictures',
  details:
    'A figure agrees if it lies in the expected range; a claim of order if its whole 95 % interval does. All agree: reproduced. One speaks against the claim,\n' +
    'interval and all: does not reproduce. Between: direction only. A verdict is a result, so the exit code is 0 whatever it says.\n' +
    'Ctrl-C keeps every finished seed; the same command goes on from there. Writes README.md, a picture a claim, samples.jsonl and results.json.',
  examples: [
    ['servegym paper run trail-soap', 'one claim'],
    ['servegym paper run all --quick', 'a look at all of them'],
    ['servegym paper run all --out experiments/results/papers --no-resume', 'the kept page'],
  ],
  argument: 'papers',
  settings,
  grid: true,
  run,
};

async function run(given: Settings, talk: Talk) {
  const chosen = resolvePapers(given.papers);
  const { pictures: _, ...counted } = given;
  const folder = talk.run.out ?? join('results', `papers-${hashOf(counted)}`);
  const files = ['README.md', 'results.json', 'samples.jsonl'].map((name) => join(folder, name));
  const shown: Shown[] = [];
  const facts = [
    `\`servegym paper run ${given.papers.join(',')}${given.quick ? ' --quick' : ''}${given.seeds === undefined ? '' : ` --seeds ${given.seeds}`} --seed ${given.seed}\`, servegym ${packageVersion()}`,
    ...(given.quick ? ['A quick look: fewer seeds and shorter runs than a verdict should rest on.'] : []),
    'A figure *agrees* if it lies in the expected range, a claim of order if its whole 95 % bootstrap interval over paired seeds does; *open*: the interval reaches into the range, more seeds could decide; *direction*: outside, but on the claimed side of no effect; *against*: neither; *shown*: not judged.',
  ];
  await runPapers(chosen, {
    folder,
    hash: hashOf({ samples: 'papers', quick: given.quick }), // a sample depends on its claim, its seed and this
    quick: given.quick,
    seeds: given.seeds,
    seed: given.seed,
    talk,
    async onOutcome(outcome) {
      talk.note(`${outcome.name}: ${outcome.sentence}`);
      shown.push(given.pictures ? await withPicture(outcome, folder, files) : outcome);
      writeAtomic(files[0], paperPage(shown, facts));
    },
  });
  const result = {
    command: 'paper run',
    version: packageVersion(),
    settings: given,
    papers: shown.map(({ name, paper: { title, source, claim, setting }, findings, ...rest }) => ({
      name,
      title,
      source,
      claim,
      setting,
      ...rest,
      figures: findings?.figures ?? [],
      notes: findings?.notes ?? [],
    })),
    files,
  };
  writeAtomic(files[1], `${JSON.stringify(result, null, 2)}\n`);
  const table = textTable(verdictTable(shown, ({ name }) => name));
  const sentences = shown.map(({ name, sentence }) => `${name}: ${sentence}`).join('\n');
  return {
    code: Exit.ok,
    result,
    text: `${table}\n${sentences}\n\nWritten:\n${files.map((f) => `  ${f}\n`).join('')}`,
  };
}

async function withPicture(outcome: Outcome, folder: string, files: string[]): Promise<Shown> {
  const { name, paper, seeds, findings } = outcome;
  if (findings === null || findings.figures.length === 0) return outcome;
  const { writePicture } = await import('../report/render.js'); // slow to load, so only when wanted
  const subtitle = [outcome.verdict, `${seeds} seed${seeds > 1 ? 's' : ''}`];
  const spec = findings.picture ?? figuresPicture(findings.figures, paper.title, subtitle);
  files.push(...(await writePicture(folder, name, spec)));
  return { ...outcome, picture: `${name}.svg` };
}
