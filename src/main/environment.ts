import { realpath } from "node:fs/promises";
import path from "node:path";

/** The environment the engine was started with. Nothing gets all of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const commandVariables = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "SystemRoot"];
const proxyVariables = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SSL_CERT_FILE",
  "TMPDIR",
];

/** What commands of authors and hooks may see of the engine's environment. */
export function commandEnv(env: Environment): Record<string, string> {
  return pick(env, commandVariables);
}

/** What an agent's own process needs beside that: the way to its model. */
export function agentEnv(env: Environment): Record<string, string> {
  return pick(env, [...commandVariables, ...proxyVariables]);
}

/** What npm needs to reach a registry from here. */
export function npmEnv(env: Environment): Record<string, string> {
  return pick(env, [
    ...commandVariables,
    ...proxyVariables,
    "NODE_EXTRA_CA_CERTS",
    "npm_config_registry",
    "npm_config_userconfig",
  ]);
}

function pick(env: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Where people's keys and logins lie, by convention of the programs that keep them. */
const secretNames = [
  ".ssh",
  ".gnupg",
  ".aws",
  ".azure",
  ".kube",
  ".docker",
  ".codex",
  ".claude",
  ".config/gh",
  ".config/gcloud",
  ".netrc",
  ".npmrc",
  ".git-credentials",
];

/** Those there are, as real paths: a sandbox cannot hide what does not exist. */
export async function presentSecrets(homeOfUser: string | undefined): Promise<string[]> {
  if (homeOfUser === undefined) return [];
  const found = await Promise.allSettled(secretNames.map((name) => realpath(path.join(homeOfUser, name))));
  return found.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
