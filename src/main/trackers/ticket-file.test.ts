import { describe, expect, it } from "vitest";
import { readTicketFile } from "./ticket-file.ts";

describe("a ticket's file", () => {
  it("is read or refused in no time, whatever a repository put there", () => {
    const begun = performance.now();
    const heading = readTicketFile("a", `# Long${"#".repeat(100_000)}x\n`);
    expect(heading).toMatchObject({ ok: true, value: { title: "Long" } });
    const entangled = [
      "? ".repeat(3_000),
      "?\n ".repeat(1_500),
      "[? ".repeat(2_000),
      `${"{[".repeat(900)}a${"]: b}".repeat(900)}`,
    ];
    const long = Array.from({ length: 20_000 }, (_, at) => `k${at}: 1`).join("\n");
    for (const frontMatter of [...entangled, long]) {
      const read = readTicketFile("b", `---\n${frontMatter}\n---\n`);
      expect(read).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    }
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it("may ask in its title", () => {
    const read = readTicketFile("a", "---\ntitle: Why ? And what for?\n---\n");
    expect(read).toMatchObject({ ok: true, value: { title: "Why ? And what for?" } });
    expect(readTicketFile("b", "# A heading with marks ##\n")).toMatchObject({
      value: { title: "A heading with marks" },
    });
  });
});
