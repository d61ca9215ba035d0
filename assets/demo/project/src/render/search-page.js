import { labelOf } from "../parcels/status.js";
import { latest } from "../parcels/timeline.js";
import { escapeHtml, page } from "./html.js";

/** The front page: a field, and what was found. */
export function searchPage(words, found) {
  const rows = found.map((parcel) => `<li><a href="/parcels/${parcel.number}">${parcel.number}</a> ${labelOf(latest(parcel.events).status)}</li>`);
  return page(
    "Find a parcel",
    `<h1>Find a parcel</h1>
<form><input name="q" value="${escapeHtml(words)}" aria-label="Number, name or address"><button>Find</button></form>
<ul>${rows.join("")}</ul>`,
  );
}
