import { z } from "zod";

const wordsSchema = z.object({ text: z.string() });

/** What people type when nothing is to be said: that it goes on shows that it should have gone on by itself. */
const bare =
  /^(?:(?:please|ok|okay|yes|yep|sure|just)[\s,]*)*(?:continue|go on|go ahead|keep going|carry on|proceed|resume|next|weiter|mach weiter)?(?:[\s,]*(?:please|now|then|on|with (?:it|that|the (?:ticket|task|work|plan))))*[\s.!…]*$/i;

/** Whether a steer, as its command was recorded, says no more than to go on. */
export function isGoOn(input: string | null): boolean {
  if (input === null || input.length > 400) return false;
  try {
    const { text } = wordsSchema.parse(JSON.parse(input));
    return text.trim() !== "" && bare.test(text.trim());
  } catch {
    // Cut, so too long to be that.
    return false;
  }
}
