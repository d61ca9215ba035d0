import { describe, expect, it } from "vitest";
import { fail, ok, unwrap } from "../../contract/errors.ts";
import { defaultPolicy } from "../policy/policy.ts";
import { renderPrompt } from "../policy/render-prompt.ts";
import { aTicket, calm, human, openFleet, type StandOptions } from "./test-stand.ts";

const template =
  "{{ issue.identifier }} {{ issue.title }} [{{ issue.labels | join: ',' }}] p{{ issue.priority }} {{ issue.state }}" +
  "{% for b in issue.blocked_by %} after {{ b.identifier }}{% endfor %}: {{ issue.description }}";
const rendered: StandOptions = {
  policy: { ...defaultPolicy, prompt: template, coxswain: { ...defaultPolicy.coxswain, agent: "scripted" } },
  deps: { render: (policy, ticket, attempt) => renderPrompt(policy.prompt, ticket, attempt) },
};

describe("the first words to an author", () => {
  it("may say all that the tracker knows of the ticket", async () => {
    const { start, thread, tickets } = await openFleet(rendered);
    const blockedBy = [{ id: null, key: "T-8", state: "done" }];
    tickets.set("T-9", aTicket("T-9", { labels: ["ui", "bug"], priority: 2, blockedBy, description: "Mend it." }));
    const { id } = await start({ ticketKey: "T-9" });
    expect(thread(id).sent[0]?.words).toBe("T-9 A ticket [ui,bug] p2 open after T-8: Mend it.");
  });

  it("come from the ticket as it was started when the tracker no longer has it, or does not answer", async () => {
    for (const broken of ["gone", "fails", "hangs"] as const) {
      const stand = await openFleet(rendered);
      stand.tickets.set("T-9", aTicket("T-9", { labels: ["ui"], description: "Mend it." }));
      stand.agent.opening = () => {
        stand.tickets.delete("T-9");
        if (broken === "fails") stand.tracker.byKeys = () => Promise.resolve(fail("UNAVAILABLE", "Down.", "Wait."));
        if (broken === "hangs") stand.tracker.byKeys = () => new Promise(() => undefined);
        return Promise.resolve(ok(undefined));
      };
      const { id } = await stand.start({ ticketKey: "T-9" });
      await stand.clock.pass(20_000);
      expect(stand.thread(id).sent[0]?.words).toBe("T-9 A ticket [] p : Mend it.");
    }
  });

  it("are cut to what the transcript holds, so that a crash repeats what was sent", async () => {
    const { start, thread, journal } = await openFleet({
      deps: { render: () => Promise.resolve(ok("x".repeat(200_000))) },
    });
    const { id } = await start();
    const sent = thread(id).sent[0]?.words;
    expect(sent?.length).toBe(64_000);
    expect(journal.events("item.upserted")[0]?.item.body).toMatchObject({ text: sent });
  });

  it("come before what the human said meanwhile", async () => {
    const { fleet, start, thread, agent } = await openFleet();
    let opened = (): void => undefined;
    agent.opening = () => new Promise((resolve) => (opened = () => resolve(ok(undefined))));
    const { id } = await start();
    unwrap(await fleet.steer(id, "In French.", "now", human));
    opened();
    await calm();
    expect(thread(id).sent.map(({ words }) => words)).toEqual(["Work on T-1: Do it\n\nIn French."]);
  });
});
