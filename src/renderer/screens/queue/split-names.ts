import type { Split } from "../../../contract/attention.ts";

export const splitNames: Readonly<Record<Split, string>> = {
  blocking: "Blocking",
  review: "Review",
  land: "Land",
  fyi: "FYI",
  snoozed: "Snoozed",
};
