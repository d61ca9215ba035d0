import { useEffect, useRef, type ReactNode } from "react";
import type { Check } from "../../../contract/check.ts";
import { decide } from "../../keys/everywhere.ts";
import { tryDemo } from "../../keys/on-welcome.ts";
import { lacksCodex } from "../../store/abilities.ts";
import { canAct, useApp, useEngine, useSetup } from "../../store/app.ts";
import type { SetupState } from "../../store/stores.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { Placard } from "../../ui/link-banner.tsx";
import { Plain, WithCode } from "../../ui/plain.tsx";
import { Checks, useChecks } from "../checks.tsx";
import "./welcome-screen.css";

/** What work rests on; the rest is the doctor's. */
const basics: ReadonlySet<string> = new Set(["git", "codex", "authors", "commands", "home"]);

/** Where everything begins: what is there, what is missing with the command that brings it, and a first project. */
export function WelcomeScreen(): ReactNode {
  const reader = useEngine((state) => state.reader);
  if (reader) return <Placard title="There is nothing to see yet." />;
  return <Welcome />;
}

function Welcome(): ReactNode {
  const app = useApp();
  const { actions } = app;
  const offline = useEngine((state) => !canAct(state));
  const opening = useSetup((state) => state.openingDemo);
  const projects = useEngine((state) => Object.keys(state.fleet.projects).length);
  const screen = useRef<HTMLElement>(null);
  useEffect(() => screen.current?.focus(), []);
  return (
    <main ref={screen} className="welcome" data-region="welcome" tabIndex={-1}>
      <h1>{projects === 0 ? "No project is open yet." : "Get started"}</h1>
      <p className="welcome-what">
        Agents take tickets, each in a git worktree of its own, and your checkout stays as it is. What needs a human
        comes to you, the most urgent first.
      </p>
      <section>
        <h2>A repository of yours</h2>
        <p>
          Name the folder of a git repository, drop it here, or say <code>cox open PATH</code> in a shell. Nothing in it
          is changed until you start a workstream.
        </p>
        <VerbButton
          label="Open a project"
          command="open-first"
          tone="primary"
          disabled={offline}
          onPress={() => actions.openOverlay("project")}
        />
      </section>
      <section>
        <h2>Or look around first</h2>
        <p>
          The demo is a small repository with fifteen tickets, worked on by scripts that really edit, run and commit. It
          needs no key and no account.
        </p>
        <VerbButton
          label={opening ? "Opening the demo…" : "Try the demo"}
          command="try-demo"
          disabled={offline || opening}
          onPress={() => void tryDemo(app)}
        />
      </section>
      <Basics />
      <Loosening />
    </main>
  );
}

/** A project that asks for more than any project has may stand in the way of its first workstream. */
function Loosening(): ReactNode {
  const app = useApp();
  const asking = useEngine(({ fleet }) => Object.values(fleet.attention).find(({ kind }) => kind === "consent"));
  const { projectId } = asking ?? {};
  if (projectId === undefined) return null;
  return (
    <VerbButton
      label="Decide what a project asks for…"
      command="decide-loosening"
      onPress={() => decide(app, projectId)}
    />
  );
}

function Basics(): ReactNode {
  const { actions } = useApp();
  const found = useChecks();
  const install = useSetup((state) => state.install);
  const missing = useSetup(lacksCodex);
  const offline = useEngine((state) => !canAct(state));
  return (
    <section>
      <h2>What is here</h2>
      <p role="status">
        <WithCode text={summaryOf(found)} />
      </p>
      {found !== undefined && !("code" in found) && <Checks checks={found.filter(isBasic)} />}
      {install !== undefined && (
        <div className="welcome-install">
          <p role="status">
            Installing Codex into Coxswain’s home, {install.lines} lines so far: <Plain text={install.line} />
          </p>
          <VerbButton label="Cancel" binding="Escape" onPress={() => actions.stopInstalling()} />
        </div>
      )}
      <div className="welcome-verbs">
        {missing && (
          <VerbButton
            label="Install Codex"
            command="install-codex"
            disabled={offline}
            onPress={() => void actions.installCodex()}
          />
        )}
        <VerbButton
          label="Look again"
          command="look-again"
          disabled={found === undefined || offline}
          onPress={() => void actions.examine()}
        />
      </div>
    </section>
  );
}

function isBasic({ name, state }: Check): boolean {
  return basics.has(name) || state === "wrong" || state === "missing";
}

function summaryOf(found: SetupState["found"]): string {
  if (found === undefined) return "Looking for git, agents and what confines them…";
  if ("code" in found) return `${found.message} ${found.next}`;
  const lacking = found.filter(({ name, state }) => basics.has(name) && state !== "ok").length;
  if (lacking === 0) return "Everything that is needed is here.";
  return lacking === 1 ? "One thing could be better." : `${String(lacking)} things could be better.`;
}
