/** A parcel that has been handed in, with what a test wants to be different. */
export function parcel(different = {}) {
  return {
    number: "PP473124829NL",
    recipient: "Anna de Vries",
    address: "Oudegracht 12, 3511 AB Utrecht, NL",
    zone: "city",
    sentAt: "2026-11-02T08:15:00Z",
    events: [
      { at: "2026-11-02T08:15:00Z", status: "registered", place: "Utrecht counter" },
      { at: "2026-11-02T08:20:00Z", status: "accepted", place: "Utrecht counter" },
    ],
    ...different,
  };
}
