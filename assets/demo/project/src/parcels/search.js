/** Parcels whose number, recipient or address contains the words. No words: none. */
export function search(parcels, words) {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return [];
  return parcels.filter((parcel) => [parcel.number, parcel.recipient, parcel.address].some((text) => text.toLowerCase().includes(wanted)));
}
