/**
 * Request lists of Vidur (github.com/microsoft/vidur; Agrawal et al., MLSys 2024) and of simulators that take them over. Its processed
 * traces of texts have lengths only.
 */
import { csvRows, hasColumns } from './csv.js';
import type { TraceReader } from './reader.js';

const ARRIVAL = 'arrived_at';
const LENGTHS = { promptTokens: 'num_prefill_tokens', outputTokens: 'num_decode_tokens' };

export const vidur: TraceReader = {
  name: 'vidur',
  summary: 'Vidur request list (CSV, s), with arrival times or without',
  header: true,
  detect: ([first]) => hasColumns(first, ...Object.values(LENGTHS)),
  start(first) {
    if (!hasColumns(first, ARRIVAL)) {
      return { ...csvRows(first, { columns: LENGTHS, needed: ['promptTokens', 'outputTokens'] }), timeless: true };
    }
    const columns = { arrival: ARRIVAL, ...LENGTHS };
    return csvRows(first, { columns, unit: 's', needed: ['arrival', 'promptTokens', 'outputTokens'] });
  },
};
