const postcodes = {
  NL: /^[1-9]\d{3} ?[A-Z]{2}$/,
  DE: /^\d{5}$/,
  BE: /^[1-9]\d{3}$/,
};

/** Whether a text can be a postcode there. Countries without a rule accept anything that is not blank. */
export function isPostcode(country, text) {
  const rule = postcodes[country];
  return rule ? rule.test(text) : text.trim() !== "";
}

/** The lines of a label: one per part of the address. */
export function addressLines(address) {
  return address.split(",").map((part) => part.trim());
}
