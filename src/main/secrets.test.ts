import { describe, expect, it } from "vitest";
import { fail, ok } from "../contract/errors.ts";
import { createSecrets, type AskKeychain } from "./secrets.ts";

function stand(env: Record<string, string>, kept: Record<string, string> = {}, unreadable: string[] = []) {
  const asked: unknown[] = [];
  const logged: string[] = [];
  const askKeychain: AskKeychain = (ask) => {
    asked.push(ask);
    return Promise.resolve(ok({ secrets: kept, unreadable }));
  };
  return { asked, logged, secrets: createSecrets({ env, askKeychain, log: (line) => logged.push(line) }) };
}

describe("secrets", () => {
  it("come from the environment first, then from the keychain", async () => {
    const { secrets, asked } = stand(
      { OPENAI_API_KEY: "of the environment" },
      { OPENAI_API_KEY: "kept", MY_KEY: "own" },
    );
    expect(await secrets.get("OPENAI_API_KEY")).toBe("of the environment");
    expect(asked).toEqual([]);
    expect(await secrets.get("MY_KEY")).toBe("own");
    expect(await secrets.get("GITHUB_TOKEN")).toBeUndefined();
  });

  it("are told by name and origin, never with a value", async () => {
    const { secrets } = stand(
      { OPENAI_API_KEY: "s3cret", PATH: "/bin", my_token: "no variable of ours", EMPTY_TOKEN: "" },
      { OPENAI_API_KEY: "s3cret", GITHUB_TOKEN: "s3cret" },
      ["OLD_TOKEN"],
    );
    const listed = await secrets.list();
    expect(listed).toEqual(
      ok({
        secrets: [
          { name: "GITHUB_TOKEN", from: "keychain", readable: true },
          { name: "OLD_TOKEN", from: "keychain", readable: false },
          { name: "OPENAI_API_KEY", from: "environment", readable: true },
        ],
        keychain: true,
      }),
    );
    expect(JSON.stringify(listed)).not.toContain("s3cret");
  });

  it("are missing rather than fatal while the keychain cannot be asked, and the log says why", async () => {
    const logged: string[] = [];
    const secrets = createSecrets({
      env: {},
      askKeychain: () => Promise.resolve(fail("TIMED_OUT", "The keychain did not answer.", "Unlock it.")),
      log: (line) => logged.push(line),
    });
    expect(await secrets.get("OPENAI_API_KEY")).toBeUndefined();
    expect(logged).toEqual(["The keychain did not answer."]);
    expect(await secrets.set("OPENAI_API_KEY", "v")).toMatchObject({ ok: false, error: { code: "TIMED_OUT" } });
  });

  it("can only be set where there is a keychain", async () => {
    const secrets = createSecrets({ env: { GITHUB_TOKEN: "t" }, askKeychain: undefined, log: () => {} });
    expect(await secrets.list()).toMatchObject({ ok: true, value: { keychain: false } });
    const refused = await secrets.set("OPENAI_API_KEY", "v");
    expect(refused).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
    expect(refused.ok || refused.error.next).toContain("OPENAI_API_KEY in its environment");
  });

  it("that are not there cannot be removed", async () => {
    const { secrets, asked } = stand({}, { GITHUB_TOKEN: "t" });
    expect(await secrets.remove("OPENAI_API_KEY")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(await secrets.remove("GITHUB_TOKEN")).toEqual(ok(undefined));
    expect(asked.at(-1)).toEqual({ verb: "forget", name: "GITHUB_TOKEN" });
  });
});
