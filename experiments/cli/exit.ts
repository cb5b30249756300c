/** How a command ends: codes that mean something, errors that fit on a line. */

export const Exit = { ok: 0, failed: 1, usage: 2, defect: 70, interrupted: 130 } as const;

/** For --help. */
export const EXIT_CODES =
  'Exit codes: 0 done · 1 a check failed · 2 bad input or usage · 70 a defect of servegym · 130 interrupted (finished results are kept).';

/** Ctrl-C, after everything finished has been written. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The exit code of an error and its one line. SERVEGYM_DEBUG adds the stack. */
export function explain(error: unknown): { code: number; line: string } {
  if (!(error instanceof Error)) return { code: Exit.defect, line: `error: ${String(error)}` };
  const told = error.message.replace(/\s*\n\s*/g, ' ').trim() || error.name;
  const stack = process.env.SERVEGYM_DEBUG ? `\n${error.stack}` : '';
  if (error instanceof Interrupted) return { code: Exit.interrupted, line: `interrupted: ${told}` };
  if (isDefect(error))
    return { code: Exit.defect, line: `a defect of servegym (SERVEGYM_DEBUG=1 shows where): ${told}${stack}` };
  return { code: Exit.usage, line: `error: ${told}${stack}` };
}

const isDefect = (error: Error): boolean => error instanceof TypeError || error instanceof ReferenceError;
