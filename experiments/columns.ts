/** Which column of a user's file holds which field. */
import { didYouMean } from '../env/spelling.js';
import { bindings, type ColumnNames } from '../env/workloads/traces/fields.js';

/** @throws Error at the first field that does not exist or is not given a name */
export function columnNames(columns: Readonly<Record<string, unknown>>): ColumnNames {
  const fields = [...new Set(bindings().map(({ field }) => String(field)))];
  for (const [field, column] of Object.entries(columns)) {
    if (!fields.includes(field))
      throw new Error(`columns: unknown field ${JSON.stringify(field)}${didYouMean(field, fields)}`);
    if (typeof column !== 'string')
      throw new Error(`columns: ${field} is ${JSON.stringify(column)}, expected the name of a column`);
  }
  return columns as ColumnNames;
}
