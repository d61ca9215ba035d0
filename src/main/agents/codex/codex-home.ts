import { access, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/** A model service of the human's own, or a scripted one. Without it Codex uses the account it is logged in to. */
export interface CodexProvider {
  readonly name: string;
  /** Ends before `/responses`. */
  readonly baseUrl: string;
  /** The model of threads that name none; Codex's own choice where it is absent. */
  readonly model?: string;
  /** What Codex has to know of the models: the contents of its `model_catalog_json`. */
  readonly catalog?: unknown;
  /** The variable of the app-server's environment that holds its key. */
  readonly keyVariable?: string;
}

/** A service, and the variables that its app-server needs beside its environment. They never reach commands. */
export interface CodexService {
  readonly provider: CodexProvider;
  readonly env: Readonly<Record<string, string>>;
}

/** OpenAI's service for whoever has a key and no login; the key stays in the environment and is written nowhere. */
export function openAiByKey(keyVariable: string): CodexProvider {
  return { name: "OpenAI", baseUrl: "https://api.openai.com/v1", keyVariable };
}

export interface CodexHome {
  readonly folder: string;
  /** An empty folder. The app-server runs here, so that no repository's own `.codex/config.toml` is ever loaded. */
  readonly empty: string;
}

/**
 * Writes our own `CODEX_HOME` afresh; what Codex keeps there beside (threads, login) stays. The human's own `~/.codex` is
 * neither read nor changed: a login is made with {@link loginCommand}, never copied.
 */
export async function writeCodexHome(folder: string, provider: CodexProvider | undefined): Promise<CodexHome> {
  const empty = path.join(folder, "empty");
  await mkdir(empty, { recursive: true, mode: 0o700 });
  const catalogFile = path.join(folder, "model-catalog.json");
  if (provider?.catalog !== undefined) await writeFile(catalogFile, JSON.stringify(provider.catalog), { mode: 0o600 });
  const fresh = path.join(folder, "config.toml.new");
  await writeFile(fresh, configToml(provider, catalogFile), { mode: 0o600 });
  await rename(fresh, path.join(folder, "config.toml"));
  return { folder, empty };
}

/** The shell command by which the human logs our Codex in; `called` is how a shell calls it. */
export function loginCommand(folder: string, called: string): string {
  return `CODEX_HOME=${folder} ${called} login`;
}

/** Whether a login lies in our `CODEX_HOME`; not whether the account still accepts it. */
export async function isLoggedIn(folder: string): Promise<boolean> {
  return access(path.join(folder, "auth.json")).then(
    () => true,
    () => false,
  );
}

/** TOML's basic strings are JSON's, but for the escapes `\/` and lone surrogates that JSON.stringify does not write. */
function text(value: string): string {
  return JSON.stringify(value.toWellFormed());
}

function configToml(provider: CodexProvider | undefined, catalogFile: string): string {
  return `${head(provider, catalogFile)}
check_for_update_on_startup = false
suppress_unstable_features_warning = true
web_search = "disabled"
allow_login_shell = false
project_root_markers = []

[analytics]
enabled = false

[feedback]
enabled = false

[tools.update_plan]
enabled = true

[agents]
enabled = false

[features]
apps = false
plugins = false
remote_plugin = false
goals = false
shell_snapshot = false
daemon_auto_start = false
image_generation = false
unbounded_connection_retries = false
default_mode_request_user_input = true
${provider === undefined ? "" : providerTable(provider)}`;
}

function head(provider: CodexProvider | undefined, catalogFile: string): string {
  if (provider === undefined) return "";
  const catalog = provider.catalog === undefined ? "" : `model_catalog_json = ${text(catalogFile)}\n`;
  const model = provider.model === undefined ? "" : `model = ${text(provider.model)}\n`;
  return `${model}model_provider = "coxswain"\n${catalog}`;
}

function providerTable({ name, baseUrl, keyVariable }: CodexProvider): string {
  const key = keyVariable === undefined ? "" : `env_key = ${text(keyVariable)}\n`;
  return `
[model_providers.coxswain]
name = ${text(name)}
base_url = ${text(baseUrl)}
${key}wire_api = "responses"
requires_openai_auth = false
supports_websockets = false
request_max_retries = 2
stream_max_retries = 2
`;
}
