import { createRouter } from "./router.js";
import { isTrackingNumber } from "./parcels/number.js";
import { search } from "./parcels/search.js";
import { estimateArrival } from "./parcels/eta.js";
import { latest } from "./parcels/timeline.js";
import { quote } from "./pricing/quote.js";
import { parcelPage } from "./render/parcel-page.js";
import { searchPage } from "./render/search-page.js";

/** All routes, without a port: `handle` takes a method and a URL and gives a status, a type and a body. */
export function createApp({ store, log }) {
  const router = createRouter();

  router.add("GET", "/", ({ query }) => html(200, searchPage(query.get("q") ?? "", search(store.all(), query.get("q") ?? ""))));

  router.add("GET", "/parcels/:number", ({ params }) => {
    const parcel = store.get(params.number);
    return parcel ? html(200, parcelPage(parcel)) : html(404, "<h1>We do not know this parcel</h1>");
  });

  router.add("GET", "/api/parcels", ({ query }) => json(200, { parcels: search(store.all(), query.get("q") ?? "").map(summary) }));

  router.add("GET", "/api/parcels/:number", ({ params }) => {
    if (!isTrackingNumber(params.number)) return json(400, { error: "This is not a tracking number." });
    const parcel = store.get(params.number);
    return parcel ? json(200, { ...summary(parcel), events: parcel.events }) : json(404, { error: "We do not know this parcel." });
  });

  router.add("GET", "/api/quote", ({ query }) => {
    const result = quote({ zone: query.get("zone"), weightKg: Number(query.get("weight")), bulky: query.has("bulky") });
    return result ? json(200, result) : json(400, { error: "Name a zone and a weight between 0 and 30 kg." });
  });

  return {
    handle({ method, url }) {
      const { pathname, searchParams } = new URL(url, "http://localhost");
      const found = router.match(method, pathname);
      if (!found) return json(404, { error: "There is nothing here." });
      log.debug("request", { method, pathname });
      return found.handler({ params: found.params, query: searchParams });
    },
  };
}

function summary(parcel) {
  return {
    number: parcel.number,
    recipient: parcel.recipient,
    status: latest(parcel.events).status,
    arrives: estimateArrival(parcel.sentAt, parcel.zone),
  };
}

function json(status, value) {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

function html(status, body) {
  return { status, type: "text/html; charset=utf-8", body };
}
