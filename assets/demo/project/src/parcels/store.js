import { canMove } from "./status.js";
import { latest } from "./timeline.js";

/** Parcels in memory, by number. */
export function createStore(parcels) {
  const byNumber = new Map(parcels.map((parcel) => [parcel.number, parcel]));

  return {
    all: () => [...byNumber.values()],
    get: (number) => byNumber.get(number) ?? null,
    /** Adds what happened to a parcel; refuses what cannot follow. */
    record(number, event) {
      const parcel = byNumber.get(number);
      if (!parcel) throw new Error(`No parcel ${number}`);
      const { status } = latest(parcel.events);
      if (!canMove(status, event.status)) throw new Error(`${number} cannot go from ${status} to ${event.status}`);
      parcel.events.push(event);
      return parcel;
    },
  };
}
