/** `servegym validate golden`: our engine and our gym against recordings of real ones. */
import { z } from 'zod';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { type Check, checkRecording, findSuites, wordsOf } from '../golden/suites.js';

const settings = withSeed({
  dir: z
    .string()
    .min(1)
    .default(() => process.env.SERVEGYM_GOLDEN || '../shared/golden')
    .describe('<dir> folder of recordings of one kind, or the root of several'),
});

export const validateGolden: CommandSpec<typeof settings> = {
  name: 'golden',
  summary: 'replay recordings of real engines and of Gymnasium; every field must be equal',
  details:
    'DIR (default: SERVEGYM_GOLDEN, or ../shared/golden) holds recordings (.json, .json.gz) of one kind, or a folder for each kind.\n' +
    'Kinds: vllm-v1 (the vLLM V1 scheduler, preset by the version in each recording), gymnasium (spaces, wrappers, vector\n' +
    'environments, registry, checker: many cases a file). A DIR without any of them is an error. Nothing here is random: --seed changes nothing.',
  examples: [
    ['servegym validate golden', 'all recordings beside the checkout'],
    ['servegym validate golden my-recordings/vllm-v1 --json', 'one folder, for a script: exit code 1 if any differs'],
  ],
  argument: 'dir',
  settings,
  async run({ dir }, talk) {
    const { found, skipped } = findSuites(dir);
    const checks: Check[] = [];
    let files = 0;
    const progress = talk.progress(
      'recordings',
      found.reduce((sum, { files }) => sum + files.length, 0),
    );
    for (const { suite, files: recordings } of found) {
      for (const file of recordings) {
        checks.push(...checkRecording(suite, file));
        progress.at(++files);
        await new Promise(setImmediate);
        if (talk.signal.aborted) throw new Interrupted(`${files} recordings were checked`);
      }
    }
    progress.end();
    const failed = checks.filter(({ difference }) => difference !== null);
    const lines = [
      ...failed.map(({ suite, name, difference }) => `FAIL ${suite} ${name}: ${difference}`),
      ...found.map(({ suite }) => summaryOf(suite, checks)),
      ...skipped.map(({ kind, why }) => `${kind}: ${why}`),
    ];
    const result = {
      dir,
      matched: checks.length - failed.length,
      total: checks.length,
      steps: stepsOf(checks),
      failed,
      skipped,
    };
    return { code: failed.length ? Exit.failed : Exit.ok, result, text: `${lines.join('\n')}\n` };
  },
};

const stepsOf = (checks: readonly Check[]): number => checks.reduce((sum, { steps }) => sum + steps, 0);

function summaryOf(suite: string, checks: readonly Check[]): string {
  const mine = checks.filter((check) => check.suite === suite);
  const equal = mine.filter(({ difference }) => difference === null);
  const [cases, steps] = wordsOf(suite);
  return `${suite}: ${equal.length}/${mine.length} ${cases} matched (${stepsOf(equal)} of ${stepsOf(mine)} ${steps})`;
}
