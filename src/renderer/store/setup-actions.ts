import { problem } from "../../contract/errors.ts";
import type { InstallFrame } from "../../contract/procedures.ts";
import { problemOfCall, type EngineClient } from "../client.ts";
import type { Notice, Stores } from "./stores.ts";

export interface SetupActionsDeps {
  readonly stores: Pick<Stores, "setup">;
  readonly client: () => EngineClient | undefined;
  readonly notify: (notice: Omit<Notice, "id">) => void;
  readonly command: <T>(
    about: string,
    call: (engine: EngineClient, extras: { readonly focusedMs: number; readonly commandKey: string }) => Promise<T>,
  ) => Promise<T | undefined>;
}

const offline = problem("UNAVAILABLE", "Not connected to the engine.", "It is tried again by itself.");

/** What brings a machine so far that work can begin: programs, the demo, a first project. */
export function createSetupActions({ stores: { setup }, client, notify, command }: SetupActionsDeps) {
  let installing: AbortController | undefined;

  async function examine(): Promise<void> {
    const engine = client();
    if (engine === undefined) return setup.setState({ found: offline });
    setup.setState({ found: undefined });
    setup.setState({ found: await engine.engine.doctor().then(({ checks }) => checks, problemOfCall) });
  }

  return {
    /** Everything the engine looked at, as `cox doctor` has it. */
    examine,
    /** Installs Codex into the engine's home, telling how far it is; looks at everything again afterwards. */
    async installCodex(): Promise<void> {
      if (installing !== undefined) return;
      const mine = new AbortController();
      installing = mine;
      setup.setState({ install: { lines: 0, line: "asking the package registry" } });
      const done = await command("install:codex", async (engine, { commandKey: _once, ...extras }) => {
        try {
          return await follow(await engine.agent.install({ agent: "codex", ...extras }, { signal: mine.signal }));
        } catch (thrown) {
          if (mine.signal.aborted) return "cancelled";
          throw thrown;
        }
      });
      installing = undefined;
      setup.setState({ install: undefined });
      if (done === "cancelled") notify({ tone: "done", text: "The installation was cancelled." });
      else if (done !== undefined) notify({ tone: "done", text: `Installed Codex ${done.version}.` });
      await examine();
    },
    stopInstalling: () => installing?.abort(),
    /** Opens the demo and answers whether it is open. */
    async tryDemo(): Promise<boolean> {
      if (setup.getState().openingDemo) return false;
      setup.setState({ openingDemo: true });
      const demo = await command("demo", (engine, extras) => engine.project.openDemo(extras));
      setup.setState({ openingDemo: false });
      if (demo === undefined) return false;
      notify({
        tone: "done",
        text: `Opened ${demo.name}: fifteen tickets, played by scripts that really edit and commit.`,
      });
      return true;
    },
  };

  async function follow(frames: AsyncIterable<InstallFrame>): Promise<{ version: string } | undefined> {
    for await (const frame of frames) {
      if (frame.kind === "found") return frame;
      setup.setState(({ install }) => ({ install: { lines: (install?.lines ?? 0) + 1, line: frame.line } }));
    }
    return undefined;
  }
}
