import { z } from "zod";
import type { ThreadSetting } from "./live-thread.ts";

/** Variables of the program's own environment that commands see; everything else has to be given to the thread. */
const inherited = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TMPDIR", "TZ"];

const textsSchema = z.record(z.string(), z.string());

/**
 * Reads what the commands and tools of a thread need from the `config` of `thread/start`, whose keys may be nested or
 * dotted: `shell_environment_policy.set` and `mcp_servers.cox.url`.
 */
export function settingOf(config: Readonly<Record<string, unknown>>, own: NodeJS.ProcessEnv): ThreadSetting {
  const env: Record<string, string> = {};
  for (const name of inherited) {
    const value = own[name];
    if (value !== undefined) env[name] = value;
  }
  const given = textsSchema.safeParse(at(config, ["shell_environment_policy", "set"]));
  if (given.success) Object.assign(env, given.data);
  const url = z.url().safeParse(at(config, ["mcp_servers", "cox", "url"]));
  return { env, toolsUrl: url.success ? url.data : undefined };
}

/** The value at a path, whichever of the path's parts are joined by dots in one key. */
function at(value: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return value;
  if (typeof value !== "object" || value === null) return undefined;
  for (let taken = path.length; taken > 0; taken -= 1) {
    const entry = Object.entries(value).find(([key]) => key === path.slice(0, taken).join("."));
    const found = entry === undefined ? undefined : at(entry[1], path.slice(taken));
    if (found !== undefined) return found;
  }
  return undefined;
}
