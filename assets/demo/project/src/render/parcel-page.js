import { addressLines } from "../address.js";
import { formatDay } from "../format.js";
import { estimateArrival } from "../parcels/eta.js";
import { isOver, labelOf } from "../parcels/status.js";
import { latest, sorted } from "../parcels/timeline.js";
import { page } from "./html.js";

/** Where a parcel is, and where it has been. */
export function parcelPage(parcel) {
  const { status } = latest(parcel.events);
  const events = sorted(parcel.events).map((event) => `<li>${formatDay(event.at)}: ${labelOf(event.status)}, ${event.place}</li>`);
  return page(
    parcel.number,
    `<h1>${labelOf(status)}</h1>
<p>For ${parcel.recipient}</p>
<address>${addressLines(parcel.address).join("<br>")}</address>
${isOver(status) ? "" : `<p>Should arrive on ${formatDay(estimateArrival(parcel.sentAt, parcel.zone))}</p>`}
<ol>${events.join("")}</ol>`,
  );
}
