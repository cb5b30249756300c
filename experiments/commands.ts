/** The commands by the words that call them, in the order of the help. A module is loaded when its command is called: all of them take a second. */
import type { z } from 'zod';
import type { CommandSpec } from './cli/command.js';

type Load = () => Promise<CommandSpec<z.ZodObject>>;

const commands: Readonly<Record<string, Load>> = {
  compare: async () => (await import('./commands/compare.js')).compare,
  capacity: async () => (await import('./commands/capacity.js')).capacity,
  simulate: async () => (await import('./commands/simulate.js')).simulate,
  tune: async () => (await import('./commands/tune.js')).tune,
  train: async () => (await import('./commands/train.js')).train,
  gap: async () => (await import('./commands/gap.js')).gap,
  voi: async () => (await import('./commands/voi.js')).voi,
  calibrate: async () => (await import('./commands/calibrate.js')).calibrate,
  'validate golden': async () => (await import('./commands/validate.js')).validateGolden,
  'validate measured': async () => (await import('./commands/validate-measured.js')).validateMeasured,
  'workload inspect': async () => (await import('./commands/workload-inspect.js')).workloadInspect,
  'workload generate': async () => (await import('./commands/workload-generate.js')).workloadGenerate,
  'paper list': async () => (await import('./commands/paper-list.js')).paperList,
  'paper run': async () => (await import('./commands/paper-run.js')).paperRun,
  'task list': async () => (await import('./commands/task-list.js')).taskList,
  'task threshold': async () => (await import('./commands/task-threshold.js')).taskThreshold,
  'task tiny': async () => (await import('./commands/task-tiny.js')).taskTiny,
  'predictor train': async () => (await import('./commands/predictor-train.js')).predictorTrain,
  'predictor evaluate': async () => (await import('./commands/predictor-evaluate.js')).predictorEvaluate,
  'predictor report': async () => (await import('./commands/predictor-report.js')).predictorReport,
  'predictor predict': async () => (await import('./commands/predictor-predict.js')).predictorPredict,
  'policy report': async () => (await import('./commands/policy-report.js')).policyReport,
  'policy curves': async () => (await import('./commands/policy-curves.js')).policyCurves,
  'policy lengths': async () => (await import('./commands/policy-lengths.js')).policyLengths,
  watch: async () => (await import('./commands/watch.js')).watch,
  dataset: async () => (await import('./commands/dataset.js')).dataset,
  bench: async () => (await import('./commands/bench.js')).bench,
  list: async () => (await import('./commands/list.js')).list,
};

/** What the commands of two words have in common, by the first. */
export const groups: Readonly<Record<string, string>> = {
  validate: 'check the simulator against recordings of real systems',
  workload: 'what requests are like, and request lists as files',
  paper: 'published claims, tried here',
  task: 'the tasks of the gym',
  predictor: 'models of output length and acceptance: train, evaluate, ask',
  policy: 'trained policies: what they are worth',
};

/** The one command that the arguments call, with its words; else all, for help and for what is misspelt. */
export function commandsFor([first, second]: readonly string[]): [words: string[], load: Load][] {
  if (first === '--version' || first === '-V') return [];
  const all = Object.entries(commands).map(([name, load]): [string[], Load] => [name.split(' '), load]);
  const called = all.filter(([words]) => words[0] === first && (words.length === 1 || words[1] === second));
  return called.length > 0 ? called : all;
}
