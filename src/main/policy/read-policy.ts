import { parseDocument } from "yaml";
import type { z } from "zod";
import type { Result } from "../../contract/errors.ts";
import { fail, ok } from "../../contract/errors.ts";
import { defaultPrompt } from "./default-prompt.ts";
import type { Policy } from "./policy.ts";
import type { Environment } from "./policy-schema.ts";
import { frontMatterSchema, policyOf } from "./policy-schema.ts";

/**
 * Reads the text of a `WORKFLOW.md`: YAML front matter, then the prompt (Symphony SPEC, section 5). A blank prompt gives the default one.
 * Every failure is `BAD_REQUEST` and its message begins with a name: `workflow_parse_error`, `workflow_front_matter_not_a_map` or
 * `invalid_workflow_config`.
 *
 * @param directory the absolute folder that holds the file; a relative `workspace.root` is relative to it
 */
export function readPolicy(text: string, directory: string, env: Environment): Result<Policy> {
  const parts = splitFrontMatter(text);
  if (!parts.ok) return parts;
  const written = parseFrontMatter(parts.value.frontMatter);
  if (!written.ok) return written;
  const read = frontMatterSchema(directory, env).safeParse(written.value);
  if (!read.success) {
    return fail(
      "BAD_REQUEST",
      `invalid_workflow_config: ${describe(read.error)}.`,
      "Correct the named keys in WORKFLOW.md; docs/workflow.md lists what each accepts.",
    );
  }
  return ok(policyOf(read.data, parts.value.prompt === "" ? defaultPrompt : parts.value.prompt));
}

type Parts = { readonly frontMatter: string; readonly prompt: string };

/** A fence is a line that is exactly `---`. Only the first line opens, and only the first fence after it closes. */
function splitFrontMatter(text: string): Result<Parts> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines[0] !== "---") return ok({ frontMatter: "", prompt: lines.join("\n").trim() });
  const close = lines.indexOf("---", 1);
  if (close < 0) {
    return fail(
      "BAD_REQUEST",
      "workflow_parse_error: the front matter of WORKFLOW.md is never closed.",
      "Put a line that is exactly --- between the settings and the prompt.",
    );
  }
  return ok({
    frontMatter: lines.slice(1, close).join("\n"),
    prompt: lines
      .slice(close + 1)
      .join("\n")
      .trim(),
  });
}

/** Characters; the parser's time grows faster than its input. */
const maxFrontMatter = 32_000;

function parseFrontMatter(yaml: string): Result<Record<string, unknown>> {
  if (yaml.length > maxFrontMatter) {
    return fail(
      "BAD_REQUEST",
      "workflow_parse_error: the front matter of WORKFLOW.md is longer than settings need.",
      `Keep it under ${maxFrontMatter} characters; long hooks can be scripts of the repository.`,
    );
  }
  let value: unknown;
  try {
    // Keys that are maps or lists themselves, one inside another, would keep it busy for minutes.
    const document = parseDocument(yaml, { logLevel: "silent", stringKeys: true });
    const [error] = document.errors;
    if (error) throw error;
    value = document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch (error) {
    return fail(
      "BAD_REQUEST",
      "workflow_parse_error: the front matter of WORKFLOW.md is not valid YAML.",
      "Correct the YAML between the two --- lines.",
      error,
    );
  }
  if (isMap(value)) return ok(value);
  return fail(
    "BAD_REQUEST",
    "workflow_front_matter_not_a_map: the front matter of WORKFLOW.md is not a map of keys.",
    "Write the settings as `key: value` lines, such as `tracker:` with `kind: files` below it.",
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(error: z.ZodError): string {
  const shown = error.issues.slice(0, 5).map((issue) => `${issue.path.map(String).join(".")} ${issue.message}`);
  const rest = error.issues.length - shown.length;
  return shown.join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}
