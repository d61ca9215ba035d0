import { z } from "zod";
import { verb } from "./verb.ts";

export const demo = verb({
  name: "demo",
  summary: "Opens the demo: a small repository with tickets, worked on by scripts that really edit and commit.",
  callers: ["human"],
  readOnly: false,
  about: "none",
  positional: [],
  args: z.object({}),
  async run({ client }) {
    const project = await client.project.openDemo({});
    return { text: `${project.name}: ${project.root}, its tickets are being worked on`, data: project };
  },
});
