/**
 * BurstGPT (github.com/HPMLL/BurstGPT, CC-BY; Wang et al., arXiv 2401.17644): requests to ChatGPT and GPT-4 over 121 days, release 2 110
 * more. Release 2 has two columns more (Session ID, Elapsed time). Times are seconds from midnight of the first day, so the first
 * request is time 0; it runs open-loop, as it was recorded. A request without response tokens failed.
 */
import { csvRows, hasColumns } from './csv.js';
import type { TraceReader } from './reader.js';

const COLUMNS = { arrival: 'Timestamp', promptTokens: 'Request tokens', outputTokens: 'Response tokens' };

export const burstgpt: TraceReader = {
  name: 'burstgpt',
  summary: 'BurstGPT (CSV): failed requests are left out',
  header: true,
  detect: ([first]) => hasColumns(first, ...Object.values(COLUMNS)),
  start: (first) => ({
    ...csvRows(first, {
      columns: COLUMNS,
      unit: 's',
      needed: ['arrival', 'promptTokens', 'outputTokens'],
      zeroFails: COLUMNS.outputTokens,
    }),
    calendar: true,
  }),
};
