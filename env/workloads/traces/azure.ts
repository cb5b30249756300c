/**
 * Azure LLM inference traces (github.com/Azure/AzurePublicDataset, CC-BY): 2023 (Patel et al., Splitwise, ISCA 2024) and 2024 (Stojkovic
 * et al., DynamoLLM, HPCA 2025). The columns are the same; 2024 writes times with their zone and leaves out a fraction of 0.
 */
import { csvRows } from './csv.js';
import type { TraceFormat, TraceReader } from './reader.js';
import { BadRow, shown } from './row.js';

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const COLUMNS = { arrival: 'TIMESTAMP', promptTokens: 'ContextTokens', outputTokens: 'GeneratedTokens' };
const WITH_ZONE = /^[^,]*([+-]\d\d:?\d\d|Z),/;

function azure(name: TraceFormat, summary: string, zone: boolean): TraceReader {
  return {
    name,
    summary,
    header: true,
    detect: ([first, second]) => first.trim() === HEADER && WITH_ZONE.test(second ?? '') === zone,
    start(first) {
      if (first.trim() !== HEADER) throw new BadRow(undefined, `the header ${HEADER}`, shown(first));
      return csvRows(HEADER, { columns: COLUMNS, unit: 'iso', needed: ['arrival', 'promptTokens', 'outputTokens'] });
    },
  };
}

export const azure2023 = azure('azure-2023', 'Azure LLM inference trace 2023 (CSV, UTC times of 100 ns)', false);
export const azure2024 = azure('azure-2024', 'Azure LLM inference trace 2024 (CSV, times with zone)', true);
