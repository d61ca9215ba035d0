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

/** In the desktop host `process.execPath` is Electron's program, which is a Node only when it is told to be. */
export const asNode = process.versions["electron"] === undefined ? {} : { ELECTRON_RUN_AS_NODE: "1" };

/** What commands of authors and hooks may see of the engine's environment. */
export function commandEnv(env: Environment): Record<string, string> {
  return pick(env, commandVariables);
}

/** What an agent's own process needs beside that: the way to its model. */
export function agentEnv(env: Environment): Record<string, string> {
  return pick(env, [...commandVariables, ...proxyVariables]);
}

/** What commands of a project need beside that where they may use the network. */
export function networkEnv(env: Environment): Record<string, string> {
  return pick(env, [
    ...proxyVariables.filter((name) => name !== "TMPDIR"),
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "npm_config_registry",
  ]);
}

/** What the human's own shell is given: it is theirs, so their agents, displays and ways out are reached from it as from any other. */
export function terminalEnv(env: Environment): Record<string, string> {
  return {
    LANG: "C.UTF-8",
    ...pick(env, [
      ...commandVariables,
      ...proxyVariables,
      "LC_CTYPE",
      "SSH_AUTH_SOCK",
      "GPG_AGENT_INFO",
      "DISPLAY",
      "WAYLAND_DISPLAY",
      "XAUTHORITY",
      "XDG_RUNTIME_DIR",
      "XDG_CONFIG_HOME",
      "XDG_DATA_HOME",
      "XDG_STATE_HOME",
      "XDG_CACHE_HOME",
      "DBUS_SESSION_BUS_ADDRESS",
      "EDITOR",
      "VISUAL",
      "PAGER",
      "ComSpec",
      "APPDATA",
      "LOCALAPPDATA",
      "USERPROFILE",
    ]),
    TERM: "xterm-256color",
    COLORTERM: "truecolor",
    TERM_PROGRAM: "coxswain",
  };
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

/** Where people's keys and logins lie, by convention of the programs that keep them; below their home. */
const secretNames = [
  // Keys, and the programs that hold them.
  ".ssh",
  ".gnupg",
  ".pki",
  ".password-store",
  ".local/share/keyrings",
  ".local/share/kwalletd",
  ".config/keepassxc",
  ".config/op",
  ".1password",
  ".age",
  ".config/sops",
  ".vault-token",
  "Library/Keychains",
  // Logins of version control and of forges.
  ".git-credentials",
  ".config/git/credentials",
  ".config/gh",
  ".config/hub",
  ".config/glab-cli",
  ".config/tea",
  ".subversion/auth",
  ".hgrc",
  // Tokens of package registries.
  ".npmrc",
  ".yarnrc.yml",
  ".config/pip/pip.conf",
  ".pip/pip.conf",
  ".pypirc",
  ".cargo/credentials",
  ".cargo/credentials.toml",
  ".gem/credentials",
  ".bundle/config",
  ".m2/settings.xml",
  ".m2/settings-security.xml",
  ".gradle/gradle.properties",
  ".composer/auth.json",
  ".config/composer/auth.json",
  ".nuget/NuGet/NuGet.Config",
  ".hex/hex.config",
  // Clouds and their tools.
  ".aws",
  ".azure",
  ".config/gcloud",
  ".boto",
  ".s3cfg",
  ".oci",
  ".kube",
  ".docker",
  ".config/containers/auth.json",
  ".terraform.d/credentials.tfrc.json",
  ".terraformrc",
  ".config/doctl",
  ".config/rclone",
  ".fly",
  ".config/heroku",
  ".config/netlify",
  ".config/hcloud",
  ".config/pulumi",
  ".pulumi/credentials.json",
  ".databrickscfg",
  ".netrc",
  ".pgpass",
  ".my.cnf",
  ".huggingface",
  ".cache/huggingface/token",
  // Sockets of container machines, which run anything with all rights.
  ".colima",
  ".lima",
  ".rd",
  ".orbstack",
  ".cloudflared",
  ".wrangler",
  ".config/.wrangler",
  ".config/stripe",
  ".config/ngrok",
  ".local/share/com.vercel.cli",
  ".sentryclirc",
  ".kaggle",
  // Agents. The capability of another home's engine would be the human's there.
  ".coxswain",
  ".copilot",
  ".config/github-copilot",
  ".cursor",
  ".config/Claude",
  ".codex",
  ".claude",
  ".claude.json",
  ".gemini",
  ".config/opencode",
  ".local/share/opencode",
  ".config/goose",
  // Browsers and mail.
  ".mozilla",
  ".thunderbird",
  ".msmtprc",
  ".config/Signal",
  ".config/Slack",
  ".config/discord",
  ".config/google-chrome",
  ".config/chromium",
  ".config/BraveSoftware",
  ".config/microsoft-edge",
  ".config/vivaldi",
  ".config/opera",
  "snap/firefox",
  "snap/chromium",
  ".var/app",
  "Library/Safari",
  "Library/Cookies",
  "Library/Mail",
  "Library/Messages",
  "Library/Application Support/Google/Chrome",
  "Library/Application Support/Firefox",
  "Library/Application Support/BraveSoftware",
  "Library/Application Support/Microsoft Edge",
  // Rights to the display, and what was typed.
  ".Xauthority",
  ".ICEauthority",
  ".bash_history",
  ".zsh_history",
  ".local/share/fish/fish_history",
  ".python_history",
  ".node_repl_history",
  ".psql_history",
  ".mysql_history",
  ".rediscli_history",
  ".lesshst",
  ".viminfo",
];

/** Where logins lie that end with the session, such as Podman's. */
const sessionSecrets = "/run/user";

/** Those there are, as real paths: a sandbox cannot hide what does not exist. */
export async function presentSecrets(homeOfUser: string | undefined): Promise<string[]> {
  const ofUser = homeOfUser === undefined ? [] : secretNames.map((name) => path.join(homeOfUser, name));
  const found = await Promise.allSettled([...ofUser, sessionSecrets].map((each) => realpath(each)));
  return found.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
