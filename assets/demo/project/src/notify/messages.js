import { labelOf } from "../parcels/status.js";

/** What the recipient reads when something happened; null for what nobody needs to hear. */
export function messageFor(parcel, event) {
  switch (event.status) {
    case "accepted":
      return `Your parcel ${parcel.number} has been handed in. Follow it on our website.`;
    case "out_for_delivery":
      return `Your parcel ${parcel.number} comes today.`;
    case "delivered":
    case "returned":
      return `Your parcel ${parcel.number}: ${labelOf(event.status)}.`;
    default:
      return null;
  }
}
