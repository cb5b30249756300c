/** `servegym validate measured`: our engine against runs that were measured on real GPUs. */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { type Comparison, checkTable, passes } from '../measured/check.js';
import { dataFolder, findRuns } from '../measured/suites.js';
import { writePicture } from '../report/render.js';
import { textTable } from '../report/table.js';

const settings = withSeed({
  dir: z.string().min(1).default(dataFolder).describe('<dir> folder with a folder for each measured run'),
  out: z.string().min(1).optional().describe('<dir> also draw the distributions there, as SVG and PNG'),
});

export const validateMeasured: CommandSpec<typeof settings> = {
  name: 'measured',
  summary: 'simulate runs that were measured on real GPUs; every judged figure must be within its bound',
  details:
    'DIR (default: SERVEGYM_DATA, or ../shared/data) holds llmservingsim-vllm-bench (300 requests on vLLM 0.19, with the operator\n' +
    'profile of the GPU: nothing is fitted) and vllm-a100-specdec-factorial (speculation at concurrency 1 and 64: fitted at 1,\n' +
    'predicted at 64). A folder that is not there is skipped. The seed draws which drafts are accepted.',
  examples: [
    ['servegym validate measured', 'all runs beside the checkout'],
    ['servegym validate measured --out results/measured', 'and the distributions side by side'],
    ['servegym validate measured my-data --json', 'for a script: exit code 1 if a figure is out of its bound'],
  ],
  argument: 'dir',
  settings,
  async run({ dir, out, seed }, talk) {
    const { found, missing } = findRuns(dir);
    const progress = talk.progress('runs', found.length);
    const comparisons: Comparison[] = [];
    const drawn: string[] = [];
    for (const { name, folder, compare } of found) {
      const comparison = compare(folder, seed);
      comparisons.push(comparison);
      if (out !== undefined && comparison.picture)
        drawn.push(...(await writePicture(out, name, comparison.picture as TopLevelSpec)));
      progress.at(comparisons.length);
      await new Promise(setImmediate);
      if (talk.signal.aborted) throw new Interrupted(`${comparisons.length} runs were compared`);
    }
    progress.end();
    const judged = comparisons.flatMap(({ checks }) => checks).filter(({ within }) => within !== null);
    const failed = judged.filter((check) => !passes(check));
    const lines = [
      ...comparisons.map(textOf),
      ...missing.map((name) => `${name}: no such folder in ${dir}, skipped`),
      ...drawn.map((path) => `written: ${path}`),
      judged.length === 0
        ? 'nothing was compared'
        : `${judged.length - failed.length} of ${judged.length} judged figures are within their bounds`,
    ];
    return {
      code: failed.length ? Exit.failed : Exit.ok,
      result: {
        dir,
        runs: comparisons.map(({ picture: _, ...rest }) => ({
          ...rest,
          checks: rest.checks.map((check) => ({ ...check, passes: passes(check) })),
        })),
        failed: failed.map(({ what }) => what),
        skipped: missing,
        pictures: drawn,
      },
      text: `${lines.join('\n')}\n`,
    };
  },
};

const textOf = ({ suite, inputs, checks, sensitivity }: Comparison): string =>
  [
    suite,
    ...inputs.map((line) => `  ${line}`),
    '',
    textTable(checkTable(checks)),
    ...sensitivity.map((line) => `  not in the verdict: ${line}`),
    '',
  ].join('\n');
