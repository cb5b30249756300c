/** Workloads of LLMServingSim (github.com/casys-kaist/LLMServingSim; Cho et al., IISWC 2024): lengths, and times in ns. */
import { csvRows, hasColumns } from './csv.js';
import type { TraceReader } from './reader.js';

const COLUMNS = { arrival: 'arrival_time_ns', promptTokens: 'input_toks', outputTokens: 'output_toks' };

export const llmservingsim: TraceReader = {
  name: 'llmservingsim',
  summary: 'LLMServingSim workload (CSV, ns)',
  header: true,
  detect: ([first]) => hasColumns(first, ...Object.values(COLUMNS)),
  start: (first) =>
    csvRows(first, { columns: COLUMNS, unit: 'ns', needed: ['arrival', 'promptTokens', 'outputTokens'] }),
};
