import type { Workstream } from "../../contract/states.ts";
import { useEngine } from "../store/app.ts";
import { forecastWords } from "./grid/facts-in-words.ts";

/** What a workstream's commits do not go together with, in words; empty when they do. */
export function useForecastWords({ forecast, place }: Workstream): string {
  return useEngine(({ fleet }) => forecastWords(forecast, place.base, fleet).join("; "));
}
