/** Share of the price, for fuel. */
export const fuelRate = 0.045;

/** Euros, for what does not fit on the belt. */
export const bulkyFee = 2.95;

export function surcharges(price, { bulky }) {
  const fuel = price * fuelRate;
  return bulky ? fuel + bulkyFee : fuel;
}
