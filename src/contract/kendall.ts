/**
 * How well two orders of the same things agree: 1 when they are the same, -1 when one is the other backwards, about 0 when
 * they have nothing to do with each other. Kendall's τ, for orders without ties.
 */
export function kendallTau(one: readonly string[], other: readonly string[]): number {
  const place = new Map(other.map((id, at) => [id, at]));
  const places = one.map((id) => place.get(id) ?? Number.NaN);
  if (new Set(one).size !== other.length || place.size !== one.length || places.some(Number.isNaN))
    throw new Error("Both orders must hold the same ids.");
  const pairs = (places.length * (places.length - 1)) / 2;
  if (pairs === 0) return 1;
  let agreed = 0;
  places.forEach((here, at) => {
    for (const there of places.slice(at + 1)) agreed += there > here ? 1 : -1;
  });
  return agreed / pairs;
}
