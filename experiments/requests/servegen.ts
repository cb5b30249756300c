/** Requests of many clients, after ServeGen (Xiang et al., arXiv 2505.09999). */
import { manyClientsSource } from '../../env/workloads/servegen/many-clients.js';
import { servegenSource } from '../../env/workloads/servegen/source.js';
import type { Progress } from '../../env/workloads/traces/lines.js';
import { windowOf } from '../trace-options.js';
import { arriving, type Opened } from './arriving.js';
import type { RequestsSettings } from './settings.js';

/** Sets whose statistics ship with the package. */
const SETS = ['m-large', 'm-mid'] as const;

/** @throws Error naming file and line, or the setting */
export async function servegen(given: RequestsSettings, progress?: Progress): Promise<Opened> {
  const { servegen: name = '', rate, arrivals, seed } = given;
  const set = SETS.find((known) => known === name);
  const { workload, facts } = set ? ofStatistics(set, given) : await ofFile(name, given, progress);
  if (arrivals === undefined) return { workload, facts };
  if (rate === undefined) throw new Error('arrivals: these replace the bursts of the clients, say at what --rate');
  return { workload: arriving(workload, arrivals, rate, seed), facts };
}

function ofStatistics(set: (typeof SETS)[number], { clients, requests, rate, window, seed }: RequestsSettings): Opened {
  if (window !== undefined) throw new Error('window belongs to clients of a file, statistics have none');
  const source = manyClientsSource({
    set,
    ...(clients !== undefined && { clients }),
    ...(requests !== undefined && { requests }),
    ...(rate !== undefined && { rate }),
  });
  return { workload: source.sample(seed), facts: [`${source.name}, drawn from their statistics`] };
}

async function ofFile(
  trace: string,
  { clients, requests, rate, window, seed }: RequestsSettings,
  progress?: Progress,
): Promise<Opened> {
  const { from = 0, to } = window === undefined ? {} : windowOf(window);
  if (to === undefined)
    throw new Error(
      `servegen: say which part of ${trace}, in seconds, e.g. --window 0:600; or name statistics: ${SETS.join(', ')}`,
    );
  if (requests !== undefined) throw new Error('requests: clients of a file send what they send in --window');
  const { name, report, sample } = await servegenSource({
    trace,
    from,
    to,
    ...(clients !== undefined && { clients }),
    ...(rate !== undefined && { rate }),
    ...(progress && { progress }),
  });
  const { share } = report.withoutLengths;
  const facts = [`${report.clients} clients of ServeGen, ${name}`];
  if (share > 0)
    facts.push(
      `${(100 * share).toFixed(0)} % of the requests are of clients without published lengths: they take those of others`,
    );
  return { workload: sample(seed), facts };
}
