/** What a value is, in the words of an error message. */
export function kindOf(x: unknown): string {
  if (x === undefined) return 'nothing';
  if (typeof x === 'bigint') return `the bigint ${x}`;
  if (typeof x === 'string') return JSON.stringify(x.length > 40 ? `${x.slice(0, 40)}…` : x);
  if (typeof x !== 'object' || x === null) return String(x);
  if (Array.isArray(x)) return `a list of ${x.length}`;
  const name = Object.getPrototypeOf(x)?.constructor?.name ?? 'Object';
  const article = /^[AEIO]/.test(name) ? 'an' : 'a';
  if (ArrayBuffer.isView(x) && 'length' in x) return `${article} ${name} of ${x.length}`;
  return name === 'Object' ? `an object with ${Object.keys(x).join(', ') || 'no fields'}` : `${article} ${name}`;
}
