/** Calendar times in trace files. */
import { fromMillis, MICROS_PER_SECOND, type Micros } from '../../time.js';

const MINUTE = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)$/;
const MINUTE_LENGTH = 16;
const REST = /^:(\d\d)(?:\.(\d{1,9}))? ?(?:Z|([+-])(\d\d):?(\d\d))?$/;

/** The minute parsed last: in a trace most times share it with the line before. */
let minuteText = '';
let minuteStart: Micros | undefined;

/**
 * A time like `2023-11-16 18:15:46.6805900` or `2024-05-10T00:00:00+02:00` as µs since 1970; UTC if it names no zone. The digits
 * of the fraction are counted, not multiplied, so nothing is lost; the seventh digit rounds.
 * @returns undefined if the text is no such time or no date of the calendar
 */
export function parseTimestamp(text: string): Micros | undefined {
  const minute = text.slice(0, MINUTE_LENGTH);
  if (minute !== minuteText) {
    minuteStart = parseMinute(minute);
    minuteText = minute;
  }
  const match = REST.exec(text.slice(MINUTE_LENGTH));
  if (minuteStart === undefined || !match) return undefined;
  const [, second, fraction = '', sign] = match;
  if (Number(second) > 59) return undefined;
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0')) + (fraction[6] >= '5' ? 1 : 0);
  const time = minuteStart + Number(second) * MICROS_PER_SECOND + micros;
  if (!sign) return time;
  const zone = (60 * Number(match[4]) + Number(match[5])) * 60 * MICROS_PER_SECOND;
  return sign === '-' ? time + zone : time - zone;
}

function parseMinute(text: string): Micros | undefined {
  const match = MINUTE.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map(Number);
  if (hour > 23 || minute > 59) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute));
  // A day that the month does not have would have become one of the next month.
  return date.getUTCDate() === day && date.getUTCMonth() === month - 1 ? fromMillis(date.getTime()) : undefined;
}
