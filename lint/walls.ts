import { isBuiltin } from "node:module";
import path from "node:path";
import { libraryHomes, rooms, type LibraryHome, type Room } from "./rooms.ts";

export interface ImportToJudge {
  /** The importing file, from the project root, with forward slashes. */
  readonly file: string;
  /** What stands between the quotes. */
  readonly specifier: string;
  /** Whether nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

/** Why an import is refused and where to go instead; undefined when it is fine. */
export function refusal(judged: ImportToJudge): string | undefined {
  if (isTest(judged.file)) return undefined;
  const room = roomOf(judged.file);
  if (room === undefined) return unknownRoom(judged.file);
  if (judged.specifier.startsWith(".")) return refusalOfFile(room, judged);
  return refusalOfLibrary(room, judged);
}

/** Tests, and what is named test-… for them, put rooms together on purpose: the walls are for the product only. */
function isTest(file: string): boolean {
  return /(\.test|\/test-[a-z-]+)\.tsx?$/.test(file);
}

function roomOf(file: string): Room | undefined {
  const matching = rooms.filter((room) => (room.path.endsWith("/") ? file.startsWith(room.path) : file === room.path));
  const nearest = matching.toSorted((a, b) => b.path.length - a.path.length)[0];
  if (nearest === undefined || isUnlistedFolder(nearest, file)) return undefined;
  return nearest;
}

/** src/main/ and src/renderer/ hold files of their own, but a folder in them is a room and must be listed. */
function isUnlistedFolder(nearest: Room, file: string): boolean {
  const holdsFilesOnly = nearest.name === "engine" || nearest.name === "renderer";
  return holdsFilesOnly && file.slice(nearest.path.length).includes("/");
}

function unknownRoom(file: string): string {
  return `${path.posix.dirname(file)} is no room yet. List it with its rules in lint/rooms.ts and in docs/architecture.md.`;
}

function refusalOfFile(room: Room, { file, specifier, typeOnly }: ImportToJudge): string | undefined {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!target.startsWith("src/")) return `Code below src/ imports nothing outside it (${target}). ${room.instead}`;
  if (isTest(target)) return `The product imports no test (${target}). Move what is shared into a file of its own.`;
  const other = roomOf(target);
  if (other === undefined) return unknownRoom(target);
  if (other.name === room.name || room.values.includes(other.name)) return undefined;
  if (room.types?.includes(other.name) === true && typeOnly) return undefined;
  return `${room.name} may not import ${other.name}. ${room.instead}`;
}

function refusalOfLibrary(room: Room, { specifier }: ImportToJudge): string | undefined {
  const home = libraryHomes.find((candidate) => isOf(candidate, specifier));
  if (home !== undefined) {
    return home.rooms.includes(room.name) ? undefined : `${home.library} has no home in ${room.name}. ${home.instead}`;
  }
  if (!isBuiltin(specifier)) {
    return `${specifier} has no home. Give it one in lint/rooms.ts, or use what is there: ${room.instead}`;
  }
  if (!room.builtins) return `${room.name} runs without Node, so it may not import ${specifier}. ${room.instead}`;
  return specifier.startsWith("node:")
    ? undefined
    : `Write "node:${specifier}", so that it is seen to be Node's own module.`;
}

function isOf({ library }: LibraryHome, specifier: string): boolean {
  if (library.endsWith("*")) return specifier.startsWith(library.slice(0, -1));
  return specifier === library || specifier.startsWith(`${library}/`);
}
