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
  ".forgejo",
  ".gitea",
  ".gemini",
  ".cursor",
  ".opencode",
  // Whose editor, shell or git finds these in a checkout runs programs that they name.
  ".devcontainer",
  ".vscode",
  ".idea",
  ".husky",
  ".githooks",
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
  ".mcp.json",
  ".cursorrules",
  ".pre-commit-config.yaml",
  ".lefthook.yml",
  "lefthook.yml",
]);

/** Names that count in any folder: what agents read as instructions, and what names programs for git or a shell to run. */
const anywhere = new Set([
  "agents.md",
  "agents.override.md",
  "claude.md",
  "claude.local.md",
  "gemini.md",
  "skill.md",
  ".gitattributes",
  ".gitmodules",
  ".envrc",
  "mise.toml",
  ".mise.toml",
]);

/** Whether a path of a repository is one of the files that say how work in it is done and judged. */
export function isHarnessFile(path: string): boolean {
  const parts = path.split("/").map(folded);
  const first = parts[0] ?? "";
  const name = parts.at(-1) ?? "";
  return folders.includes(first) || files.has(parts.join("/")) || anywhere.has(name);
}

/**
 * A name as the most lenient file system knows it: some have no case, by whose rules `ſ` is an `s`; macOS leaves out what cannot be
 * seen, and Windows what follows a colon, and dots and spaces at the end.
 */
function folded(name: string): string {
  return name
    .normalize("NFKC")
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toUpperCase()
    .toLowerCase()
    .replace(/:.*$|[. ]+$/s, "");
}
