import { z } from "zod";
import { verb } from "./verb.ts";

export const share = verb({
  name: "share",
  summary: "An address of the control room for somebody who may look and do nothing else.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: [],
  args: z.object({ end: z.boolean().default(false).describe("End all such addresses instead") }),
  async run({ client, args }) {
    if (args.end) {
      await client.reader.dismiss({});
      return { text: "Nobody may look any more.", data: {} };
    }
    const { url, token } = await client.reader.invite({});
    return { text: `${url}/#token=${token}\nnext: \`cox share --end\` ends it`, data: { url, token } };
  },
});
