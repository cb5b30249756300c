/** Reads a trace of requests from a file into a workload. */
import { basename } from 'node:path';
import { toSeconds } from '../../time.js';
import { ownTimes } from '../rounds.js';
import type { Workload } from '../workload.js';
import { createCollector } from './collect.js';
import type { ReadOptions, TraceFormat } from './reader.js';
import { type RowReport, readRows } from './stream.js';

export { traceReaders } from './formats.js';
export type { ReadOptions, TraceFormat } from './reader.js';

/** What reading a file came to. */
export interface ReadReport {
  readonly file: string;
  readonly format: TraceFormat;
  /** Lines looked at (reading stops at the end of a window, or at a limit). */
  readonly lines: number;
  readonly requests: number;
  /** Rows outside the window, as far as they were looked at. */
  readonly outside: number;
  /** Requests of which the trace says that they failed: they are left out. */
  readonly failed: number;
  /** Prompts and outputs that were cut. */
  readonly clipped: { readonly prompts: number; readonly outputs: number };
  /** Bad rows left out, and the first few of them as they would have been reported. */
  readonly skipped: { readonly count: number; readonly examples: readonly string[] };
  /** Columns of the file that mean nothing to the format. */
  readonly unusedColumns: readonly string[];
  /** From the first to the last arrival of the workload, in seconds. */
  readonly span: number;
}

/**
 * Reads `file`, plain or gzip, line by line. The first date of a calendar format is time 0; numbers are kept as they are. A
 * request's key is the number of its line unless the file has keys, so that windows, limits and skipped rows do not change
 * anybody's luck. Where the file declares no maximum, none is declared: the model length decides, never the true length. Who
 * follows another request goes with it: into the window, or out of it.
 * @throws Error naming file, line, column, what was expected and what was found, at the first thing that is wrong
 */
export async function readTrace(
  file: string,
  options: ReadOptions = {},
): Promise<{ workload: Workload; report: ReadReport }> {
  const collector = createCollector(options);
  let read: RowReport | undefined;
  for await (const { rows, lines, report } of readRows(file, options)) {
    read = report;
    if (report.timeless && !options.arrivals) {
      throw new Error(
        `${file}: ${report.format} has no arrival times; say when requests arrive (option arrivals: a Poisson rate, at once, …)`,
      );
    }
    for (let k = 0; k < rows.length; k++) {
      try {
        collector.add(rows[k], lines[k]);
      } catch (error) {
        report.bad.refuse(error, lines[k]);
      }
    }
  }
  const collected = read && collector.finish(basename(file), read.bad);
  if (!read || !collected?.workload.count)
    throw new Error(`${file}: no request is left, all follow others that do not come`);
  const { workload, outside } = collected;
  const own = ownTimes(workload);
  return {
    workload,
    report: {
      file,
      format: read.format,
      lines: read.lines,
      requests: workload.count,
      outside: read.outside + outside,
      failed: read.failed,
      clipped: read.clipped,
      skipped: { count: read.bad.count, examples: read.bad.examples },
      unusedColumns: read.unusedColumns,
      span: toSeconds(workload.arrival[own - 1] - workload.arrival[0]),
    },
  };
}
