/** Turns a value of one version into the next version's shape. */
export type Upcast = (older: unknown) => unknown;

/**
 * A stored value in today's shape: `upcasts[0]` makes version 2 of version 1, and so on, so today's version is one more
 * than there are of them. Throws on a version that is not known.
 */
export function upcast(value: unknown, version: number, upcasts: readonly Upcast[]): unknown {
  const today = upcasts.length + 1;
  if (version < 1 || version > today) throw new Error(`Its version is ${version}; versions 1 to ${today} are known.`);
  return upcasts.slice(version - 1).reduce((older, step) => step(older), value);
}
