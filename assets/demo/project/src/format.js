const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `4.5` → `€4.50` */
export function formatMoney(euros) {
  return `€${euros.toFixed(2)}`;
}

/** `2026-11-02T09:30:00Z` → `2 Nov 2026` */
export function formatDay(iso) {
  const day = new Date(iso);
  return `${day.getUTCDate()} ${months[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}
