// The adapter of the old counter software (2011). The counters moved to the HTTP API in spring.
import { zones } from "../src/pricing/zones.js";

export function quoteEnvelope(zone, weight) {
  const rate = zones[zone];
  const price = (rate.base + rate.perKilo * Math.ceil(weight)).toFixed(2);
  return `<?xml version="1.0"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body><QuoteResponse><Price currency="EUR">${price}</Price></QuoteResponse></soap:Body>
</soap:Envelope>`;
}

export function parseRequest(xml) {
  const zone = /<Zone>(\w+)<\/Zone>/.exec(xml)?.[1];
  const weight = Number(/<Weight>([\d.]+)<\/Weight>/.exec(xml)?.[1]);
  return { zone, weight };
}
