import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { verbs } from "../src/verbs/table.ts";

const root = path.dirname(import.meta.dirname);
const pages = ["README.md", "AGENTS.md", ...globSync("docs/**/*.md", { cwd: root }).toSorted()];

/** A page without its code, where brackets are not links. */
function proseOf(page: string): string {
  return readFileSync(path.join(root, page), "utf8")
    .replaceAll(/^(```+)[\s\S]*?^\1/gm, "")
    .replaceAll(/`[^`\n]*`/g, "");
}

/** Where the links and images of a page lead, without those that leave the project. */
function linksOf(page: string): string[] {
  const targets = [...proseOf(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^(https?|mailto):/.test(target));
}

/** The names under which a page's headings are linked to. */
function anchorsOf(page: string): string[] {
  const headings = [...readFileSync(path.join(root, page), "utf8").matchAll(/^#+ (.+)$/gm)];
  return headings.map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

/** Why a link leads nowhere; undefined when it does not. */
function fault(page: string, link: string): string | undefined {
  const [file = "", anchor] = decodeURI(link).split("#");
  const target = file === "" ? page : path.join(path.dirname(page), file);
  if (!existsSync(path.join(root, target))) return `${link}: there is no ${target}`;
  if (anchor === undefined || !target.endsWith(".md") || anchorsOf(target).includes(anchor)) return undefined;
  return `${link}: ${target} has no heading for #${anchor}`;
}

describe("the documentation", () => {
  it.each(pages)("%s has only links that lead somewhere", (page) => {
    expect(linksOf(page).flatMap((link) => fault(page, link) ?? [])).toEqual([]);
  });

  it("links to every page of docs/ from AGENTS.md or README.md, or from a page these link to", () => {
    const found = new Set(["README.md", "AGENTS.md"]);
    for (const page of found) {
      for (const link of page.endsWith(".md") ? linksOf(page) : []) {
        const target = path.join(path.dirname(page), link.split("#")[0] ?? "");
        if (pages.includes(target)) found.add(target);
        for (const inside of pages.filter((each) => path.dirname(each) === target.replace(/\/$/, "")))
          found.add(inside);
      }
    }
    expect(pages.filter((page) => !found.has(page))).toEqual([]);
  });

  it("has a heading in docs/cox.md for every verb", () => {
    expect(anchorsOf("docs/cox.md")).toEqual(expect.arrayContaining(verbs.map(({ name }) => name)));
  });

  it("keeps AGENTS.md under 100 lines, since it is read in full each time", () => {
    expect(readFileSync(path.join(root, "AGENTS.md"), "utf8").split("\n").length).toBeLessThan(100);
  });
});
