/** Euros: what a parcel costs before weight, and for each kilogram begun. */
export const zones = {
  city: { base: 3.1, perKilo: 0.4 },
  country: { base: 4.35, perKilo: 0.7 },
  europe: { base: 9.6, perKilo: 1.9 },
  world: { base: 17.2, perKilo: 6.15 },
};
