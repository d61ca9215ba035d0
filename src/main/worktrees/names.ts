import { fail, ok, type Result } from "../../contract/errors.ts";

const plainName = /^[a-z0-9][a-z0-9-]{0,59}$/;
const plainId = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** A name for a branch and a folder from any text: lower case, digits and dashes, never empty. */
export function slugFrom(text: string): string {
  const slug = text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 48)
    .replaceAll(/^-+|-+$/g, "");
  return slug === "" ? "work" : slug;
}

/** The branches of one workstream all lie in a folder of their own, so that it alone can be made writable. */
export function branchFolder(workstreamId: string): string {
  return `cox/${workstreamId}`;
}

export function branchName(workstreamId: string, slug: string): string {
  return `${branchFolder(workstreamId)}/${slug}`;
}

/** A file in the branch folder that git takes for a lock and for no branch: it keeps git from removing the folder. */
export const holderName = "keep.lock";

/** The workstream a branch belongs to, or undefined for anybody else's branch. */
export function workstreamOf(branch: string): string | undefined {
  return /^cox\/([^/]+)\/[^/]+$/.exec(branch)?.[1];
}

/** Ids and slugs become paths and refs, so only plain ones are taken. */
export function checkNames(names: {
  readonly projectId: string;
  readonly workstreamId: string;
  readonly slug: string;
}): Result<void> {
  if (!plainId.test(names.projectId)) return refuse("project id", names.projectId);
  if (!plainId.test(names.workstreamId)) return refuse("workstream id", names.workstreamId);
  if (!plainName.test(names.slug)) return refuse("slug", names.slug);
  return ok(undefined);
}

function refuse(what: string, name: string): Result<never> {
  return fail(
    "BAD_REQUEST",
    `${JSON.stringify(name.slice(0, 80))} cannot be a ${what}.`,
    "Use letters, digits and dashes.",
  );
}
