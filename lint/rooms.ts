/**
 * Who may import whom. This table is the import rules of docs/architecture.md in a form the linter reads (lint/walls.ts);
 * change both in the same commit. Every file below src/ belongs to the room with the longest matching path.
 */
export interface Room {
  readonly name: string;
  /** A folder (with a trailing slash) or one file, from the project root. */
  readonly path: string;
  /** Rooms it may import values from; itself is understood. */
  readonly values: readonly string[];
  /** Rooms it may import types from, besides those above. */
  readonly types?: readonly string[];
  /** Whether it may import Node's own modules. */
  readonly builtins: boolean;
  /** Where to go instead of a refused import. */
  readonly instead: string;
}

const leafNames = [
  "demo",
  "policy",
  "agents",
  "terminals",
  "sandbox",
  "git",
  "patches",
  "worktrees",
  "guardrails",
  "model",
  "qa",
  "telemetry",
  "trackers",
  "forges",
  "storage",
] as const;
const coordinatorNames = ["fleet", "dispatch", "review", "landing", "feedback"] as const;

/** What every leaf may be handed; it may name their types to say what it expects. */
const handedToAll = ["git", "sandbox", "storage"];

const leaves = leafNames.map((name): Room => ({
  name,
  path: `src/main/${name}/`,
  values: ["contract"],
  types: handedToAll,
  builtins: true,
  instead:
    "A leaf imports only src/contract, Node and its own libraries (and types of git, sandbox, storage). " +
    "Take what you need as an argument of createX(deps), and let src/main/engine.ts hand it over.",
}));

const coordinators = coordinatorNames.map((name): Room => ({
  name,
  path: `src/main/${name}/`,
  values: ["contract"],
  types: ["verbs", ...leafNames],
  builtins: true,
  instead:
    "A coordinator imports src/contract and only the types of leaves (`import type`). " +
    "Leaves and other coordinators reach it as arguments of createX(deps), handed over by src/main/engine.ts.",
}));

const hosts: readonly Room[] = [
  {
    name: "server",
    path: "src/main/server/",
    values: ["engine", "contract", "verbs"],
    builtins: true,
    instead: "A host imports src/main/engine.ts, src/contract and src/verbs. Let the engine expose what you need.",
  },
  {
    name: "electron",
    path: "src/main/electron/",
    values: ["engine", "contract", "keys"],
    builtins: true,
    instead: "A host imports src/main/engine.ts, src/contract and src/keys. Let the engine expose what you need.",
  },
];

const rendererRooms: readonly Room[] = [
  {
    name: "renderer/ui",
    path: "src/renderer/ui/",
    values: ["contract", "keys"],
    builtins: false,
    instead:
      "ui takes props and gives pixels: it knows no store, client or screen. Pass the value in as a prop from src/renderer/screens.",
  },
  {
    name: "renderer/client",
    path: "src/renderer/client.ts",
    values: ["contract"],
    builtins: false,
    instead:
      "client.ts is the only reader of the port or socket and knows nothing but src/contract. Let src/renderer/store call it.",
  },
  {
    name: "renderer/store",
    path: "src/renderer/store/",
    values: ["contract", "renderer/client"],
    builtins: false,
    instead:
      "The store mirrors the engine through src/renderer/client.ts and src/contract. Let a screen read the store instead.",
  },
  {
    name: "renderer/keys",
    path: "src/renderer/keys/",
    values: ["contract", "keys", "renderer/client", "renderer/store"],
    builtins: false,
    instead:
      "The command table acts through src/renderer/store and src/renderer/client.ts. Let screens read the table instead.",
  },
  {
    name: "renderer/screens",
    path: "src/renderer/screens/",
    values: ["contract", "keys", "renderer/client", "renderer/keys", "renderer/store", "renderer/ui"],
    builtins: false,
    instead:
      "A screen composes store, keys and ui, and talks to the engine only through src/renderer/client.ts. Move what must be shared to src/contract.",
  },
  {
    name: "renderer",
    path: "src/renderer/",
    values: ["contract", "renderer/client", "renderer/keys", "renderer/screens", "renderer/store", "renderer/ui"],
    builtins: false,
    instead:
      "The renderer never imports the engine: ask for it through src/renderer/client.ts, or move what must be shared to src/contract.",
  },
];

export const rooms: readonly Room[] = [
  {
    name: "contract",
    path: "src/contract/",
    values: [],
    builtins: false,
    instead:
      "The contract imports only zod and @orpc/contract: it must run in every process. Move the type or the pure function into src/contract.",
  },
  {
    name: "keys",
    path: "src/keys/",
    values: ["contract"],
    builtins: false,
    instead: "The table of commands only says what there is. What a command does is in src/renderer/keys.",
  },
  {
    name: "verbs",
    path: "src/verbs/",
    values: ["contract"],
    builtins: false,
    instead:
      "A verb imports src/contract only and makes its calls through the client it is given. Add a procedure to src/contract for what is missing.",
  },
  ...leaves,
  ...coordinators,
  ...hosts,
  {
    name: "engine",
    path: "src/main/",
    values: ["contract", "verbs", "doctor", ...leafNames, ...coordinatorNames],
    builtins: true,
    instead:
      "The engine never imports its hosts (electron, server) or the renderer: pass what the host has into createEngine(options).",
  },
  {
    name: "doctor",
    path: "src/main/doctor/",
    values: ["contract", "engine", ...leafNames],
    builtins: true,
    instead:
      "The doctor looks at rooms and is looked at by nobody: it imports leaves and what the engine has, never a host or a coordinator.",
  },
  {
    name: "preload",
    path: "src/preload/",
    values: ["contract"],
    builtins: false,
    instead:
      "The preload only passes the port: it imports electron and src/contract. Put the behaviour in src/renderer/client.ts or src/main/electron.",
  },
  ...rendererRooms,
  {
    name: "cli",
    path: "src/cli/",
    values: ["contract", "verbs"],
    builtins: true,
    instead:
      "The cli parses, prints and calls src/verbs over the socket. Put behaviour into a verb, or a procedure into src/contract.",
  },
];

export interface LibraryHome {
  /** A package name, or a name ending in `*`. A module path below it counts as the package. */
  readonly library: string;
  readonly rooms: readonly string[];
  /** What to use instead where it is not at home. */
  readonly instead: string;
}

const inRenderer = rendererRooms.map((room) => room.name);

/** Each library has one home; a library that is not listed may not be imported below src/ at all. */
export const libraryHomes: readonly LibraryHome[] = [
  { library: "zod", rooms: rooms.map((room) => room.name), instead: "" },
  {
    library: "@orpc/contract",
    rooms: ["contract", "server", "engine", "cli", "renderer/client"],
    instead: "Declare procedures in src/contract and import them from there.",
  },
  {
    library: "@orpc/server",
    rooms: ["server", "engine"],
    instead: "Procedures are answered in src/main/server; export a plain function and let it be called from there.",
  },
  {
    library: "@orpc/client",
    rooms: ["cli", "renderer/client"],
    instead: "Talk to the engine through src/renderer/client.ts or src/cli.",
  },
  {
    library: "electron",
    rooms: ["electron", "preload"],
    instead:
      "Only src/main/electron and src/preload know Electron: publish an event or take a function, and let src/main/electron carry it out.",
  },
  {
    library: "electron-updater",
    rooms: ["electron"],
    instead: "Updates are looked for by src/main/electron/watch-updates.ts.",
  },
  {
    library: "simple-git",
    rooms: ["git"],
    instead: "Call a verb of src/main/git (one file per verb); add one if it is missing.",
  },
  { library: "openai", rooms: ["model"], instead: "Ask src/main/model for a structured judgement." },
  { library: "playwright", rooms: ["qa"], instead: "Browsers are driven by src/main/qa." },
  { library: "playwright-core", rooms: ["qa"], instead: "Browsers are driven by src/main/qa." },
  {
    library: "@playwright/test",
    rooms: [],
    instead: "End-to-end tests live in e2e/; browsers of the product are driven by src/main/qa.",
  },
  {
    library: "@lydell/node-pty",
    rooms: ["terminals"],
    instead: "Terminals are opened by src/main/terminals and handed over.",
  },
  {
    library: "@xterm/headless",
    rooms: ["terminals"],
    instead: "Terminals are emulated by src/main/terminals and handed over.",
  },
  { library: "@ast-grep/*", rooms: ["guardrails"], instead: "Code is matched by src/main/guardrails." },
  { library: "@duckdb/*", rooms: ["telemetry"], instead: "Telemetry is queried through src/main/telemetry." },
  {
    library: "node:sqlite",
    rooms: ["storage"],
    instead: "The database belongs to the worker in src/main/storage: add a query there and receive it as an argument.",
  },
  { library: "ws", rooms: ["server"], instead: "Sockets are served by src/main/server." },
  {
    library: "@modelcontextprotocol/*",
    rooms: ["server"],
    instead: "MCP is served by src/main/server from the table in src/verbs.",
  },
  {
    library: "octokit",
    rooms: ["forges", "trackers"],
    instead: "Forges and trackers are reached through src/main/forges and src/main/trackers.",
  },
  {
    library: "@octokit/*",
    rooms: ["forges", "trackers"],
    instead: "Forges and trackers are reached through src/main/forges and src/main/trackers.",
  },
  { library: "liquidjs", rooms: ["policy"], instead: "Prompts are rendered by src/main/policy." },
  {
    library: "yaml",
    rooms: ["policy", "trackers", "agents", "guardrails", "review", "qa", "telemetry"],
    instead: "Files with front matter are read by the leaf that owns them, for instance src/main/policy.",
  },
  { library: "react", rooms: inRenderer, instead: "React belongs to src/renderer." },
  { library: "react-dom", rooms: ["renderer"], instead: "The tree is mounted in src/renderer/main.tsx only." },
  { library: "@pierre/diffs", rooms: ["renderer/ui"], instead: "Diffs are drawn by src/renderer/ui." },
  { library: "@xterm/xterm", rooms: ["renderer/ui"], instead: "Terminals are drawn by src/renderer/ui." },
  {
    library: "@xterm/addon-*",
    rooms: ["renderer/ui", "terminals"],
    instead: "Terminals are drawn by src/renderer/ui and emulated by src/main/terminals.",
  },
  { library: "uplot", rooms: ["renderer/ui"], instead: "Charts are drawn by src/renderer/ui." },
  { library: "marked", rooms: ["renderer/ui"], instead: "Markdown is read and drawn by src/renderer/ui/markdown.tsx." },
  { library: "lucide-react", rooms: ["renderer/ui"], instead: "Icons are drawn by src/renderer/ui." },
  { library: "@tanstack/react-virtual", rooms: ["renderer/ui"], instead: "Long lists are drawn by src/renderer/ui." },
  {
    library: "zustand",
    rooms: ["renderer/store"],
    instead: "State lives in src/renderer/store; read it through its hooks.",
  },
  {
    library: "tinykeys",
    rooms: ["renderer/keys"],
    instead: "Keys are bound by the command table in src/renderer/keys.",
  },
];
