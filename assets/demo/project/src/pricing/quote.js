import { zones } from "./zones.js";
import { surcharges } from "./surcharges.js";

/** What a parcel costs, in euros; null when the zone or the weight is not ours to carry. */
export function quote({ zone, weightKg, bulky }) {
  const rate = zones[zone];
  if (!rate || !(weightKg > 0 && weightKg <= 30)) return null;
  const price = rate.base + rate.perKilo * Math.ceil(weightKg);
  const extra = surcharges(price, { bulky });
  return { price, surcharges: extra, total: price + extra };
}
