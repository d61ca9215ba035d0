/** What may follow what. A parcel starts as `registered`. */
const moves = {
  registered: ["accepted"],
  accepted: ["in_transit"],
  in_transit: ["in_transit", "out_for_delivery"],
  out_for_delivery: ["delivered", "in_transit", "returned"],
  delivered: [],
  returned: [],
};

const labels = {
  registered: "Registered",
  accepted: "Handed in at the counter",
  in_transit: "On its way",
  out_for_delivery: "Out for delivery",
  delivered: "Delivered",
  returned: "Returned to the sender",
};

export function canMove(from, to) {
  return moves[from]?.includes(to) ?? false;
}

export function labelOf(status) {
  return labels[status] ?? "Unknown";
}

export function isOver(status) {
  return moves[status]?.length === 0;
}
