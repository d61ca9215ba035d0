/** Events in the order in which they happened. */
export function sorted(events) {
  return [...events].sort((a, b) => a.at.localeCompare(b.at));
}

/** The newest event. A parcel has at least one. */
export function latest(events) {
  return sorted(events).at(-1);
}
