/** What `servegym simulate` runs: the requests of a file or of a named setting, on an engine with a cost. */
import type { CostModel } from '../env/serving/cost/cost.js';
import type { Rules } from '../env/serving/rules.js';
import type { Slo } from '../env/serving/slo.js';
import { namedSetting } from '../env/settings/catalogue.js';
import { deployHardware, draftRules } from '../env/settings/deployment.js';
import { openSetting } from '../env/settings/setting.js';
import type { Split } from '../env/workloads/families/family.js';
import { readTrace } from '../env/workloads/traces/read.js';
import type { TraceFormat } from '../env/workloads/traces/reader.js';
import type { Workload } from '../env/workloads/workload.js';
import { columnNames } from './columns.js';
import { readCost } from './cost-file.js';
import { engineRules } from './engine-file.js';

/** As the command line gives it. */
export interface RunNames {
  readonly setting?: string | undefined;
  readonly split?: Split | undefined;
  readonly load?: number | undefined;
  readonly requests?: string | undefined;
  readonly format?: string | undefined;
  readonly columns?: Readonly<Record<string, unknown>> | undefined;
  readonly skipBadRows: boolean;
  readonly engine?: string | undefined;
  readonly cost?: string | undefined;
  readonly seed: number;
}

export interface RunInputs {
  readonly workload: Workload;
  /** Bad rows of the file that were left out, and the first of them. */
  readonly skipped: { readonly count: number; readonly examples: readonly string[] };
  readonly rules: Rules;
  readonly cost: CostModel;
  readonly slo: readonly Slo[];
}

/**
 * Requests, engine and cost as given; what is not given is the setting's, without one Llama-3-8B on an A100 under vLLM.
 * @throws Error that names what is missing or wrong
 */
export async function openRun(given: RunNames): Promise<RunInputs> {
  const { engine, cost } = given;
  if (given.setting === undefined) {
    const lost = (['split', 'load'] as const).find((key) => given[key] !== undefined);
    if (lost !== undefined) throw new Error(`${lost}: belongs to a named setting, give --setting as well`);
    const priced = readCost(cost ?? 'llama-3-8b@a100');
    const rules = engineRules(engine ?? 'vllm-v1', { hardware: priced.limits });
    return { ...(await requestsOf(given)), rules, cost: priced.cost, slo: [] };
  }
  const setting = namedSetting(given.setting);
  const { deployment, capacity, slo } = setting;
  const { source } = openSetting(setting, { split: given.split, load: given.load });
  const hardware = cost === undefined ? deployHardware(deployment) : readCost(cost);
  const changes = { ...draftRules(deployment.draft, capacity.gamma), ...deployment.rules };
  const rules = engineRules(engine ?? deployment.engine, { hardware: hardware.limits, changes });
  const requests =
    given.requests === undefined
      ? { workload: source.sample(given.seed), skipped: { count: 0, examples: [] } }
      : await requestsOf(given);
  return { ...requests, rules, cost: hardware.cost, slo };
}

async function requestsOf(given: RunNames): Promise<Pick<RunInputs, 'workload' | 'skipped'>> {
  if (given.requests === undefined)
    throw new Error('--requests is required: give a file, or a --setting that has its own');
  const { workload, report } = await readTrace(given.requests, {
    skipBadRows: given.skipBadRows,
    ...(given.format !== undefined && { format: given.format as TraceFormat }),
    ...(given.columns !== undefined && { columns: columnNames(given.columns) }),
  });
  return { workload, skipped: report.skipped };
}
