const days = { city: 1, country: 2, europe: 4, world: 9 };

/** The day a parcel should arrive, as `YYYY-MM-DD`; null for an unknown zone. */
export function estimateArrival(sentAt, zone) {
  const needed = days[zone];
  if (needed === undefined) return null;
  const day = new Date(sentAt);
  day.setUTCDate(day.getUTCDate() + needed);
  return day.toISOString().slice(0, 10);
}
