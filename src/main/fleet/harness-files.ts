/** Folders that hold nothing but what work is judged by, or what runs on the host: at the root of a repository. */
const folders = [
  ".coxswain",
  ".agents",
  ".codex",
  ".claude",
  ".github",
  ".gitlab",
  ".circleci",
  ".buildkite",
  ".woodpecker",
];

/** Single files at the root. */
const files = new Set([
  "workflow.md",
  ".gitlab-ci.yml",
  ".travis.yml",
  ".drone.yml",
  ".woodpecker.yml",
  "azure-pipelines.yml",
  "bitbucket-pipelines.yml",
  "jenkinsfile",
  ".lfsconfig",
  ".worktreeinclude",
]);

/** Names that count in any folder: what agents read as instructions, and what names programs for git to run. */
const anywhere = new Set(["agents.md", "agents.override.md", "claude.md", "skill.md", ".gitattributes", ".gitmodules"]);

/**
 * Whether a path of a repository is one of the files that say how work in it is done and judged. Compared without regard to
 * case: where the file system has none, `Agents.MD` is `AGENTS.md`.
 */
export function isHarnessFile(path: string): boolean {
  const parts = path.toLowerCase().split("/");
  const first = parts[0] ?? "";
  const name = parts.at(-1) ?? "";
  return folders.includes(first) || files.has(parts.join("/")) || anywhere.has(name);
}
