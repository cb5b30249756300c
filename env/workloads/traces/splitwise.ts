/**
 * Request lists of splitwise-sim (github.com/Mutinifni/splitwise-sim; Patel et al., ISCA 2024). An application is a tenant. Its simulator
 * knows other types of request than language models (2), and batches of prompts as one request: both are refused, since we could not
 * serve them as they are meant.
 */
import { csvRows, hasColumns } from './csv.js';
import type { TraceReader } from './reader.js';

const COLUMNS = { arrival: 'arrival_timestamp', promptTokens: 'prompt_size', outputTokens: 'token_size' };
const OTHERS = { id: 'request_id', tenant: 'application_id' };

export const splitwise: TraceReader = {
  name: 'splitwise',
  summary: 'splitwise-sim request list (CSV, s)',
  header: true,
  detect: ([first]) => hasColumns(first, ...Object.values(COLUMNS)),
  start: (first) =>
    csvRows(first, {
      columns: { ...COLUMNS, ...OTHERS },
      unit: 's',
      needed: ['arrival', 'promptTokens', 'outputTokens'],
      fixed: { request_type: 2, batch_size: 1 },
    }),
};
