import { describe, expect, it } from "vitest";
import { defaultPrompt } from "./default-prompt.ts";
import type { PromptTicket } from "./render-prompt.ts";
import { renderPrompt } from "./render-prompt.ts";

const bare: PromptTicket = { key: "late-fee", title: "Charge the {{ late }} fee once" };

async function rendered(template: string, ticket: PromptTicket = bare, attempt: number | null = null): Promise<string> {
  const result = await renderPrompt(template, ticket, attempt);
  return result.ok ? result.value : result.error.message;
}

describe("renderPrompt", () => {
  it("knows the first run from later ones without tripping strict mode", async () => {
    const template = "[{% if attempt %}{{ attempt }}{% else %}first{% endif %}]";
    expect(await rendered(template)).toBe("[first]");
    expect(await rendered(template, bare, 1)).toBe("[1]");
  });

  it("prints every field of a bare ticket", async () => {
    const fields = [
      "id",
      "native_ref",
      "identifier",
      "title",
      "description",
      "priority",
      "state",
      "branch_name",
      "url",
      "assignee_id",
      "dispatchable",
      "created_at",
      "updated_at",
    ];
    expect(await rendered(fields.map((field) => `{{ issue.${field} }}`).join("|"))).toBe(
      "late-fee||late-fee|Charge the {{ late }} fee once|||||||true||",
    );
  });

  it("loops over labels and blockers and reaches into the tracker's own reference", async () => {
    const ticket = {
      ...bare,
      labels: ["a", "b"],
      blockedBy: [{ id: "1", key: "one", state: "done" }],
      nativeRef: { path: "tickets/x.md" },
      createdAt: "2026-11-02T09:00:00.000Z",
    };
    const template =
      "{% for l in issue.labels %}{{ l }},{% endfor %}{% for b in issue.blocked_by %}{{ b.identifier }}:{{ b.state }}{% endfor %} {{ issue.native_ref.path }} {{ issue.created_at }}";
    expect(await rendered(template, ticket)).toBe("a,b,one:done tickets/x.md 2026-11-02T09:00:00.000Z");
  });

  it.each([
    ["{{ nope }}", "template_render_error"],
    ["{{ issue.nope }}", "template_render_error"],
    ["{{ issue.title | nope }}", "template_render_error"],
    ["{{ issue.constructor }}", "template_render_error"],
    ["{% include 'package.json' %}", "template_render_error"],
    ["{% render 'package.json' %}", "template_render_error"],
    ["{% layout 'package.json' %}", "template_render_error"],
    ["{% for i in (1..100000000) %}{{ i }}{% endfor %}", "template_render_error"],
    ["{% if issue.title", "template_parse_error"],
    ["{% if issue.title %}", "template_parse_error"],
    ["{% nosuchtag %}", "template_parse_error"],
  ])("refuses %s with %s", async (template, name) => {
    expect(await rendered(template)).toMatch(new RegExp(`^${name}: `));
  });

  it("fails only on the path that is taken", async () => {
    expect(await rendered('{% if issue.labels contains "x" %}{{ nope }}{% endif %}fine')).toBe("fine");
  });

  it("renders the default prompt with and without a description and an attempt", async () => {
    const first = await rendered(defaultPrompt);
    expect(first).toMatch(
      /^You are working on ticket late-fee: Charge the \{\{ late \}\} fee once\n\nHow to work here:/,
    );
    const second = await rendered(defaultPrompt, { ...bare, description: "Twice is once too often." }, 2);
    expect(second).toContain("\n\nTwice is once too often.\n");
    expect(second).toContain("This is attempt 2.");
    expect(second).not.toMatch(/\n{3}/);
  });
});
