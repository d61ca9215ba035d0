const weights = [8, 6, 4, 2, 3, 5, 9, 7];

/**
 * A tracking number is two letters, eight digits, a check digit and the country, as in `PP473124829NL` (the postal union's S10).
 */
export function isTrackingNumber(text) {
  const match = /^([A-Z]{2})(\d{8})(\d)([A-Z]{2})$/.exec(text);
  return match !== null && checkDigit(match[2]) === Number(match[3]);
}

export function checkDigit(digits) {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  const check = 11 - (sum % 11);
  return check > 9 ? 0 : check;
}
