/** One list of requests from settings. */
import { noAcceptance } from '../../env/workloads/acceptance/acceptance.js';
import { acceptanceKinds } from '../../env/workloads/acceptance/kinds.js';
import { ownTimes } from '../../env/workloads/rounds.js';
import type { Progress } from '../../env/workloads/traces/lines.js';
import type { Workload } from '../../env/workloads/workload.js';
import type { Opened } from './arriving.js';
import { chat, family, setting } from './drawn.js';
import { servegen } from './servegen.js';
import { type RequestsSettings, type SourceName, sourceOf } from './settings.js';
import { trace } from './trace.js';

const SOURCES: Readonly<
  Record<SourceName, (given: RequestsSettings, progress?: Progress) => Opened | Promise<Opened>>
> = { chat, setting, family, servegen, trace };

/**
 * The requests that settings describe.
 * @param progress of reading a file
 * @throws Error that names the setting, or file and line
 */
export async function openRequests(given: RequestsSettings, progress?: Progress): Promise<Opened> {
  const { workload, facts } = await SOURCES[sourceOf(given)](given, progress);
  const followers = workload.count - ownTimes(workload);
  return {
    workload: withDraft(workload, given),
    facts: followers > 0 ? [...facts, `${followers} of them follow the answer to another`] : facts,
  };
}

/** What is recorded stays; else the acceptance that was fitted to the proposer. */
function withDraft(workload: Workload, { draft, trace, seed }: RequestsSettings): Workload {
  if (draft === undefined) return workload;
  if (draft === 'none') return { ...workload, acceptance: noAcceptance };
  if (trace !== undefined && !workload.acceptance.never) return workload;
  return { ...workload, acceptance: acceptanceKinds[draft].make(workload, seed) };
}
